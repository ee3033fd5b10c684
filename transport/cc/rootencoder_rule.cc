// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/rootencoder_rule.h"

#include <algorithm>

namespace onair::cc {
namespace {

// Source: RootEncoder 47ef5b48 common/src/main/java/com/pedro/common/BitrateManager.kt
// calculateBitrate
constexpr TimeDelta kSecond = TimeDelta::Seconds(1);
// Source: RootEncoder 1255ec5b library/src/main/java/com/pedro/library/util/BitrateAdapter.java
// adaptBitrate
constexpr int kSeconds = 5;
// Source: RootEncoder 1255ec5b library/src/main/java/com/pedro/library/util/BitrateAdapter.java
// decreaseRange, increaseRange. In tenths: the Java floats are these to 24 bits.
constexpr std::int64_t kDownTenths = 8;
constexpr std::int64_t kUpTenths = 12;
// Source: RootEncoder 08021beb common/src/main/java/com/pedro/common/base/BaseSender.kt
// hasCongestion: 20 % of 400 places
constexpr std::int64_t kCongestedFrames = 80;

// A line of 1 Tbit/s; keeps the products below in range.
constexpr std::int64_t kMostBps = 1'000'000'000'000;

}  // namespace

CongestionDecision RootEncoderRule::OnReport(const TcpReport& report) {
  const Timestamp now = clock_.Read(report.at);
  if (!second_began_) second_began_ = now;
  size_ += written_.Read(report.written);
  const TimeDelta passed = now - *second_began_;
  if (passed < kSecond) {
    return TargetOnly(rate_, Cause::kNone, *second_began_ + kSecond, "between seconds");
  }
  const DataRate rate = size_ / TimeDelta::Millis(passed.ms());
  // From zero, so five equal seconds give 31/32 of them: the rule's own.
  average_bps_ = (average_bps_ + std::min(rate.bps(), kMostBps)) / 2;
  size_ = DataSize::Zero();
  second_began_ = now;
  if (++seconds_ < kSeconds) {
    return TargetOnly(rate_, Cause::kNone, now + kSecond, "averaging");
  }
  return Adapt(now, report);
}

CongestionDecision RootEncoderRule::OnReport(const FeedbackReport& report) {
  const Timestamp now = clock_.Read(report.at);
  return TargetOnly(rate_, Cause::kNone, now + kSecond, "knows TCP only");
}

CongestionDecision RootEncoderRule::Adapt(Timestamp now, const TcpReport& report) {
  const std::int64_t average = average_bps_;
  average_bps_ = 0;
  seconds_ = 0;
  const bool is_congested = report.queue_frames >= kCongestedFrames;
  const Timestamp again = now + kSecond;
  if (average >= config_.max_rate.bps()) {
    rate_ = config_.max_rate;
    return TargetOnly(rate_, Cause::kNone, again, "maximum carried");
  }
  const std::int64_t tenths = is_congested ? kDownTenths : kUpTenths;
  rate_ = Within(config_, DataRate::BitsPerSec(average * tenths / 10));
  return TargetOnly(rate_, is_congested ? Cause::kCongestion : Cause::kNone, again,
                    is_congested ? "a fifth of the queue taken, down" : "queue short, up");
}

}  // namespace onair::cc
