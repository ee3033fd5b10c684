// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/rtcp/reports.h"

#include <vector>

#include "tests/transport/rtp/rtcp/wire.h"

namespace onair::rtp::rtcp {
namespace {

constexpr ReportBlock kBlock{.ssrc = 0x01020304,
                             .fraction_lost = 64,
                             .cumulative_lost = -3,
                             .extended_highest = 0x0001fffe,
                             .jitter = 90,
                             .last_sr = 0xb705d5f3,
                             .delay_since_last_sr = 65536};

TEST_CASE("A sender report comes back as it was written") {
  const SenderReport sent{.ssrc = 5,
                          .ntp = NtpTime(0x1122334455667788),
                          .rtp_timestamp = 6,
                          .packets = 7,
                          .payload_bytes = 8,
                          .blocks = {}};
  const Bytes bytes =
      Written([&](SpanWriter& out) { CHECK(WriteSenderReport(sent, {{kBlock}}, out)); });

  const auto got = ReadSenderReport(First(bytes));

  CHECK(bytes.size() == 52);
  CHECK(bytes[0] == 0x81);
  REQUIRE(got);
  CHECK(got->ssrc == 5);
  CHECK(got->ntp == sent.ntp);
  CHECK(got->rtp_timestamp == 6);
  CHECK(got->packets == 7);
  CHECK(got->payload_bytes == 8);
  REQUIRE(got->blocks.size() == 1);
  CHECK(got->blocks[0] == kBlock);
}

TEST_CASE("A receiver report comes back, with the losses' sign") {
  const ReportBlock blocks[] = {kBlock, {.ssrc = 9, .cumulative_lost = 0x7fffff}};
  const Bytes bytes = Written([&](SpanWriter& out) { CHECK(WriteReceiverReport(4, blocks, out)); });

  const auto got = ReadReceiverReport(First(bytes));

  REQUIRE(got);
  CHECK(got->ssrc == 4);
  REQUIRE(got->blocks.size() == 2);
  CHECK(got->blocks[0].cumulative_lost == -3);
  CHECK(got->blocks[1] == blocks[1]);
  CHECK_FALSE(ReadSenderReport(First(bytes)));
}

TEST_CASE("Losses beyond 24 bits saturate") {
  const ReportBlock blocks[] = {{.cumulative_lost = 100'000'000},
                                {.cumulative_lost = -100'000'000}};
  const Bytes bytes = Written([&](SpanWriter& out) { WriteReceiverReport(4, blocks, out); });
  const auto got = ReadReceiverReport(First(bytes));
  REQUIRE(got);
  CHECK(got->blocks[0].cumulative_lost == 0x7fffff);
  CHECK(got->blocks[1].cumulative_lost == -0x800000);
}

TEST_CASE("Reports that count more blocks than they hold are refused") {
  const Bytes sr = Written([](SpanWriter& out) { WriteSenderReport({}, {{kBlock}}, out); });
  ExpectNoneOfCuts(sr, [](const Block& block) { return ReadSenderReport(block).has_value(); });
  Bytes rr = Written([](SpanWriter& out) { WriteReceiverReport(1, {}, out); });
  rr[0] |= 31;
  CHECK_FALSE(ReadReceiverReport(First(rr)));
}

TEST_CASE("A report takes 31 blocks at most and is written whole or not at all") {
  const std::vector<ReportBlock> many(40, kBlock);
  const Bytes bytes = Written([&](SpanWriter& out) { CHECK(WriteReceiverReport(1, many, out)); });
  const auto got = ReadReceiverReport(First(bytes));
  REQUIRE(got);
  CHECK(got->blocks.size() == 31);

  std::array<std::uint8_t, 31> small{};
  SpanWriter out(small);
  CHECK_FALSE(WriteReceiverReport(1, {{kBlock}}, out));
  CHECK(out.size() == 0);
}

}  // namespace
}  // namespace onair::rtp::rtcp
