// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/receiver.h"

#include <catch2/catch.hpp>

#include "tests/support/print_units.h"

namespace onair::rtp {
namespace {

Timestamp At(std::int64_t ms) {
  return Timestamp::Zero() + TimeDelta::Millis(ms);
}

std::optional<std::int64_t> Come(ReceiveStatistics& statistics, int sequence, int ms = 0) {
  return statistics.OnPacket({.sequence_number = static_cast<std::uint16_t>(sequence),
                              .timestamp = static_cast<std::uint32_t>(ms * 90)},
                             100, At(ms));
}

TEST_CASE("Losses are counted as in RFC 3550 appendix A.3") {
  ReceiveStatistics statistics(90'000);
  for (int i = 0; i < 100; ++i) {
    if (i % 4 != 1) Come(statistics, 65'500 + i, i);
  }
  const auto report = statistics.Report(5, At(100));
  REQUIRE(report);
  CHECK(report->ssrc == 5);
  CHECK(report->cumulative_lost == 25);
  CHECK(report->fraction_lost == 64);
  CHECK(report->extended_highest == 0x10000 + (65'500 + 99 - 65'536));

  // The next interval stands for itself.
  for (int i = 100; i < 110; ++i) Come(statistics, 65'500 + i, i);
  const auto next = statistics.Report(5, At(200));
  CHECK(next->fraction_lost == 0);
  CHECK(next->cumulative_lost == 25);
}

TEST_CASE("Duplicates make losses negative, and no fraction") {
  ReceiveStatistics statistics(90'000);
  for (int i = 0; i < 5; ++i) Come(statistics, i);
  for (int i = 0; i < 3; ++i) Come(statistics, 4);
  const auto report = statistics.Report(5, At(1));
  CHECK(report->cumulative_lost == -3);
  CHECK(report->fraction_lost == 0);
}

TEST_CASE("Jitter is that of RFC 3550 appendix A.8") {
  ReceiveStatistics steady(90'000);
  for (int i = 0; i < 200; ++i) Come(steady, i, i * 20);
  CHECK(steady.jitter() == TimeDelta::Zero());

  // Each second packet is 8 ms late: differences of 8 ms, which the filter settles on.
  ReceiveStatistics swaying(90'000);
  for (int i = 0; i < 400; ++i) {
    swaying.OnPacket({.sequence_number = static_cast<std::uint16_t>(i),
                      .timestamp = static_cast<std::uint32_t>(i * 20 * 90)},
                     100, At(i * 20 + (i % 2) * 8));
  }
  CHECK(swaying.jitter() > TimeDelta::Micros(7'800));
  CHECK(swaying.jitter() < TimeDelta::Micros(8'100));
}

TEST_CASE("A far number is dropped, two in a row start the stream anew") {
  ReceiveStatistics statistics(90'000);
  const auto before = Come(statistics, 100);
  CHECK_FALSE(Come(statistics, 40'000));
  CHECK(Come(statistics, 101));
  CHECK_FALSE(Come(statistics, 20'000));
  const auto after = Come(statistics, 20'001);
  REQUIRE(after);
  CHECK(*after > *before);
  CHECK(static_cast<std::uint16_t>(*after) == 20'001);
  CHECK(Come(statistics, 20'002) == *after + 1);
  CHECK(statistics.stats().restarts == 1);
  CHECK(statistics.stats().jumps == 3);
  CHECK(statistics.lost() == 0);
}

TEST_CASE("A report answers the sender's last one") {
  ReceiveStatistics statistics(90'000);
  Come(statistics, 1);
  CHECK(statistics.Report(5, At(1))->last_sr == 0);
  CHECK(statistics.Report(5, At(1))->delay_since_last_sr == 0);
  statistics.OnSenderReport({.ssrc = 5, .ntp = NtpTime(0x11112222'33334444)}, At(1'000));
  const auto report = statistics.Report(5, At(1'500));
  CHECK(report->last_sr == 0x22223333);
  CHECK(report->delay_since_last_sr == 32'768);
}

TEST_CASE("Before the first packet there is nothing to report") {
  ReceiveStatistics statistics(90'000);
  CHECK_FALSE(statistics.Report(5, At(0)));
  CHECK_FALSE(statistics.NumberOf(7));
  const auto first = Come(statistics, 7);
  CHECK(statistics.NumberOf(9) == *first + 2);
  CHECK_FALSE(statistics.NumberOf(30'000));
}

}  // namespace
}  // namespace onair::rtp
