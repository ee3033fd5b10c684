// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/key_frame_requests.h"

#include <catch2/catch.hpp>

#include "tests/support/print_units.h"

namespace onair::rtp {
namespace {

Timestamp At(int ms) {
  return Timestamp::Zero() + TimeDelta::Millis(ms);
}
constexpr TimeDelta kShort = TimeDelta::Millis(40);
constexpr TimeDelta kLong = TimeDelta::Millis(700);

TEST_CASE("A key frame is asked for at once, then as often as it could have come") {
  KeyFrameRequests requests;
  CHECK_FALSE(requests.TakeDue(kShort, At(0)));
  requests.Want();
  CHECK(requests.TakeDue(kShort, At(0)));
  CHECK_FALSE(requests.TakeDue(kShort, At(299)));
  CHECK(requests.TakeDue(kShort, At(300)));
  CHECK(requests.wake_at(kLong) == At(1'000));
  CHECK_FALSE(requests.TakeDue(kLong, At(999)));
  CHECK(requests.requests() == 2);
}

TEST_CASE("A key frame ends the asking, and a new wish keeps the distance") {
  KeyFrameRequests requests;
  requests.Want();
  CHECK(requests.TakeDue(kShort, At(0)));
  requests.OnKeyFrame();
  CHECK_FALSE(requests.wake_at(kShort).is_finite());
  requests.Want();
  CHECK_FALSE(requests.TakeDue(kShort, At(100)));
  CHECK(requests.TakeDue(kShort, At(300)));
}

}  // namespace
}  // namespace onair::rtp
