// SPDX-License-Identifier: Apache-2.0
#include "core/control/ladder.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace onair::control {
namespace {

struct Step {
  int resolution_step;
  double frame_share;
  double need_share;  // Of the full picture's need: pixels^0.75 * frame rate^0.5.
};
using Order = std::array<Step, Ladder::kRungs>;

constexpr double kThirdOff = 2.0 / 3;
constexpr double kHalf = 0.5;

// Frame rate first, size last.
constexpr Order kQualityOrder = {
    {{0, 1, 1}, {0, kThirdOff, 0.816}, {0, kHalf, 0.707}, {1, kHalf, 0.459}, {2, kHalf, 0.25}}};
// Size first, frame rate last.
constexpr Order kFluencyOrder = {
    {{0, 1, 1}, {1, 1, 0.65}, {2, 1, 0.354}, {2, kThirdOff, 0.289}, {2, kHalf, 0.25}}};
constexpr Order kBalancedOrder = {
    {{0, 1, 1}, {1, 1, 0.65}, {1, kThirdOff, 0.53}, {2, kThirdOff, 0.289}, {2, kHalf, 0.25}}};

const Order& OrderOf(ControlMode mode) {
  switch (mode) {
    case ControlMode::kQuality:
      return kQualityOrder;
    case ControlMode::kFluency:
      return kFluencyOrder;
    case ControlMode::kBalanced:
      return kBalancedOrder;
  }
  return kBalancedOrder;
}

// What 1280x720 at 30 pictures a second needs to look well. Source: ours; H.264 at "veryfast" of
// a talking person with a camera's noise, where blocks begin to show.
constexpr double kNeed720p30Kbps = 900;
constexpr double kPixels720p = 1280.0 * 720.0;
constexpr double kFrameRate720p = 30;
// Who asks for a large picture at a low rate wants it so: the full picture stays until this share
// of the highest rate.
constexpr double kMostNeedShare = 0.6;
// Below this motion falls apart.
constexpr double kLeastFrameRate = 12;

constexpr TimeDelta kDownAfter = TimeDelta::Seconds(1);
constexpr TimeDelta kUpAfter = TimeDelta::Seconds(5);
constexpr TimeDelta kMostUpAfter = TimeDelta::Seconds(40);
constexpr double kUpShare = 1.25;
// A rung that was left this soon did not hold.
constexpr TimeDelta kTrial = TimeDelta::Seconds(20);
// So long without a fall, and the past is forgotten.
constexpr TimeDelta kForgive = TimeDelta::Seconds(60);

DataRate NeedOfFull(const EncoderLimits& limits) {
  const double pixels = static_cast<double>(limits.size.width) * limits.size.height / kPixels720p;
  // x^0.75 by roots, which are exact on every machine.
  const double root = std::sqrt(std::max(pixels, 0.0));
  const double need = kNeed720p30Kbps * root * std::sqrt(root) *
                      std::sqrt(std::max(limits.frame_rate, 0.0) / kFrameRate720p);
  return std::min(DataRate::BitsPerSec(static_cast<std::int64_t>(need * 1000)),
                  limits.rate.Scaled(kMostNeedShare));
}

}  // namespace

Ladder::Ladder(ControlMode mode, const EncoderLimits& limits)
    : mode_(mode),
      full_frame_rate_(limits.frame_rate),
      full_need_(NeedOfFull(limits)),
      up_after_(kUpAfter) {}

void Ladder::OnRate(DataRate rate, Timestamp now) {
  const std::size_t wanted = WantedFor(rate);
  if (wanted > present_) {
    WaitDown(wanted, now);
  } else {
    short_since_.reset();
  }
  if (wanted <= present_ && present_ > 0 && rate >= NeedOf(present_ - 1).Scaled(kUpShare)) {
    WaitUp(now);
  } else {
    ample_since_.reset();
  }
  plenty_ = rate.kbps_f() / std::max(NeedOf(present_).kbps_f(), 1.0);
}

void Ladder::WaitDown(std::size_t wanted, Timestamp now) {
  short_rung_ = short_since_ ? std::min(short_rung_, wanted) : wanted;
  if (!short_since_) short_since_ = now;
  if (now - *short_since_ < kDownAfter) return;
  if (now - last_up_ < kTrial) up_after_ = std::min(up_after_ * 2, kMostUpAfter);
  present_ = short_rung_;
  last_down_ = now;
  short_since_.reset();
}

void Ladder::WaitUp(Timestamp now) {
  if (!ample_since_) ample_since_ = now;
  if (now - last_down_ >= kForgive) up_after_ = kUpAfter;
  if (now - *ample_since_ < up_after_) return;
  --present_;
  last_up_ = now;
  ample_since_.reset();
}

Ladder::Rung Ladder::rung() const {
  const Step& step = OrderOf(mode_)[present_];
  const double least = std::min(kLeastFrameRate, full_frame_rate_);
  return {step.resolution_step, std::max(full_frame_rate_ * step.frame_share, least)};
}

DataRate Ladder::NeedOf(std::size_t rung) const {
  return full_need_.Scaled(OrderOf(mode_)[rung].need_share);
}

// The last one if none is low enough.
std::size_t Ladder::WantedFor(DataRate rate) const {
  for (std::size_t rung = 0; rung + 1 < kRungs; ++rung) {
    if (rate >= NeedOf(rung)) return rung;
  }
  return kRungs - 1;
}

}  // namespace onair::control
