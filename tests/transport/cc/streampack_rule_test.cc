// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/streampack_rule.h"

#include <vector>

#include "tests/transport/cc/words.h"

namespace onair::cc {
namespace {

constexpr ControllerConfig kConfig = Limits(Kbps(100), Kbps(2000), Kbps(4000));

// One tick in which so much was written, counted and dropped.
CongestionDecision OneTick(const ControllerConfig& config, DataSize written, std::int64_t frames,
                           std::int64_t dropped) {
  StreamPackRule rule(config);
  (void)rule.OnReport(TcpReport{.at = At(0)});
  return rule.OnReport(TcpReport{
      .at = At(500), .written = written, .frames_written = frames, .frames_dropped = dropped});
}

}  // namespace

TEST_CASE("StreamPack rule goes down by the share that is missing, within 20 and 85 percent") {
  struct Row {
    std::int64_t start_kbps, written, dropped, kbps;
  };
  const Row rows[] = {
      {2000, 100, 1, 1600},   // 1 % is 20 %.
      {2000, 100, 20, 1600},  // 20 %.
      {2000, 100, 40, 1200},  // 40 %.
      {2000, 100, 84, 320},   // 84 %.
      {2000, 100, 300, 300},  // 300 % is 85 %.
      {2000, 0, 1, 300},      // Nothing written: 85 %.
      {400, 100, 1, 300},     // At least 100 kbit/s.
      {150, 100, 1, 100},     // The lower limit holds.
  };

  for (const Row& row : rows) {
    const auto config = Limits(Kbps(100), Kbps(row.start_kbps), Kbps(4000));
    const auto decision = OneTick(config, Carried(2000, 500), row.written, row.dropped);
    CHECK(decision.target_rate == Kbps(row.kbps));
    CHECK(decision.cause == Cause::kCongestion);
    CHECK(decision.decide_again_at == At(1000));
  }
}

TEST_CASE("StreamPack rule goes up by 200 kbit/s when over nine tenths were written") {
  const auto at_nine_tenths = OneTick(kConfig, Carried(1800, 500), 15, 0);
  CHECK(at_nine_tenths.target_rate == Kbps(2000));
  CHECK(at_nine_tenths.cause == Cause::kApplicationLimited);

  const auto above = OneTick(kConfig, Carried(1801, 500), 15, 0);
  CHECK(above.target_rate == Kbps(2200));
  CHECK(above.cause == Cause::kNone);

  const auto near_the_top = Limits(Kbps(100), Kbps(3900), Kbps(4000));
  CHECK(OneTick(near_the_top, Carried(3900, 500), 15, 0).target_rate == Kbps(4000));
  const auto at_the_top = Limits(Kbps(100), Kbps(4000), Kbps(4000));
  CHECK(OneTick(at_the_top, Carried(9000, 500), 15, 0).target_rate == Kbps(4000));
}

TEST_CASE("StreamPack rule holds between ticks and counts each frame in one tick only") {
  StreamPackRule rule(kConfig);
  const DataSize carried = Carried(2000, 500);
  (void)rule.OnReport(TcpReport{.at = At(0)});

  const auto between = rule.OnReport(TcpReport{.at = At(499), .frames_dropped = 5});
  CHECK(between.target_rate == Kbps(2000));
  CHECK(between.decide_again_at == At(500));
  const auto tick = rule.OnReport(
      TcpReport{.at = At(500), .written = carried, .frames_written = 10, .frames_dropped = 5});
  CHECK(tick.target_rate == Kbps(1000));  // 50 %.
  const auto next = rule.OnReport(TcpReport{
      .at = At(1000), .written = carried + carried, .frames_written = 20, .frames_dropped = 5});
  CHECK(next.target_rate == Kbps(1200));
  const auto after = rule.OnReport(TcpReport{.at = At(1200), .written = carried + carried});
  CHECK(after.target_rate == Kbps(1200));
  CHECK(after.decide_again_at == At(1500));
}

TEST_CASE("StreamPack rule does not see a queue that drops nothing") {
  StreamPackRule rule(kConfig);
  (void)rule.OnReport(TcpReport{.at = At(0)});

  const auto decision = rule.OnReport(TcpReport{.at = At(500),
                                                .written = Carried(2000, 500),
                                                .queue_span = TimeDelta::Seconds(60),
                                                .queue_frames = 4000});

  CHECK(decision.target_rate == Kbps(2200));
}

TEST_CASE("StreamPack rule counts the datagrams of feedback") {
  StreamPackRule rule(kConfig);
  std::vector<PacketFate> fates(
      100, {.sent_at = At(0), .arrived_at = At(20), .size = DataSize::Bytes(1250)});
  (void)rule.OnReport(FeedbackReport{.at = At(0), .packets = {}});

  // 100 packets of 1250 bytes in half a second are 2 Mbit/s.
  const auto up = rule.OnReport(FeedbackReport{.at = At(500), .packets = fates});
  CHECK(up.target_rate == Kbps(2200));
  for (int i = 0; i < 30; ++i) fates[i].arrived_at.reset();
  const auto down = rule.OnReport(FeedbackReport{.at = At(1000), .packets = fates});
  CHECK(down.target_rate == Kbps(1540));
}

TEST_CASE("StreamPack rule reads no more packets than a report may hold") {
  StreamPackRule rule(kConfig);
  std::vector<PacketFate> fates(
      FeedbackReport::kMaxPackets + 1,
      {.sent_at = At(0), .arrived_at = At(20), .size = DataSize::Bytes(1250)});
  fates.back().arrived_at.reset();
  (void)rule.OnReport(FeedbackReport{.at = At(0), .packets = {}});

  const auto decision = rule.OnReport(FeedbackReport{.at = At(500), .packets = fates});

  CHECK(decision.cause == Cause::kNone);
}

}  // namespace onair::cc
