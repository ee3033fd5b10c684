// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/segment_meter.h"

#include <catch2/catch.hpp>

namespace onair {
namespace {

SocketFacts Told(std::int64_t sent, std::int64_t retransmitted) {
  SocketFacts facts;
  facts.segments_sent = sent;
  facts.segments_retransmitted = retransmitted;
  return facts;
}

TEST_CASE("Segments are summed over connections, whose counters begin anew") {
  SegmentMeter meter;
  CHECK_FALSE(meter.total());
  meter.Add({});
  CHECK_FALSE(meter.total());  // A system that tells nothing.
  meter.Add(Told(100, 4));
  meter.Add(Told(150, 5));
  meter.Add(Told(20, 1));  // Another connection.
  REQUIRE(meter.total());
  CHECK(meter.total()->sent == 170);
  CHECK(meter.total()->lost == 6);
}

}  // namespace
}  // namespace onair
