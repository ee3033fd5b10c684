// SPDX-License-Identifier: Apache-2.0
#include "core/control/rate_allocator.h"

#include <catch2/catch.hpp>

#include "tests/support/print_units.h"

namespace onair::control {
namespace {

constexpr Timestamp kNow = Timestamp::Zero();

DataRate Kbps(std::int64_t kbps) {
  return DataRate::KilobitsPerSec(kbps);
}

cc::CongestionDecision Wants(std::int64_t kbps, Intake intake = Intake::kOpen) {
  return {.target_rate = Kbps(kbps),
          .pacing_rate = {},
          .congestion_window = {},
          .probe = {},
          .repair = {},
          .intake = intake,
          .cause = cc::Cause::kNone,
          .decide_again_at = kNow + TimeDelta::Seconds(1),
          .reason = "test"};
}

RateAllocator Make() {
  return RateAllocator({.min_rate = Kbps(200)}, {.rate = Kbps(1500), .frame_rate = 30});
}

TEST_CASE("The slowest destination decides the rate of the encoder they share") {
  auto allocator = Make();
  CHECK(allocator.target().video_rate == Kbps(1500));
  CHECK(allocator.OnDecision(0, Wants(1200), Carriage::kMoves, kNow).video_rate == Kbps(1200));
  CHECK(allocator.OnDecision(1, Wants(700), Carriage::kMoves, kNow).video_rate == Kbps(700));
  CHECK(allocator.OnDecision(0, Wants(900), Carriage::kMoves, kNow).video_rate == Kbps(700));
}

TEST_CASE("A destination that went away holds nobody back, and the last rate stays") {
  auto allocator = Make();
  static_cast<void>(allocator.OnDecision(0, Wants(1200), Carriage::kMoves, kNow));
  static_cast<void>(allocator.OnDecision(1, Wants(700, Intake::kPaused), Carriage::kMoves, kNow));
  const EncoderTarget one = allocator.OnGone(1, kNow);
  CHECK(one.video_rate == Kbps(1200));
  CHECK(one.intake == Intake::kOpen);
  CHECK(allocator.OnGone(0, kNow).video_rate == Kbps(1200));
}

TEST_CASE("Any destination that must not be given more stops the intake") {
  auto allocator = Make();
  static_cast<void>(allocator.OnDecision(0, Wants(1200), Carriage::kMoves, kNow));
  CHECK(allocator.OnDecision(1, Wants(700, Intake::kPaused), Carriage::kMoves, kNow).intake ==
        Intake::kPaused);
  CHECK(allocator.OnDecision(1, Wants(700), Carriage::kMoves, kNow).intake == Intake::kOpen);
}

TEST_CASE("A line that stands holds nobody back, unless all of them stand") {
  auto allocator = Make();
  static_cast<void>(allocator.OnDecision(0, Wants(1200), Carriage::kMoves, kNow));
  cc::CongestionDecision stands = Wants(200, Intake::kPaused);
  stands.frame_limit = DataSize::Bytes(900);
  const EncoderTarget one = allocator.OnDecision(1, stands, Carriage::kStands, kNow);
  CHECK(one.video_rate == Kbps(1200));
  CHECK(one.intake == Intake::kOpen);
  CHECK_FALSE(one.frame_limit);
  const EncoderTarget none =
      allocator.OnDecision(0, Wants(900, Intake::kPaused), Carriage::kStands, kNow);
  CHECK(none.video_rate == Kbps(200));
  CHECK(none.intake == Intake::kPaused);
  CHECK(allocator.OnDecision(1, stands, Carriage::kMoves, kNow).video_rate == Kbps(200));
}

TEST_CASE("The tightest limit on single pictures holds, as long as somebody sets one") {
  auto allocator = Make();
  const auto with_limit = [](std::int64_t bytes) {
    auto decision = Wants(1200);
    decision.frame_limit = DataSize::Bytes(bytes);
    return decision;
  };
  CHECK(allocator.OnDecision(0, with_limit(9000), Carriage::kMoves, kNow).frame_limit ==
        DataSize::Bytes(9000));
  CHECK(allocator.OnDecision(1, with_limit(5000), Carriage::kMoves, kNow).frame_limit ==
        DataSize::Bytes(5000));
  CHECK(allocator.OnDecision(1, Wants(1200), Carriage::kMoves, kNow).frame_limit ==
        DataSize::Bytes(9000));
  CHECK_FALSE(allocator.OnGone(0, kNow).frame_limit);
}

TEST_CASE("Targets stay within the lowest rate and the encoder's own") {
  auto allocator = Make();
  CHECK(allocator.OnDecision(0, Wants(50), Carriage::kMoves, kNow).video_rate == Kbps(200));
  CHECK(allocator.OnDecision(0, Wants(9000), Carriage::kMoves, kNow).video_rate == Kbps(1500));
}

TEST_CASE("A rate that stays low makes the picture smaller and the regions heavier") {
  auto allocator = Make();
  EncoderTarget target = allocator.OnDecision(0, Wants(1500), Carriage::kMoves, kNow);
  CHECK(target.resolution_step == 0);
  CHECK(target.roi_emphasis == 1.0);
  for (int ms = 0; ms <= 1000; ms += 20) {
    target = allocator.OnDecision(0, Wants(200), Carriage::kMoves, kNow + TimeDelta::Millis(ms));
    CHECK(target.roi_emphasis >= 1.0);
    CHECK(target.roi_emphasis <= 2.0);
  }
  CHECK(target.resolution_step == 2);
  CHECK(target.frame_rate == 15);
  CHECK(target.roi_emphasis > 1.0);
  CHECK(target.roi_emphasis < 2.0);  // The smaller picture has almost what it needs.
}

TEST_CASE("The regions get all the emphasis there is when bits are shortest") {
  auto allocator = Make();
  CHECK(allocator.OnDecision(0, Wants(500), Carriage::kMoves, kNow).roi_emphasis == 2.0);
}

TEST_CASE("A rate that must not move moves nothing else") {
  RateAllocator allocator({.min_rate = Kbps(300)}, {.rate = Kbps(300), .frame_rate = 30});
  for (int ms = 0; ms <= 5000; ms += 20) {
    const auto target =
        allocator.OnDecision(0, Wants(100), Carriage::kMoves, kNow + TimeDelta::Millis(ms));
    CHECK(target == EncoderTarget{.video_rate = Kbps(300), .frame_rate = 30});
  }
}

}  // namespace
}  // namespace onair::control
