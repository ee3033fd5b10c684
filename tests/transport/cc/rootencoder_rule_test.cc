// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/rootencoder_rule.h"

#include "tests/transport/cc/words.h"

namespace onair::cc {
namespace {

// Five seconds at the rates told; the queue holds `frames` at the end of each.
CongestionDecision FiveSeconds(RootEncoderRule& rule, const std::int64_t (&kbps)[5],
                               std::int64_t frames, std::int64_t from_ms = 0,
                               DataSize written = DataSize::Zero()) {
  auto decision = rule.OnReport(TcpReport{.at = At(from_ms), .written = written});
  for (int i = 0; i < 5; ++i) {
    written += Carried(kbps[i], 1000);
    decision = rule.OnReport(
        TcpReport{.at = At(from_ms + (i + 1) * 1000), .written = written, .queue_frames = frames});
  }
  return decision;
}

constexpr ControllerConfig kConfig = Limits(Kbps(100), Kbps(2000), Kbps(4000));

}  // namespace

TEST_CASE("RootEncoder rule multiplies its average by 0.8 or 1.2 every five seconds") {
  struct Row {
    std::int64_t kbps[5];
    std::int64_t frames, bps;
  };
  // The average begins at zero and halves the past: 31/32 of a steady rate.
  const Row rows[] = {
      {{1600, 1600, 1600, 1600, 1600}, 79, 1'860'000},  // 1550 x 1.2.
      {{1600, 1600, 1600, 1600, 1600}, 80, 1'240'000},  // 1550 x 0.8.
      {{0, 0, 0, 0, 3200}, 0, 1'920'000},               // The last second weighs a half,
      {{3200, 0, 0, 0, 0}, 0, 120'000},                 // the first a 32nd.
      {{1600, 1600, 1600, 1600, 1600}, 400, 1'240'000},
  };

  for (const Row& row : rows) {
    RootEncoderRule rule(kConfig);
    const auto decision = FiveSeconds(rule, row.kbps, row.frames);
    CHECK(decision.target_rate.bps() == row.bps);
    CHECK(decision.cause == (row.frames >= 80 ? Cause::kCongestion : Cause::kNone));
    CHECK(decision.decide_again_at == At(6000));
  }
}

TEST_CASE("RootEncoder rule holds between its decisions and begins each average anew") {
  RootEncoderRule rule(kConfig);

  CHECK(rule.OnReport(TcpReport{.at = At(0)}).decide_again_at == At(1000));
  const auto early = rule.OnReport(TcpReport{.at = At(400), .written = Carried(9000, 1000)});
  CHECK(early.target_rate == Kbps(2000));
  CHECK(early.decide_again_at == At(1000));
  for (int second = 1; second < 5; ++second) {
    CHECK(rule.OnReport(TcpReport{.at = At(second * 1000), .written = Carried(9000, 1000)})
              .target_rate == Kbps(2000));
  }
  // 9000 / 32 = 281.25; and five seconds of nothing after that are worth nothing.
  CHECK(
      rule.OnReport(TcpReport{.at = At(5000), .written = Carried(9000, 1000)}).target_rate.bps() ==
      337'500);
  CHECK(FiveSeconds(rule, {0, 0, 0, 0, 0}, 0, 5000, Carried(9000, 1000)).target_rate == Kbps(100));
}

TEST_CASE("RootEncoder rule decides alike on five seconds that are alike") {
  RootEncoderRule rule(kConfig);

  CHECK(FiveSeconds(rule, {1600, 1600, 1600, 1600, 1600}, 0).target_rate == Kbps(1860));
  CHECK(
      FiveSeconds(rule, {1600, 1600, 1600, 1600, 1600}, 0, 5000, Carried(1600, 5000)).target_rate ==
      Kbps(1860));
}

TEST_CASE("RootEncoder rule measures a longer second by its length") {
  RootEncoderRule rule(kConfig);

  DataSize written = DataSize::Zero();
  auto decision = rule.OnReport(TcpReport{.at = At(0)});
  for (int i = 1; i <= 5; ++i) {
    written += Carried(1600, 1250);
    decision = rule.OnReport(TcpReport{.at = At(i * 1250), .written = written});
  }

  CHECK(decision.target_rate == Kbps(1860));
}

TEST_CASE("RootEncoder rule goes to its maximum when that was carried, even with a full queue") {
  RootEncoderRule rule(kConfig);

  CHECK(FiveSeconds(rule, {4200, 4200, 4200, 4200, 4200}, 400).target_rate == Kbps(4000));
}

TEST_CASE("RootEncoder rule keeps to the limits") {
  RootEncoderRule low(kConfig);
  CHECK(FiveSeconds(low, {9, 9, 9, 9, 9}, 100).target_rate == Kbps(100));

  RootEncoderRule high(kConfig);
  CHECK(FiveSeconds(high, {3900, 3900, 3900, 3900, 3900}, 0).target_rate == Kbps(4000));
}

TEST_CASE("RootEncoder rule is not moved by feedback of datagrams") {
  RootEncoderRule rule(kConfig);

  const auto decision = rule.OnReport(FeedbackReport{.at = At(9000), .packets = {}});

  CHECK(decision.target_rate == Kbps(2000));
  CHECK(decision.decide_again_at == At(10'000));
}

}  // namespace onair::cc
