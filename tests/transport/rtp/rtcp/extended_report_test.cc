// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/rtcp/extended_report.h"

#include "tests/transport/rtp/rtcp/wire.h"

namespace onair::rtp::rtcp {
namespace {

TEST_CASE("A receiver's time and its answer come back") {
  const Bytes asked = Written(
      [](SpanWriter& out) { CHECK(WriteReferenceTime(8, NtpTime(0x0102030405060708), out)); });
  const auto time = ReadExtendedReport(First(asked), 1);
  REQUIRE(time);
  CHECK(time->ssrc == 8);
  CHECK(time->reference_time == NtpTime(0x0102030405060708));
  CHECK_FALSE(time->delay);

  const DelaySinceReference item{.ssrc = 8, .last_rr = 0x03040506, .delay = 655};
  const Bytes answer =
      Written([&](SpanWriter& out) { CHECK(WriteDelaySinceReference(1, item, out)); });
  const auto mine = ReadExtendedReport(First(answer), 8);
  REQUIRE(mine);
  CHECK(mine->delay == item);
  const auto others = ReadExtendedReport(First(answer), 9);
  REQUIRE(others);
  CHECK_FALSE(others->delay);
}

TEST_CASE("Unknown report blocks are passed over, lying lengths refused") {
  Bytes bytes{0x80, 207, 0, 6, 0, 0, 0, 1,  //
              42,   0,   0, 1, 9, 9, 9, 9,  // Unknown.
              4,    0,   0, 2, 0, 0, 0, 5, 0, 0, 0, 6};
  const auto got = ReadExtendedReport(First(bytes), 1);
  REQUIRE(got);
  CHECK(got->reference_time == NtpTime(0x0000000500000006));
  bytes[11] = 9;
  CHECK_FALSE(ReadExtendedReport(First(bytes), 1));
}

}  // namespace
}  // namespace onair::rtp::rtcp
