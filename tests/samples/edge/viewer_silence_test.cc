// SPDX-License-Identifier: Apache-2.0
#include "samples/edge/viewer_silence.h"

#include <catch2/catch.hpp>

namespace onair::edge {
namespace {

using Tells = ViewerSilence::Tells;

constexpr Timestamp At(std::int64_t ms) {
  return Timestamp::Zero() + TimeDelta::Millis(ms);
}

TEST_CASE("A viewer is gone when what he was sent stays unanswered, sooner who told of packets") {
  ViewerSilence silence;
  silence.OnHeard(1);
  silence.OnSent(At(1'000));
  silence.OnSent(At(2'000));
  CHECK_FALSE(silence.IsGone(Tells::kPackets, At(3'999)));
  CHECK(silence.IsGone(Tells::kPackets, At(4'000)));
  CHECK_FALSE(silence.IsGone(Tells::kOthers, At(13'999)));
  CHECK(silence.IsGone(Tells::kOthers, At(14'000)));

  silence.OnHeard(2);

  CHECK_FALSE(silence.IsGone(Tells::kPackets, At(14'000)));
}

TEST_CASE("A viewer who was sent nothing owes no answer") {
  ViewerSilence silence;
  silence.OnHeard(1);
  CHECK_FALSE(silence.IsGone(Tells::kPackets, At(60'000)));
  silence.OnSent(At(60'000));
  CHECK_FALSE(silence.IsGone(Tells::kPackets, At(62'999)));
  CHECK(silence.IsGone(Tells::kPackets, At(63'000)));
}

}  // namespace
}  // namespace onair::edge
