// SPDX-License-Identifier: Apache-2.0
#include "core/session/network_quality.h"

#include <cstdlib>

namespace onair::session {
namespace {

// Source: ours; half of queue_span by default, and no good network holds this much.
constexpr TimeDelta kLongQueue = TimeDelta::Millis(500);
// Trouble of so long is worth telling; a handover between cells is over by then.
constexpr TimeDelta kPoorAfter = TimeDelta::Seconds(2);
// So long without any, and it is over.
constexpr TimeDelta kGoodAfter = TimeDelta::Seconds(3);
// A quiet second forgives a quarter of a troubled one: at the lowest rate trouble comes and goes
// with each picture.
constexpr std::int64_t kForgiveDivisor = 4;
// Nothing carried for so long: an outage, not a slow line.
constexpr TimeDelta kSilence = TimeDelta::Seconds(1);
// The same, for those who share an encoder with it. A radio that changes cells is quiet for
// less, and a wrong guess costs a key frame.
constexpr TimeDelta kStands = TimeDelta::Millis(500);
// One gap between reports counts for no more.
constexpr TimeDelta kLongestStep = TimeDelta::Seconds(1);

// Source: ours; a tenth of the rate is about half a dB, at the edge of what can be seen.
constexpr std::int64_t kNewsDivisor = 10;
constexpr TimeDelta kNewsInterval = TimeDelta::Seconds(1);

}  // namespace

std::optional<NetworkQualityWatch::News> NetworkQualityWatch::OnDecision(
    const cc::TcpReport& report, const cc::CongestionDecision& decision) {
  CountProgress(report);
  if (last_at_) {
    const TimeDelta step = std::min(report.at - *last_at_, kLongestStep);
    if (was_troubled_) {
      trouble_ = std::min(trouble_ + step, kPoorAfter);
      untroubled_ = TimeDelta::Zero();
    } else {
      trouble_ = std::max(trouble_ - step / kForgiveDivisor, TimeDelta::Zero());
      untroubled_ = std::min(untroubled_ + step, kGoodAfter);
    }
  }
  last_at_ = report.at;
  was_troubled_ = decision.intake == Intake::kPaused || report.queue_span >= kLongQueue;
  return Judge(report.at);
}

std::optional<NetworkQualityWatch::News> NetworkQualityWatch::Judge(Timestamp now) {
  if (quality_ == NetworkQuality::kGood && trouble_ >= kPoorAfter) {
    quality_ = NetworkQuality::kPoor;
    const bool is_silent = now - progress_at_ >= kSilence;
    return News{quality_, is_silent ? NetworkTrouble::kSilent : NetworkTrouble::kSlow};
  }
  if (quality_ == NetworkQuality::kPoor && !was_troubled_ && untroubled_ >= kGoodAfter) {
    quality_ = NetworkQuality::kGood;
    trouble_ = TimeDelta::Zero();
    return News{quality_, NetworkTrouble::kNone};
  }
  return std::nullopt;
}

// Confirmed bytes where the system tells, else what left us.
void NetworkQualityWatch::CountProgress(const cc::TcpReport& report) {
  const DataSize carried = report.socket.bytes_acked.value_or(report.written);
  if (carried != carried_ || !last_at_) progress_at_ = report.at;
  carried_ = carried;
  const bool waits = report.socket.unacked.value_or(DataSize::Zero()) > DataSize::Zero() ||
                     report.socket.unsent > DataSize::Zero();
  carriage_ = waits && report.at - progress_at_ >= kStands ? Carriage::kStands : Carriage::kMoves;
}

bool RateNews::IsNews(DataRate rate, Timestamp now) {
  if (told_) {
    if (now - told_at_ < kNewsInterval) return false;
    if (std::abs(rate.bps() - told_->bps()) < told_->bps() / kNewsDivisor) return false;
  }
  told_ = rate;
  told_at_ = now;
  return true;
}

}  // namespace onair::session
