// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/gcc_aimd.h"

#include <algorithm>
#include <cmath>

#include "transport/cc/portable_math.h"

namespace onair::cc {
namespace {

// Source: libwebrtc modules/remote_bitrate_estimator/aimd_rate_control.cc ChangeBitrate(),
// MultiplicativeRateIncrease(), GetNearMaxIncreaseRateBpsPerSecond(), TimeToReduceFurther()
constexpr DataRate kDownFurther = DataRate::KilobitsPerSec(5);
constexpr double kLogUp = 0.076961041136128394;  // ln 1.08: that much in a second.
constexpr DataRate kLeastMultiplied = DataRate::KilobitsPerSec(1);
constexpr DataRate kProvenMore = DataRate::KilobitsPerSec(10);
constexpr TimeDelta kDetection = TimeDelta::Millis(100);
constexpr double kFramesPerSecond = 30;
constexpr double kPacketBits = 1200 * 8;
constexpr double kLeastAdded = 4000;  // Bits a second, each second.
constexpr TimeDelta kSoonest = TimeDelta::Millis(10);
constexpr TimeDelta kLatest = TimeDelta::Millis(200);

// Source: libwebrtc modules/congestion_controller/goog_cc/link_capacity_estimator.cc
constexpr double kMemory = 0.05;
constexpr double kLeastDeviation = 0.4;
constexpr double kMostDeviation = 2.5;

}  // namespace

void GccCapacity::OnOveruse(DataRate acked) {
  const double sample = acked.kbps_f();
  kbps_ = kbps_ ? (1 - kMemory) * *kbps_ + kMemory * sample : sample;
  const double error = *kbps_ - sample;
  deviation_ = (1 - kMemory) * deviation_ + kMemory * error * error / std::max(*kbps_, 1.0);
  deviation_ = std::clamp(deviation_, kLeastDeviation, kMostDeviation);
}

std::optional<DataRate> GccCapacity::estimate() const {
  if (!kbps_) return std::nullopt;
  return DataRate::KilobitsPerSec(1).Scaled(*kbps_);
}
double GccCapacity::Spread() const {
  return 3 * std::sqrt(deviation_ * kbps_.value_or(0));
}
bool GccCapacity::IsAbove(DataRate rate) const {
  return kbps_ && rate.kbps_f() < std::max(0.0, *kbps_ - Spread());
}
bool GccCapacity::IsBelow(DataRate rate) const {
  return kbps_ && rate.kbps_f() > *kbps_ + Spread();
}

void GccAimd::Update(GccLineUse use, std::optional<DataRate> acked, Timestamp now) {
  if (acked) acked_ = acked;
  const DataRate proven = acked_.value_or(rate_);
  switch (use) {
    case GccLineUse::kNormal:
      if (state_ == State::kHold) changed_at_ = now;
      state_ = State::kUp;
      Raise(proven, now);
      return;
    case GccLineUse::kOver:
      Lower(proven, now);
      return;
    case GccLineUse::kUnder:  // What waited drains.
      state_ = State::kHold;
      return;
  }
}

void GccAimd::Set(DataRate rate, Timestamp now) {
  rate_ = std::clamp(rate, limits_.least, limits_.most);
  changed_at_ = now;
}

bool GccAimd::IsEarly(DataRate acked, Timestamp now) const {
  const bool is_settled = !changed_at_ || now - *changed_at_ >= std::clamp(rtt_, kSoonest, kLatest);
  return !is_settled && acked >= rate_.Scaled(0.5);
}

void GccAimd::Raise(DataRate acked, Timestamp now) {
  if (capacity_.IsBelow(acked)) capacity_.Reset();  // The line has changed.
  const double seconds = std::min((now - changed_at_.value_or(now)).seconds_f(), 1.0);
  changed_at_ = now;
  const DataRate most = acked.Scaled(limits_.proven) + kProvenMore;
  if (rate_ >= most) return;
  const DataRate raised =
      rate_ + (capacity_.estimate() ? AddedOver(seconds) : MultipliedOver(seconds));
  rate_ = std::clamp(std::min(raised, most), limits_.least, limits_.most);
}

DataRate GccAimd::MultipliedOver(double seconds) const {
  return std::max(rate_.Scaled(PortableExp(kLogUp * seconds) - 1), kLeastMultiplied);
}

// One packet more in each time that it takes to see what that did.
DataRate GccAimd::AddedOver(double seconds) const {
  const double frame_bits = rate_.kbps_f() * 1000 / kFramesPerSecond;
  const double packets = std::max(std::ceil(frame_bits / kPacketBits), 1.0);
  const double response = (rtt_ + kDetection).seconds_f() * 2;
  const double pace = std::max(frame_bits / packets / std::max(response, 0.001), kLeastAdded);
  return DataRate::BitsPerSec(1).Scaled(pace * seconds);
}

void GccAimd::Lower(DataRate acked, Timestamp now) {
  DataRate lowered = acked.Scaled(limits_.decrease);
  if (lowered > kDownFurther) lowered = lowered - kDownFurther;
  const auto known = capacity_.estimate();
  if (lowered > rate_ && known) lowered = known->Scaled(limits_.decrease);
  rate_ = std::clamp(std::min(lowered, rate_), limits_.least, limits_.most);
  if (capacity_.IsAbove(acked)) capacity_.Reset();
  capacity_.OnOveruse(acked);
  state_ = State::kHold;  // Until the queue is gone.
  changed_at_ = now;
}

}  // namespace onair::cc
