// SPDX-License-Identifier: Apache-2.0
#include "codec/encode/roi_planner.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace onair::codec {
namespace {

// Source of the numbers: ours; onair-quality roi, x264 veryfast, four clips, 2026-11. The card of
// this room has the table.

// Quantiser steps between a region of quality 1 and the rest, for a region of kSmallArea and
// below; each doubling of the area takes kPerDoubling off, because the rest must pay for more.
constexpr double kDeepest = 8.5;
constexpr double kDeepestBehindLookAhead = 12.5;  // Where there is more to give.
constexpr double kPerDoubling = 0.5;
constexpr double kSmallArea = 0.12;
constexpr double kShallowest = 2;

// The same without adaptive quantisation, where there is no waste to give away. Source: ours;
// onair-quality roi, x265 superfast, four clips: 5 and 6.5 for all sizes bring the face -33 and
// -38 % at +9 and +16 % for all, these -35 % at +10 %.
constexpr double kDeepestOfEqual = 6.5;
constexpr double kPerDoublingOfEqual = 2.5;

// No emphasis goes beyond: the background falls apart, and that draws the eye to it.
constexpr double kMostDepth = 13;

// A region of quality -1 is this much coarser; more shows as blocks.
constexpr double kCoarsest = 6;

// Regions do not go finer than this: nobody sees it, and the rest pays for it.
constexpr double kFinestQuantizer = 16;
constexpr double kFinestBehindLookAhead = 15;  // B pictures are coarser than their key frame.

// Where the quantiser step is below this many sigmas of the source's noise, finer steps code
// noise: the face gets worse, measured against the noiseless one, not better.
constexpr double kNoiseSteps = 6.5;

// The plan fades over this many quantiser steps above that. Of the last two nothing is left: what
// so little brings is less than what another course of the rate takes.
constexpr double kFade = 6;
constexpr double kLeastRoom = 2;

// Quantiser steps per doubling of what refers to a block, without and with the encoder's own
// look-ahead, which sees the next pictures but not the rest of the GOP. x264's macroblock tree
// has 2 (5 * (1 - qcompress)).
constexpr double kHistory = 2.5;
constexpr double kHistoryBehindLookAhead = 1;

// For whole pictures: the quantiser at which each doubling of the pictures that show the same
// error halves it, as the distortion doubles every 3 steps.
constexpr double kHistoryOfEqual = 3;

// A block never foretells more than this share of its successors.
constexpr float kMostForetold = 0.98F;

// Pictures over which the mean of the history's offsets is kept at zero.
constexpr double kMeanPace = 0.1;

// Bits of a block beside those for its differences: modes, vectors, noise.
constexpr float kLeastCost = 16;

// Offsets end here in any case.
constexpr float kLimit = 16;

// The quantiser at which a step is `luma_steps` wide. Source: ITU-T H.264 table 8-15 (Qstep is 1
// at QP 4 and doubles every 6).
double QuantizerOfStep(double luma_steps) {
  return 4 + 6 * std::log2(std::max(luma_steps, 1e-3));
}

double DeepestFor(LookAhead look_ahead, AdaptiveQuantizer adaptive) {
  if (adaptive == AdaptiveQuantizer::kOff) return kDeepestOfEqual;
  return look_ahead == LookAhead::kNone ? kDeepest : kDeepestBehindLookAhead;
}

double HistoryFor(AdaptiveQuantizer adaptive) {
  return adaptive == AdaptiveQuantizer::kOn ? kHistory : kHistoryOfEqual;
}

// Mean of offsets, each weighted by the bits that its block takes with it.
double MeanByBits(std::span<const float> offsets, std::span<const float> costs) {
  double sum = 0;
  double all = 0;
  for (std::size_t i = 0; i < offsets.size(); ++i) {
    const float bits = (costs[i] + kLeastCost) * std::exp2(-offsets[i] / 6);
    sum += static_cast<double>(bits * offsets[i]);
    all += static_cast<double>(bits);
  }
  return sum / all;
}

}  // namespace

RoiPlanner::RoiPlanner(PictureSize size, double strength, LookAhead look_ahead,
                       AdaptiveQuantizer adaptive)
    : grid_(BlockGrid::Of(size)),
      strength_(strength),
      deepest_(DeepestFor(look_ahead, adaptive)),
      per_doubling_(adaptive == AdaptiveQuantizer::kOn ? kPerDoubling : kPerDoublingOfEqual),
      finest_(look_ahead == LookAhead::kNone ? kFinestQuantizer : kFinestBehindLookAhead),
      history_strength_(look_ahead == LookAhead::kNone ? HistoryFor(adaptive)
                                                       : kHistoryBehindLookAhead),
      adaptive_(adaptive),
      weights_(size),
      history_(size),
      noise_(size),
      offsets_(grid_.count()) {}

RoiPlan RoiPlanner::Plan(const PictureToPlan& next) {
  if (strength_ <= 0) return {};
  Observe(next);
  if (weights_.is_flat()) {
    mean_.reset();
    return {};
  }
  AddRegions();
  AddHistory(next.pictures_to_key);
  const double mean = Level(next);
  return {offsets_, mean};
}

void RoiPlanner::Observe(const PictureToPlan& next) {
  using enum RoiWeights::Easing;
  weights_.Follow(next.roi, next.is_key ? kAtOnce : kEased);
  history_.Add(next.picture);
  noise_.Add(next.picture);
}

void RoiPlanner::OnCoded(double quantizer) {
  quantizer_ = quantizer_ ? *quantizer_ + (quantizer - *quantizer_) * 0.2 : quantizer;
}

double RoiPlanner::Depth() const {
  const double doublings = std::log2(std::max(weights_.area(), 1e-4) / kSmallArea);
  const double depth = deepest_ - per_doubling_ * std::max(doublings, 0.0);
  const double wanted = std::max(depth, kShallowest) * strength_ * emphasis_;
  const double room = quantizer_ ? std::max(*quantizer_ - finest_, 0.0) : kMostDepth;
  return std::min({wanted, kMostDepth, room});
}

// How much finer a block may get before it codes noise, >= 0.
double RoiPlanner::RoomAboveNoise() const {
  if (!quantizer_) return kLimit;
  return std::max(*quantizer_ - QuantizerOfStep(kNoiseSteps * noise_.sigma()), 0.0);
}

// How much of the plan is followed at the present quality, [0, 1].
double RoiPlanner::Confidence() const {
  return std::clamp((RoomAboveNoise() - kLeastRoom) / (kFade - kLeastRoom), 0.0, 1.0);
}

void RoiPlanner::AddRegions() {
  const double depth = Depth();
  const auto weights = weights_.weights();
  for (std::size_t i = 0; i < offsets_.size(); ++i) {
    const double steps = weights[i] > 0 ? depth : kCoarsest * strength_;
    offsets_[i] = static_cast<float>(-steps * static_cast<double>(weights[i]));
  }
}

void RoiPlanner::AddHistory(int pictures_to_key) {
  // What refers to a block that foretells the share f of its successor, which does the same in
  // turn: f + f^2 + ... up to the next key frame. As a table over f: logarithms are slow.
  constexpr std::size_t kSteps = 128;
  std::array<float, kSteps + 1> gain_of{};
  const auto pictures = static_cast<float>(std::clamp(pictures_to_key, 1, 600));
  for (std::size_t i = 0; i <= kSteps; ++i) {
    const float f = std::min(static_cast<float>(i) / kSteps, kMostForetold);
    const float references = f * (1 - std::pow(f, pictures)) / (1 - f);
    gain_of[i] = static_cast<float>(-history_strength_) * std::log2(1 + references);
  }
  const auto gain = [&](float foretold) {
    return gain_of[static_cast<std::size_t>(foretold * kSteps + 0.5F)];
  };
  const auto foretold = history_.foretold();
  if (adaptive_ == AdaptiveQuantizer::kOff) {
    const float sum = std::accumulate(foretold.begin(), foretold.end(), 0.0F,
                                      [&](float all, float f) { return all + gain(f); });
    const float mean = sum / static_cast<float>(foretold.size());
    for (float& offset : offsets_) offset += mean;
    return;
  }
  for (std::size_t i = 0; i < offsets_.size(); ++i) offsets_[i] += gain(foretold[i]);
}

// Zero mean over pictures, so that the rate stays, and not in each: key frames and the beginning
// of a GOP are referred to most, and a quantiser that follows each picture's motion costs bits.
double RoiPlanner::Level(const PictureToPlan& next) {
  const double mean = MeanByBits(offsets_, next.is_key ? history_.intra() : history_.inter());
  if (!mean_) mean_ = mean;
  if (!next.is_key) *mean_ += (mean - *mean_) * kMeanPace;
  const auto shift = static_cast<float>(*mean_);
  const auto confidence = static_cast<float>(Confidence());
  const auto finest = static_cast<float>(-std::min(RoomAboveNoise(), static_cast<double>(kLimit)));
  for (float& offset : offsets_) {
    offset = std::clamp((offset - shift) * confidence, finest, kLimit);
  }
  return (mean - *mean_) * static_cast<double>(confidence);
}

}  // namespace onair::codec
