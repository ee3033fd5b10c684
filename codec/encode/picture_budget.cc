// SPDX-License-Identifier: Apache-2.0
#include "codec/encode/picture_budget.h"

#include <algorithm>

namespace onair::codec {
namespace {

// Source of the numbers: ours; codec_bench, H.265 "rate steps", 2026-11.

// Of the VBV, for a key frame. More makes better key frames and poorer pictures after them.
constexpr double kKeyShare = 0.6;

// While a debt is paid back a picture gets between these shares of its due.
constexpr double kLeastShare = 0.3;
constexpr double kMostShare = 1.5;

// Beyond these it is forgiven: a hard scene must not starve what follows, an easy one not save
// up for a burst.
constexpr double kMostDebtSeconds = 1.0;
constexpr double kMostSavedSeconds = 0.25;

// The same over a step of the rate: more of what was saved at a higher rate is a burst at a lower
// one; none leaves the first second 9 % low, as x265 raises the quantiser too far at first.
constexpr double kSavedOverStepSeconds = 0.1;

}  // namespace

void PictureBudget::SetRate(DataRate rate) {
  rate_ = rate;
  debt_bits_ = std::max(debt_bits_, -kSavedOverStepSeconds * static_cast<double>(rate.bps()));
}

double PictureBudget::Share(double frame_rate) const {
  return static_cast<double>(rate_.bps()) / frame_rate;
}

double PictureBudget::NextBits(FrameKind kind, double frame_rate) const {
  const double share = Share(frame_rate);
  const double vbv_bits = static_cast<double>(rate_.bps()) * vbv_.seconds_f();
  if (kind == FrameKind::kKey) {
    return std::max(share, kKeyShare * vbv_bits - std::max(debt_bits_, 0.0));
  }
  const double pictures = std::max(vbv_.seconds_f() * frame_rate, 2.0);
  const double wanted = share - debt_bits_ / pictures;
  return std::clamp(wanted, kLeastShare * share, kMostShare * share);
}

void PictureBudget::OnPicture(DataSize size, double frame_rate) {
  const auto bps = static_cast<double>(rate_.bps());
  debt_bits_ += 8.0 * static_cast<double>(size.bytes()) - Share(frame_rate);
  debt_bits_ = std::clamp(debt_bits_, -kMostSavedSeconds * bps, kMostDebtSeconds * bps);
}

}  // namespace onair::codec
