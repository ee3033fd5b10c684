// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/sequence.h"

#include <catch2/catch.hpp>

namespace onair::rtp {
namespace {

TEST_CASE("Sequence numbers are compared the shorter way round") {
  CHECK(SequenceDistance(65535, 2) == 3);
  CHECK(SequenceDistance(2, 65535) == -3);
  CHECK(IsNewerSequence(0, 65535));
  CHECK_FALSE(IsNewerSequence(65535, 0));
  CHECK_FALSE(IsNewerSequence(7, 7));
}

TEST_CASE("Unwrapped sequence numbers grow through many wraps") {
  SequenceUnwrapper line;
  const std::int64_t first = line.Unwrap(65000);
  std::int64_t at = first;
  for (int i = 1; i <= 10 * 65536; ++i) {
    at = line.Unwrap(static_cast<std::uint16_t>(65000 + i));
    if (at != first + i) FAIL("after " << i << " packets: " << at - first);
  }
  CHECK(*line.newest() == first + 10 * 65536);
}

TEST_CASE("A late packet keeps its place before the newest") {
  SequenceUnwrapper line;
  const std::int64_t newest = line.Unwrap(1);
  CHECK(line.Unwrap(65534) == newest - 3);
  CHECK(line.Unwrap(2) == newest + 1);
}

TEST_CASE("Peeking does not move the line") {
  SequenceUnwrapper line;
  line.Unwrap(100);
  CHECK(line.Peek(30'000) == *line.newest() + 29'900);
  CHECK(line.Peek(100) == *line.newest());
}

}  // namespace
}  // namespace onair::rtp
