// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/gcc_loss_model.h"

#include <algorithm>
#include <cmath>

#include "transport/cc/portable_math.h"

namespace onair::cc {
namespace {

// Source: libwebrtc modules/congestion_controller/goog_cc/loss_based_bwe_v2.cc CreateConfig(): the
// defaults of ObservationDurationLowerBound, TemporalWeightFactor, InherentLossLowerBound,
// InherentLossUpperBoundOffset, InherentLossUpperBoundBwBalance, NewtonStepSize,
// HigherBwBiasFactor, HigherLogBwBiasFactor, LossThresholdOfHighBandwidthPreference,
// BandwidthPreferenceSmoothingFactor, MedianSendingRateFactor
constexpr TimeDelta kSpan = TimeDelta::Millis(250);
constexpr double kFading = 0.9;
constexpr double kLeastOwnLoss = 0.001;
constexpr double kMostOwnLoss = 0.05;
constexpr double kMostOwnLossKbps = 100;
constexpr double kStep = 0.75;
constexpr double kHigherRate = 0.0002;
constexpr double kHigherLogRate = 0.02;
constexpr double kPreferenceLoss = 0.2;
constexpr double kPreferenceSmoothing = 0.002;
constexpr double kSuddenly = 2;
// GetLossProbability() of the same file.
constexpr double kNever = 1e-6;

double LossProbability(const GccLossChannel& channel, double sent_kbps) {
  double loss = std::clamp(channel.own_loss, 0.0, 1.0);
  const double excess = sent_kbps - channel.limit.kbps_f();
  if (excess > 0) loss += (1 - loss) * excess / sent_kbps;
  return std::clamp(loss, kNever, 1 - kNever);
}

double FeasibleLoss(const GccLossChannel& channel) {
  const double kbps = channel.limit.kbps_f();
  const double most = kbps > 0 ? std::min(kMostOwnLoss + kMostOwnLossKbps / kbps, 1.0) : 1.0;
  return std::min(std::max(channel.own_loss, kLeastOwnLoss), most);
}

}  // namespace

bool GccLossModel::Add(std::span<const PacketFate> packets) {
  if (packets.empty()) return false;
  Timestamp first = Timestamp::PlusInfinity();
  Timestamp last = Timestamp::MinusInfinity();
  for (const PacketFate& packet : packets) {
    const double size = static_cast<double>(packet.size.bytes()) / 1000;
    partial_.size += size;
    if (!packet.arrived_at) partial_.lost += size;
    first = std::min(first, packet.sent_at);
    last = std::max(last, packet.sent_at);
  }
  if (!last_sent_at_.is_finite()) last_sent_at_ = first;
  const TimeDelta span = last - last_sent_at_;
  if (span < kSpan) return false;
  last_sent_at_ = last;
  partial_.sent_kbps = partial_.size * 8 / span.seconds_f();
  ring_[observations_++ % kObservations] = partial_;
  partial_ = {};
  average_loss_ = AverageLoss();
  return true;
}

std::size_t GccLossModel::held() const {
  return std::min(observations_, kObservations);
}

// The newest first.
std::array<GccLossModel::Seen, GccLossModel::kObservations> GccLossModel::Weighted() const {
  std::array<Seen, kObservations> seen;
  double weight = 1;
  for (std::size_t age = 0; age < held(); ++age, weight *= kFading) {
    seen[age] = {ring_[(observations_ - 1 - age) % kObservations], weight};
  }
  return seen;
}

double GccLossModel::AverageLoss() const {
  const auto seen = Weighted();
  double size = 0;
  double lost = 0;
  Seen worst;
  Seen best;
  double most = 0;
  double least = 1;
  for (std::size_t i = 0; i < held(); ++i) {
    const auto& [what, weight] = seen[i];
    size += weight * what.size;
    lost += weight * what.lost;
    const double loss = what.size > 0 ? what.lost / what.size : 0;
    if (observations_ > 3 && loss > most) {
      most = loss;
      worst = seen[i];
    }
    if (observations_ > 3 && loss < least) {
      least = loss;
      best = seen[i];
    }
  }
  if (size <= 0) return 0;
  // What was lost when suddenly much was sent is no exception to leave out.
  if (MedianSent() * kSuddenly <= worst.what.sent_kbps) return lost / size;
  const double rest = size - worst.weight * worst.what.size - best.weight * best.what.size;
  if (rest <= 0) return lost / size;
  const double rest_lost = lost - worst.weight * worst.what.lost - best.weight * best.what.lost;
  return std::clamp(rest_lost / rest, 0.0, 1.0);
}

double GccLossModel::MedianSent() const {
  std::array<double, kObservations> rates = {};
  std::size_t count = 0;
  for (std::size_t i = 0; i < held(); ++i) {
    if (ring_[i].sent_kbps > 0) rates[count++] = ring_[i].sent_kbps;
  }
  if (count == 0) return 0;
  std::sort(rates.begin(), rates.begin() + static_cast<std::ptrdiff_t>(count));
  const double upper = rates[count / 2];
  return count % 2 == 0 ? (rates[count / 2 - 1] + upper) / 2 : upper;
}

// One step of Newton's method.
GccLossChannel GccLossModel::Improved(GccLossChannel channel) const {
  channel.own_loss = FeasibleLoss(channel);
  double first = 0;
  double second = 0;
  for (const auto& [what, weight] : Weighted()) {
    const double loss = LossProbability(channel, what.sent_kbps);
    const double kept = what.size - what.lost;
    first += weight * (what.lost / loss - kept / (1 - loss));
    second -= weight * (what.lost / (loss * loss) + kept / ((1 - loss) * (1 - loss)));
  }
  if (second >= 0) second = -kNever;
  channel.own_loss -= kStep * first / second;
  channel.own_loss = FeasibleLoss(channel);
  return channel;
}

double GccLossModel::Preference(double kbps) const {
  const double under = kPreferenceLoss - average_loss_;
  const double weight = under / (kPreferenceSmoothing + std::abs(under));
  return weight * (kHigherRate * kbps + kHigherLogRate * PortableLog(1 + kbps));
}

double GccLossModel::Likelihood(const GccLossChannel& channel) const {
  const double preference = Preference(channel.limit.kbps_f());
  double sum = 0;
  for (const auto& [what, weight] : Weighted()) {
    const double loss = LossProbability(channel, what.sent_kbps);
    sum +=
        weight * (what.lost * PortableLog(loss) + (what.size - what.lost) * PortableLog(1 - loss));
    sum += weight * preference * what.size;
  }
  return sum;
}

}  // namespace onair::cc
