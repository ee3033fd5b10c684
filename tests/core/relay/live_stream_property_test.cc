// SPDX-License-Identifier: Apache-2.0
//
// Random publishers and viewers against a model that keeps everything for ever and works out
// each answer anew from the rules in README.md.
#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <optional>
#include <vector>

#include "core/base/rng.h"
#include "tests/core/relay/stream_fixture.h"
#include "tests/support/print_units.h"
#include "tests/support/seed.h"

namespace onair::relay {
namespace {

struct ModelFrame {
  bool is_key;
  bool is_point;
  MediaTime dts;
  std::int64_t bytes;
};

struct ModelViewer {
  std::optional<std::size_t> next;  // Empty: waits for the next point.
  bool is_lost = false;
};

class Model {
 public:
  explicit Model(const RelayConfig& config) : config_(config) {}

  void Push(const ModelFrame& frame) {
    frames_.push_back(frame);
    const std::size_t index = frames_.size() - 1;
    if (frame.is_key && config_.gop_cache == GopCache::kOn) cache_ = index;
    if (cache_ && Exceeds(*cache_, config_.cache_span, config_.cache_size)) cache_.reset();
    for (auto& [id, viewer] : viewers_) {
      if (frame.is_point && !viewer.next) viewer.next = index;
    }
    MarkLost();
  }
  void ForgetCache() {
    cache_.reset();
    MarkLost();
  }
  void Add(std::uint64_t id, StartPolicy start) {
    ModelViewer viewer;
    if (start == StartPolicy::kNewestKeyFrame) viewer.next = cache_;
    viewers_[id] = viewer;
  }
  void Remove(std::uint64_t id) { viewers_.erase(id); }

  // The index of the frame that this viewer must get.
  std::optional<std::size_t> Next(std::uint64_t id) {
    ModelViewer& viewer = viewers_.at(id);
    if (viewer.is_lost) {
      viewer.is_lost = false;
      viewer.next = NewestPoint();
    }
    if (!viewer.next || *viewer.next == frames_.size()) return std::nullopt;
    return (*viewer.next)++;
  }
  const ModelFrame& At(std::size_t index) const { return frames_[index]; }

 private:
  void MarkLost() {
    for (auto& [id, viewer] : viewers_) {
      if (viewer.next && *viewer.next < frames_.size() && IsTooFarBack(*viewer.next)) {
        viewer.is_lost = true;
      }
    }
  }
  std::optional<std::size_t> NewestPoint() const {
    for (std::size_t i = frames_.size(); i-- > 0;) {
      if (frames_[i].is_point) return IsTooFarBack(i) ? std::nullopt : std::optional(i);
    }
    return std::nullopt;
  }
  bool IsTooFarBack(std::size_t index) const {
    if (cache_ && index >= *cache_) return false;
    return Exceeds(index, config_.backlog_span, config_.backlog_size);
  }
  bool Exceeds(std::size_t index, TimeDelta span, DataSize size) const {
    MediaTime head = frames_[index].dts;
    std::int64_t bytes = 0;
    for (std::size_t i = index; i < frames_.size(); ++i) {
      head = std::max(head, frames_[i].dts);
      bytes += frames_[i].bytes + kEntryCharge.bytes();
    }
    return head - frames_[index].dts > span || DataSize::Bytes(bytes) > size;
  }

  RelayConfig config_;
  std::vector<ModelFrame> frames_;
  std::optional<std::size_t> cache_;
  std::map<std::uint64_t, ModelViewer> viewers_;
};

// One random life of a stream; `kind`: which tracks.
class Life {
 public:
  Life(std::uint64_t seed, bool has_video, bool has_audio)
      : rng_(seed),
        config_(RandomConfig()),
        has_video_(has_video),
        has_audio_(has_audio),
        stream_(config_),
        model_(config_) {
    stream_.BeginPublish(Now());
    line_.Restart();
    stream_.SetTracks(Tracks(), Now());
  }

  void Step() {
    const std::uint64_t dice = rng_.Below(100);
    if (dice < 45) {
      PushFrame();
    } else if (dice < 85) {
      Pull();
    } else if (dice < 92) {
      AddViewer();
    } else if (dice < 97) {
      RemoveViewer();
    } else if (dice == 99) {
      Restart();
    }
    CheckBounds();
  }

 private:
  RelayConfig RandomConfig() {
    RelayConfig config;
    config.gop_cache = rng_.Below(3) == 0 ? GopCache::kOff : GopCache::kOn;
    config.cache_span = TimeDelta::Millis(100 + static_cast<std::int64_t>(rng_.Below(2000)));
    config.backlog_span = TimeDelta::Millis(100 + static_cast<std::int64_t>(rng_.Below(2000)));
    config.cache_size = DataSize::Bytes(65'536 + static_cast<std::int64_t>(rng_.Below(100'000)));
    config.backlog_size = DataSize::Bytes(65'536 + static_cast<std::int64_t>(rng_.Below(100'000)));
    return config;
  }
  StreamTracks Tracks() const {
    return {has_video_ ? std::optional(Video()) : std::nullopt,
            has_audio_ ? std::optional(Audio()) : std::nullopt};
  }
  Timestamp Now() const { return At(now_ms_); }

  void PushFrame() {
    now_ms_ += 5 + static_cast<std::int64_t>(rng_.Below(60));
    const bool is_video = has_video_ && (!has_audio_ || rng_.Below(2) == 0);
    const bool is_key = is_video && (needs_key_ || rng_.Below(12) == 0);
    const std::size_t bytes = rng_.Below(rng_.Below(20) == 0 ? 90'000 : 9'000);
    EncodedFrame frame = is_key     ? Key(now_ms_, bytes)
                         : is_video ? Delta(now_ms_, bytes)
                                    : Sound(now_ms_, bytes);
    if (is_key) needs_key_ = false;
    stream_.Push(frame, Now());
    line_.Place(frame, Now());  // Timeline has tests of its own.
    model_.Push({is_key, is_key || !has_video_, frame.dts, static_cast<std::int64_t>(bytes)});
  }

  void Pull() {
    if (viewers_.empty()) return;
    const auto& [key, id] = viewers_[rng_.Below(viewers_.size())];
    for (std::uint64_t i = 1 + rng_.Below(20); i > 0; --i) {
      Taken taken = stream_.Next(id, Now());
      if (std::holds_alternative<onair::relay::Tracks*>(taken)) taken = stream_.Next(id, Now());
      const auto expected = model_.Next(key);
      REQUIRE(std::holds_alternative<Entry*>(taken) == expected.has_value());
      if (!expected) return;
      const Entry& entry = **std::get_if<Entry*>(&taken);
      REQUIRE(entry.sequence == *expected);
      REQUIRE(entry.frame.payload.size() == static_cast<std::size_t>(model_.At(*expected).bytes));
      REQUIRE(entry.frame.is_key() == model_.At(*expected).is_key);
    }
  }

  void AddViewer() {
    const StartPolicy start =
        rng_.Below(4) == 0 ? StartPolicy::kNextKeyFrame : StartPolicy::kNewestKeyFrame;
    const auto id = stream_.AddViewer(start, Now());
    REQUIRE(id.has_value());
    viewers_.emplace_back(next_key_, *id);
    model_.Add(next_key_++, start);
  }
  void RemoveViewer() {
    if (viewers_.empty()) return;
    const std::size_t index = rng_.Below(viewers_.size());
    stream_.RemoveViewer(viewers_[index].second);
    model_.Remove(viewers_[index].first);
    viewers_.erase(viewers_.begin() + static_cast<std::ptrdiff_t>(index));
  }
  // The publisher returns at once and goes on with his clock, a key frame first.
  void Restart() {
    stream_.EndPublish(Now());
    model_.ForgetCache();
    if (rng_.Below(2) == 0) Pull();
    stream_.BeginPublish(Now());
    line_.Restart();
    needs_key_ = true;
  }

  void CheckBounds() {
    const StreamStats stats = stream_.stats();
    REQUIRE(stats.held <= std::max(config_.cache_size, config_.backlog_size));
    REQUIRE(stats.viewers == static_cast<std::int64_t>(viewers_.size()));
    std::int64_t given = 0;
    for (const auto& [key, id] : viewers_) {
      const ViewerStats viewer = *stream_.stats(id);
      REQUIRE(viewer.video_dropped >= 0);
      REQUIRE(viewer.backlog_frames <= stats.held_frames);
      given += viewer.video_frames + viewer.audio_frames;
    }
    REQUIRE(given <= stats.frames_out);
    if (viewers_.empty() && config_.gop_cache == GopCache::kOff) REQUIRE(stats.held_frames == 0);
  }

  Rng rng_;
  RelayConfig config_;
  bool has_video_;
  bool has_audio_;
  LiveStream stream_;
  Model model_;
  Timeline line_;
  std::int64_t now_ms_ = 0;
  bool needs_key_ = true;
  std::vector<std::pair<std::uint64_t, ViewerId>> viewers_;
  std::uint64_t next_key_ = 0;
};

TEST_CASE("Any schedule of pushes and pulls gives each viewer what the rules say") {
  const std::uint64_t first = test::Seed(1);
  for (std::uint64_t seed = first; seed < first + 60; ++seed) {
    INFO(test::SeedNote(seed));
    Life life(seed, seed % 3 != 0, seed % 3 != 1);
    for (int step = 0; step < 400; ++step) {
      INFO("step " << step);
      life.Step();
    }
  }
}

TEST_CASE("A viewer who jumps gets one frame for each it did not miss") {
  Rng rng(test::Seed(7));
  RelayConfig config;
  config.backlog_span = TimeDelta::Millis(400);
  LiveStream stream = Published(config, Both());
  const ViewerId viewer = *stream.AddViewer(StartPolicy::kNewestKeyFrame, At(0));
  stream.Push(Key(0), At(0));

  for (int i = 1; i < 3000; ++i) {
    const std::int64_t ms = 20 * i;
    stream.Push(rng.Below(2) == 0 ? Sound(ms) : rng.Below(15) == 0 ? Key(ms) : Delta(ms), At(ms));
    if (rng.Below(20) == 0) Drain(stream, viewer);
  }
  Drain(stream, viewer);
  stream.Push(Key(60'000), At(60'000));
  Drain(stream, viewer);

  const ViewerStats seen = *stream.stats(viewer);
  const StreamStats all = stream.stats();
  CHECK(seen.jumps > 10);
  CHECK(seen.video_frames + seen.video_dropped == all.video_frames_in);
  CHECK(seen.audio_frames + seen.audio_dropped == all.audio_frames_in);
}

}  // namespace
}  // namespace onair::relay
