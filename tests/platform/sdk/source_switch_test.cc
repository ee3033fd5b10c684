// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/source_switch.h"

#include <catch2/catch.hpp>
#include <vector>

#include "platform/runtime/clock.h"

namespace onair {
namespace {

// A device under the test's hand: gives what it is told, when it is told.
class HandSource final : public LiveSource {
 public:
  struct State {
    FrameSink* sink = nullptr;
    bool is_running = false;
    std::optional<Error> refuses;
  };

  explicit HandSource(State& state) : state_(state) { info_.video = VideoFormat{{16, 16}, 30}; }
  Status Start(Timestamp, FrameSink& sink) override {
    if (state_.refuses) return Fail(*state_.refuses);
    state_.sink = &sink;
    state_.is_running = true;
    return {};
  }
  void Stop() override { state_.is_running = false; }
  const SourceInfo& info() const override { return info_; }

 private:
  State& state_;
  SourceInfo info_;
};

VideoFrame FrameAt(std::int64_t ms, Timestamp origin) {
  auto builder = PictureBuilder::Allocate(PixelFormat::kI420, {16, 16});
  REQUIRE(builder);
  return VideoFrame(std::move(*builder).Freeze(), MediaTime::Millis(ms),
                    origin + TimeDelta::Millis(ms));
}

struct Stage {
  Timestamp origin = runtime::Now();
  SharedLine line{origin};
  std::vector<MediaTime> given;
  std::vector<std::optional<Error>> ended;
  std::vector<Error> skipped;
  SourceSwitch sources{line,
                       {.video = [this](VideoFrame f) { given.push_back(f.pts); },
                        .audio = [](AudioBlock) {},
                        .ended = [this](std::optional<Error> e) { ended.push_back(e); },
                        .skipped = [this](const Error& e) { skipped.push_back(e); }}};

  void Run(HandSource::State& state, SourceSwitch::Need need = SourceSwitch::Need::kMust) {
    std::vector<SourceSwitch::Wanted> list;
    list.push_back({std::make_unique<HandSource>(state), need});
    sources.Run(std::move(list));
  }
};

TEST_CASE("After a switch the new source goes on where the old one was, and the old one stops") {
  HandSource::State camera;  // Outlive the stage, which stops them.
  HandSource::State screen;
  Stage stage;
  stage.Run(camera);
  for (const int ms : {0, 33, 67}) camera.sink->OnVideo(FrameAt(ms, stage.origin));

  stage.Run(screen);
  CHECK_FALSE(camera.is_running);
  REQUIRE(screen.is_running);
  for (const int ms : {100, 133}) screen.sink->OnVideo(FrameAt(ms, stage.origin));

  REQUIRE(stage.given.size() == 5);
  for (std::size_t i = 1; i < stage.given.size(); ++i) CHECK(stage.given[i] > stage.given[i - 1]);
  CHECK(stage.given[4] - stage.given[0] < TimeDelta::Millis(170));
}

TEST_CASE("A device that does not start is told, and the source before it goes on") {
  HandSource::State camera;
  HandSource::State broken;
  Stage stage;
  broken.refuses = Error{ErrorCode::kDeviceBusy, "/dev/video0"};
  stage.Run(camera);

  stage.Run(broken);

  REQUIRE(stage.ended.size() == 1);
  CHECK(stage.ended[0]->code == ErrorCode::kDeviceBusy);
  CHECK(camera.is_running);
  camera.sink->OnVideo(FrameAt(0, stage.origin));
  CHECK(stage.given.size() == 1);
}

TEST_CASE("A device that may be missing is skipped and told") {
  HandSource::State broken;
  broken.refuses = Error{ErrorCode::kDeviceAbsent, "no microphone"};
  Stage stage;
  stage.Run(broken, SourceSwitch::Need::kMay);
  CHECK(stage.ended.empty());
  REQUIRE(stage.skipped.size() == 1);
  CHECK(stage.skipped[0].code == ErrorCode::kDeviceAbsent);
}

TEST_CASE("An interrupted switch starts nothing more") {
  HandSource::State camera;
  Stage stage;
  stage.sources.Interrupt();
  stage.Run(camera);
  CHECK_FALSE(camera.is_running);
}

}  // namespace
}  // namespace onair
