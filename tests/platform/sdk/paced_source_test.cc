// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/paced_source.h"

#include <catch2/catch.hpp>
#include <deque>

#include "tests/platform/sdk/sdk_world.h"

namespace onair {
namespace {

using sdk_test::Eventually;

class Collector final : public FrameSink {
 public:
  void OnVideo(VideoFrame frame) override {
    const runtime::MutexLock lock(mutex_);
    pts_.push_back(frame.pts);
    captured_.push_back(frame.captured_at);
  }
  void OnAudio(AudioBlock) override {}
  void OnSourceEnd(std::optional<Error> error) override {
    const runtime::MutexLock lock(mutex_);
    has_ended_ = true;
    error_ = std::move(error);
  }
  std::size_t count() const {
    const runtime::MutexLock lock(mutex_);
    return pts_.size();
  }
  bool has_ended() const {
    const runtime::MutexLock lock(mutex_);
    return has_ended_;
  }
  std::vector<MediaTime> pts() const {
    const runtime::MutexLock lock(mutex_);
    return pts_;
  }
  std::vector<Timestamp> captured() const {
    const runtime::MutexLock lock(mutex_);
    return captured_;
  }
  std::optional<Error> error() const {
    const runtime::MutexLock lock(mutex_);
    return error_;
  }

 private:
  mutable runtime::Mutex mutex_;
  std::vector<MediaTime> pts_;
  std::vector<Timestamp> captured_;
  bool has_ended_ = false;
  std::optional<Error> error_;
};

// Gives a picture at each of the given times, then ends or fails.
class ListedSource final : public MediaSource {
 public:
  ListedSource(std::deque<std::int64_t> at_ms, std::optional<Error> last)
      : at_ms_(std::move(at_ms)), last_(std::move(last)) {
    info_.video = VideoFormat{{16, 16}, 30};
  }
  Result<std::optional<Due>> Next() override {
    if (at_ms_.empty() && last_) return Fail(*last_);
    if (at_ms_.empty()) return std::optional<Due>();
    return std::optional(Due{TrackKind::kVideo, MediaTime::Millis(at_ms_.front())});
  }
  Result<VideoFrame> ReadVideo(const CaptureTime& captured) override {
    auto builder = PictureBuilder::Allocate(PixelFormat::kI420, {16, 16});
    if (!builder) return Forward(builder);
    const MediaTime at = MediaTime::Millis(at_ms_.front());
    at_ms_.pop_front();
    return VideoFrame(std::move(*builder).Freeze(), at, captured.at, captured.utc);
  }
  Result<AudioBlock> ReadAudio(const CaptureTime&) override {
    return Fail(ErrorCode::kInternal, "no audio here");
  }
  const SourceInfo& info() const override { return info_; }

 private:
  std::deque<std::int64_t> at_ms_;
  std::optional<Error> last_;
  SourceInfo info_;
};

TEST_CASE("A paced source gives items in time and keeps their distances exactly") {
  Collector sink;
  auto source = MakePacedSource(
      std::make_unique<ListedSource>(std::deque<std::int64_t>{0, 33, 67, 100}, std::nullopt));
  const Timestamp origin = runtime::Now();
  REQUIRE(source->Start(origin, sink));
  REQUIRE(Eventually([&] { return sink.has_ended(); }));

  const auto pts = sink.pts();
  const auto captured = sink.captured();
  REQUIRE(pts.size() == 4);
  CHECK(pts[3] - pts[0] == TimeDelta::Millis(100));
  CHECK(pts[1] - pts[0] == TimeDelta::Millis(33));
  CHECK((captured[3] >= origin + TimeDelta::Millis(100)));
  CHECK_FALSE(sink.error());
}

TEST_CASE("A paced source hands on why its source broke") {
  Collector sink;
  auto source = MakePacedSource(std::make_unique<ListedSource>(
      std::deque<std::int64_t>{0}, Error{ErrorCode::kFileRead, "bad sector"}));
  REQUIRE(source->Start(runtime::Now(), sink));
  REQUIRE(Eventually([&] { return sink.has_ended(); }));
  REQUIRE(sink.error());
  CHECK(sink.error()->code == ErrorCode::kFileRead);
}

TEST_CASE("A paced source that waits for an item an hour away stops at once") {
  Collector sink;
  auto source = MakePacedSource(
      std::make_unique<ListedSource>(std::deque<std::int64_t>{0, 3'600'000}, std::nullopt));
  REQUIRE(source->Start(runtime::Now(), sink));
  REQUIRE(Eventually([&] { return sink.count() == 1; }));
  const Timestamp begin = runtime::Now();
  source->Stop();
  CHECK(runtime::Now() - begin < TimeDelta::Millis(200));
  CHECK_FALSE(sink.has_ended());
}

}  // namespace
}  // namespace onair
