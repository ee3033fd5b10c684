// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/streampack_rule.h"

#include <algorithm>
#include <utility>

namespace onair::cc {
namespace {

// Source: StreamPack a5d112d DefaultBitrateRegulatorController.kt delayTimeInMs
constexpr TimeDelta kTick = TimeDelta::Millis(500);
// Source: StreamPack a5d112d SimpleBitrateRegulator.kt MIN_DECREASE_STEP, MAX_INCREASE_STEP
constexpr std::int64_t kLeastDownBps = 100'000;
constexpr std::int64_t kUpBps = 200'000;
// Source: StreamPack a5d112d SimpleBitrateRegulator.kt MIN_PERCENTAGE_DECREASE,
// MAX_PERCENTAGE_DECREASE
constexpr std::int64_t kLeastPercent = 20;
constexpr std::int64_t kMostPercent = 85;
// Source: StreamPack a5d112d SimpleBitrateRegulator.kt update
constexpr std::int64_t kCarriedTenths = 9;

// Ends of the sums between two ticks, so that no product below overflows.
constexpr std::int64_t kMostBps = 1'000'000'000'000;
constexpr std::int64_t kMostPackets = 1'000'000'000;

std::int64_t Capped(std::int64_t sum) {
  return std::min(sum, kMostPackets);
}

}  // namespace

CongestionDecision StreamPackRule::OnReport(const TcpReport& report) {
  return Count({written_.Read(report.written), frames_written_.Read(report.frames_written),
                frames_dropped_.Read(report.frames_dropped)},
               report.at);
}

CongestionDecision StreamPackRule::OnReport(const FeedbackReport& report) {
  Tally tally;
  const std::size_t count = std::min(report.packets.size(), FeedbackReport::kMaxPackets);
  for (const PacketFate& packet : report.packets.first(count)) {
    tally.written +=
        DataSize::Bytes(std::clamp<std::int64_t>(packet.size.bytes(), 0, GrowthMeter::kMost));
    ++tally.packets;
    if (!packet.arrived_at) ++tally.missing;
  }
  return Count(tally, report.at);
}

CongestionDecision StreamPackRule::Count(const Tally& more, Timestamp at) {
  const Timestamp now = clock_.Read(at);
  if (!tick_) tick_ = now;
  tally_.written += more.written;
  tally_.packets = Capped(tally_.packets + more.packets);
  tally_.missing = Capped(tally_.missing + more.missing);
  const TimeDelta passed = now - *tick_;
  if (passed < kTick) return TargetOnly(rate_, Cause::kNone, *tick_ + kTick, "between ticks");
  tick_ = now;
  const Tally tally = std::exchange(tally_, {});
  return Regulate(now, tally.written / passed, tally);
}

CongestionDecision StreamPackRule::Regulate(Timestamp now, DataRate written, const Tally& tally) {
  const Timestamp again = now + kTick;
  if (tally.missing > 0) {
    const std::int64_t percent =
        tally.packets == 0
            ? kMostPercent
            : std::clamp(tally.missing * 100 / tally.packets, kLeastPercent, kMostPercent);
    const std::int64_t down = std::max(rate_.bps() * percent / 100, kLeastDownBps);
    rate_ = Within(config_, rate_ - DataRate::BitsPerSec(down));
    return TargetOnly(rate_, Cause::kCongestion, again, "packets missing, down");
  }
  if (rate_ >= config_.max_rate) return TargetOnly(rate_, Cause::kNone, again, "at the maximum");
  if (std::min(written.bps(), kMostBps) * 10 <= rate_.bps() * kCarriedTenths) {
    return TargetOnly(rate_, Cause::kApplicationLimited, again, "target not reached, hold");
  }
  rate_ = Within(config_, rate_ + DataRate::BitsPerSec(kUpBps));
  return TargetOnly(rate_, Cause::kNone, again, "target carried, up");
}

}  // namespace onair::cc
