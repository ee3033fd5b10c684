// SPDX-License-Identifier: Apache-2.0
#include "codec/encode/picture_quantizer.h"

#include <algorithm>
#include <cmath>

namespace onair::codec {
namespace {

constexpr int kFinest = 8;
constexpr int kCoarsest = 51;

// Quantiser steps that a key frame is finer than the pictures that refer to it, as
// picture_budget.cc.
constexpr double kKeyFiner = 3;

// Of what a picture may take, what it is planned for: the guess is from the pictures before, and
// a key frame that comes out larger costs another encode.
constexpr double kKeyShare = 0.8;
constexpr double kLimitShare = 0.6;

// A picture that is no key frame may pass a limit by so much before it becomes one that fits: it is
// a loss of quality that a wrong guess alone is not worth.
constexpr double kLimitExcess = 1.5;

// With a limit, how much finer than the picture before: what refers to a coarse one codes
// the difference too. Source: ours; frame_limit_test: without, a picture behind a key frame of 3000
// bytes takes 13,700.
constexpr int kFinerPerPicture = 2;

double StepsBetween(DataSize size, DataSize most) {
  return 6 * std::log2(static_cast<double>(size.bytes()) / static_cast<double>(most.bytes()));
}

}  // namespace

DataSize PictureQuantizer::Most() const {
  const DataSize vbv = control_.rate() * vbv_;
  return std::max(frame_limit_ ? std::min(*frame_limit_, vbv) : vbv, DataSize::Bytes(1));
}

int PictureQuantizer::Next(FrameKind kind, double frame_rate, TimeDelta to_key) const {
  const bool is_key = kind == FrameKind::kKey;
  double quantizer = control_.NextCrf(frame_rate, to_key) - (is_key ? kKeyFiner : 0);
  if (is_key || frame_limit_) {
    const double share = frame_limit_ ? kLimitShare : kKeyShare;
    const auto planned = static_cast<std::int64_t>(static_cast<double>(Most().bytes()) * share);
    const auto within = control_.CrfWithin(kind, DataSize::Bytes(planned));
    if (within) quantizer = std::max(quantizer, std::ceil(*within));
  }
  if (frame_limit_ && !is_key && last_) {
    quantizer = std::max(quantizer, static_cast<double>(*last_ - kFinerPerPicture));
  }
  return std::clamp(static_cast<int>(std::lround(quantizer)), kFinest, kCoarsest);
}

std::optional<int> PictureQuantizer::Again(FrameKind kind, DataSize size, int quantizer) const {
  const DataSize most = Most();
  const bool is_key = kind == FrameKind::kKey;
  const double excess = !is_key && frame_limit_ ? kLimitExcess : 1;
  const auto allowed = std::min(static_cast<double>(most.bytes()) * excess,
                                static_cast<double>((control_.rate() * vbv_).bytes()));
  if (static_cast<double>(size.bytes()) <= allowed || quantizer >= kCoarsest) return std::nullopt;
  const double steps = std::ceil(StepsBetween(size, most)) + 1;
  double next = quantizer + steps;
  if (!is_key) {
    if (const auto within = control_.CrfWithin(FrameKind::kKey, most)) {
      next = std::max(next, std::ceil(*within));
    }
  }
  return std::clamp(static_cast<int>(next), quantizer + 1, kCoarsest);
}

void PictureQuantizer::OnPicture(FrameKind kind, DataSize size, int quantizer, double frame_rate) {
  last_ = quantizer;
  control_.OnPicture(kind, size, quantizer, frame_rate);
}

}  // namespace onair::codec
