// SPDX-License-Identifier: Apache-2.0
#include "core/twin/tcp_bbr.h"

#include <algorithm>
#include <array>

namespace onair::twin {
namespace {

// draft-cardwell-iccrg-bbr-congestion-control-00 section 4.
constexpr double kHighGain = 2.885;  // 2 / ln 2.
constexpr double kWindowGain = 2;
constexpr std::array<double, 8> kCycle = {1.25, 0.75, 1, 1, 1, 1, 1, 1};
constexpr std::int64_t kBandwidthRounds = 10;
constexpr TimeDelta kMinRttSpan = TimeDelta::Seconds(10);
constexpr TimeDelta kProbeRttSpan = TimeDelta::Millis(200);
constexpr std::int64_t kLeastSegments = 4;

}  // namespace

TcpBbr::TcpBbr(DataSize segment, int initial_window, Rng rng)
    : segment_(segment.bytes()),
      initial_(segment_ * initial_window),
      rng_(rng),
      window_(initial_) {}

void TcpBbr::OnAck(const TcpAck& ack) {
  UpdateRound(ack);
  UpdateBandwidth(ack);
  UpdateCycle(ack);
  CheckFullPipe(ack);
  CheckDrain(ack);
  UpdateMinRtt(ack);
  UpdatePacing();
  UpdateWindow(ack);
}

void TcpBbr::OnLoss(Timestamp, std::int64_t in_flight) {
  prior_window_ = state_ == State::kProbeRtt ? std::max(prior_window_, window_) : window_;
  window_ = in_flight + segment_;
  conserves_ = true;
  round_end_ = 0;  // A new round begins with the next ack.
}

void TcpBbr::OnRecovered(Timestamp) {
  conserves_ = false;
  window_ = std::max(window_, prior_window_);
}

void TcpBbr::OnTimeout(Timestamp now, std::int64_t in_flight) {
  OnLoss(now, in_flight);
  window_ = segment_;
  conserves_ = false;
}

DataRate TcpBbr::bandwidth() const {
  return best_.empty() ? DataRate::Zero() : best_.front().rate;
}

void TcpBbr::UpdateRound(const TcpAck& ack) {
  is_round_start_ = ack.delivered_when_sent >= round_end_;
  if (!is_round_start_) return;
  round_end_ = ack.delivered_in_all;
  if (++round_ > 1) conserves_ = conserves_ && ack.phase != TcpPhase::kOpen && ack.lost > 0;
}

void TcpBbr::UpdateBandwidth(const TcpAck& ack) {
  if (ack.rate <= DataRate::Zero()) return;
  if (ack.is_app_limited && ack.rate < bandwidth()) return;
  // Old samples go only when a new one comes, so that an application that sends little does
  // not make the path look narrow.
  while (!best_.empty() && best_.front().round <= round_ - kBandwidthRounds) best_.pop_front();
  while (!best_.empty() && best_.back().rate <= ack.rate) best_.pop_back();
  best_.push_back({round_, ack.rate});
}

// Section 4.3.2.2: three rounds without a quarter more.
void TcpBbr::CheckFullPipe(const TcpAck& ack) {
  if (is_full_ || !is_round_start_ || ack.is_app_limited) return;
  if (bandwidth() >= full_rate_.Scaled(1.25)) {
    full_rate_ = bandwidth();
    full_rounds_ = 0;
    return;
  }
  if (++full_rounds_ >= 3) is_full_ = true;
}

void TcpBbr::CheckDrain(const TcpAck& ack) {
  if (state_ == State::kStartup && is_full_) state_ = State::kDrain;
  if (state_ == State::kDrain && ack.in_flight <= Inflight(1)) EnterProbeBandwidth(ack.now);
}

void TcpBbr::UpdateCycle(const TcpAck& ack) {
  if (state_ != State::kProbeBandwidth) return;
  const double gain = kCycle[cycle_];
  bool is_over = ack.now - cycle_at_ > min_rtt_;
  if (gain > 1) {
    is_over = is_over && (ack.lost > 0 || ack.prior_in_flight >= Inflight(gain));
  } else if (gain < 1) {
    is_over = is_over || ack.prior_in_flight <= Inflight(1);
  }
  if (!is_over) return;
  cycle_ = (cycle_ + 1) % kCycle.size();
  cycle_at_ = ack.now;
}

void TcpBbr::UpdateMinRtt(const TcpAck& ack) {
  const bool is_expired = ack.now > min_rtt_at_ + kMinRttSpan;
  if (ack.rtt && (*ack.rtt <= min_rtt_ || is_expired)) {
    min_rtt_ = *ack.rtt;
    min_rtt_at_ = ack.now;
  }
  if (is_expired && state_ != State::kProbeRtt && round_ > 1) {
    prior_window_ = std::max(window_, ack.phase == TcpPhase::kOpen ? 0 : prior_window_);
    state_ = State::kProbeRtt;
    probe_rtt_ends_ = Timestamp::PlusInfinity();
  }
  if (state_ == State::kProbeRtt) HandleProbeRtt(ack);
}

void TcpBbr::HandleProbeRtt(const TcpAck& ack) {
  if (!probe_rtt_ends_.is_finite()) {
    if (ack.in_flight > kLeastSegments * segment_) return;
    probe_rtt_ends_ = ack.now + kProbeRttSpan;
    probe_rtt_round_done_ = false;
    round_end_ = ack.delivered_in_all;
    return;
  }
  probe_rtt_round_done_ = probe_rtt_round_done_ || is_round_start_;
  if (!probe_rtt_round_done_ || ack.now < probe_rtt_ends_) return;
  min_rtt_at_ = ack.now;
  window_ = std::max(window_, prior_window_);
  if (is_full_) {
    EnterProbeBandwidth(ack.now);
  } else {
    state_ = State::kStartup;
  }
}

// Any phase but the one that drains.
void TcpBbr::EnterProbeBandwidth(Timestamp now) {
  state_ = State::kProbeBandwidth;
  cycle_ = rng_.Below(kCycle.size() - 1);
  if (cycle_ >= 1) ++cycle_;
  cycle_at_ = now;
}

void TcpBbr::UpdatePacing() {
  DataRate rate = bandwidth();
  if (rate <= DataRate::Zero()) {
    if (!min_rtt_.is_finite()) return;
    rate = DataSize::Bytes(initial_) / std::max(min_rtt_, TimeDelta::Millis(1));
  }
  const DataRate paced = rate.Scaled(pacing_gain());
  if (is_full_ || !pacing_ || paced > *pacing_) pacing_ = paced;
}

void TcpBbr::UpdateWindow(const TcpAck& ack) {
  if (ack.lost > 0) window_ = std::max(window_ - ack.lost, segment_);
  const std::int64_t target = Inflight(window_gain());
  if (conserves_) {
    window_ = std::max(window_, ack.in_flight + ack.delivered);
  } else if (is_full_) {
    window_ = std::min(window_ + ack.delivered, target);
  } else if (window_ < target || ack.delivered_in_all < initial_) {
    window_ += ack.delivered;
  }
  window_ = std::max(window_, kLeastSegments * segment_);
  if (state_ == State::kProbeRtt) window_ = std::min(window_, kLeastSegments * segment_);
}

std::int64_t TcpBbr::Inflight(double gain) const {
  if (!min_rtt_.is_finite() || best_.empty()) return initial_;
  const double product = static_cast<double>((bandwidth() * min_rtt_).bytes());
  return static_cast<std::int64_t>(gain * product) + 3 * segment_;  // Room for delayed acks.
}

double TcpBbr::pacing_gain() const {
  switch (state_) {
    case State::kStartup:
      return kHighGain;
    case State::kDrain:
      return 1 / kHighGain;
    case State::kProbeBandwidth:
      return kCycle[cycle_];
    case State::kProbeRtt:
      return 1;
  }
  return 1;
}

double TcpBbr::window_gain() const {
  return state_ == State::kStartup || state_ == State::kDrain ? kHighGain : kWindowGain;
}

}  // namespace onair::twin
