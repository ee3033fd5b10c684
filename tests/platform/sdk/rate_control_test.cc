// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/rate_control.h"

#include <catch2/catch.hpp>

namespace onair {
namespace {

constexpr Timestamp kNow = Timestamp::Zero();
constexpr DataRate kFull = DataRate::KilobitsPerSec(2000);

DataRate Kbps(std::int64_t kbps) {
  return DataRate::KilobitsPerSec(kbps);
}

cc::CongestionDecision Decide(std::int64_t kbps, Intake intake = Intake::kOpen) {
  return {.target_rate = Kbps(kbps),
          .pacing_rate = {},
          .congestion_window = {},
          .probe = {},
          .repair = {},
          .intake = intake,
          .cause = cc::Cause::kNone,
          .decide_again_at = kNow,
          .reason = ""};
}

RateControl Make(RateControl::Sizes sizes = RateControl::Sizes::kMayChange) {
  return RateControl({}, {kFull, 30}, sizes);
}

TEST_CASE("The slowest live destination sets the rate, one that was lost does not") {
  RateControl control = Make();
  (void)control.OnState(0, PublishState::kLive, kNow);
  (void)control.OnState(1, PublishState::kLive, kNow);
  CHECK(control.OnDecision(0, Decide(1500), Carriage::kMoves, kNow).video_rate == Kbps(1500));
  CHECK(control.OnDecision(1, Decide(600), Carriage::kMoves, kNow).video_rate == Kbps(600));

  CHECK(control.OnState(1, PublishState::kReconnecting, kNow).video_rate == Kbps(1500));
}

TEST_CASE("A destination that is back counts again before it decides anything new") {
  RateControl control = Make();
  (void)control.OnState(0, PublishState::kLive, kNow);
  (void)control.OnState(1, PublishState::kLive, kNow);
  (void)control.OnDecision(0, Decide(1500), Carriage::kMoves, kNow);
  (void)control.OnDecision(1, Decide(600, Intake::kPaused), Carriage::kMoves, kNow);
  CHECK(control.OnState(1, PublishState::kReconnecting, kNow).intake == Intake::kOpen);

  const EncoderTarget target = control.OnState(1, PublishState::kLive, kNow);
  CHECK(target.video_rate == Kbps(600));
  CHECK(target.intake == Intake::kOpen);  // The queue that it paused for is gone.
}

TEST_CASE("What the app allows is the most, whatever the network does") {
  RateControl control = Make();
  (void)control.OnState(0, PublishState::kLive, kNow);
  (void)control.OnDecision(0, Decide(1500), Carriage::kMoves, kNow);
  EncoderTarget cap{.video_rate = Kbps(1000), .frame_rate = 15};
  cap.resolution_step = 2;
  cap.roi_emphasis = 1.5;

  const EncoderTarget capped = control.SetCap(cap);
  CHECK(capped.video_rate == Kbps(1000));
  CHECK(capped.frame_rate == 15);
  CHECK(capped.resolution_step == 2);
  CHECK(capped.roi_emphasis == 1.5);
  CHECK(control.OnDecision(0, Decide(700), Carriage::kMoves, kNow).video_rate == Kbps(700));
  cap.intake = Intake::kPaused;
  CHECK(control.SetCap(cap).intake == Intake::kPaused);
}

TEST_CASE("Where the picture must keep its size nobody makes it smaller") {
  RateControl control = Make(RateControl::Sizes::kStay);
  EncoderTarget cap{.video_rate = kFull, .frame_rate = 30};
  cap.resolution_step = 2;
  CHECK(control.SetCap(cap).resolution_step == 0);
}

}  // namespace
}  // namespace onair
