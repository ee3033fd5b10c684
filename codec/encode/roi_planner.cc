// SPDX-License-Identifier: Apache-2.0
#include "codec/encode/roi_planner.h"

#include <algorithm>
#include <array>
#include <cmath>

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
// onair-quality roi, x265 superfast, four clips: 8 and 4 bring the face -43 % at +15 % for all,
// these -37 % at +10 %.
constexpr double kDeepestOfEqual = 5.75;
constexpr double kPerDoublingOfEqual = 2.5;

// No emphasis goes beyond: the background falls apart, and that draws the eye to it.
constexpr double kMostDepth = 13;

// A region of quality -1 is this much coarser; more shows as blocks.
constexpr double kCoarsest = 6;

// Regions do not go finer than this: nobody sees it, and the rest pays for it.
constexpr double kFinestQuantizer = 16;
constexpr double kFinestBehindLookAhead = 15;  // B pictures are coarser than their key frame.
// Where all blocks begin at one quantiser, it is below 20 at rates that people stream at, and 16
// would leave a face nothing. Source: ours; onair-quality roi, x265 superfast, 720p at 1600 kbit/s.
constexpr double kFinestOfEqual = 10;

// Where the quantiser step is below this many sigmas of the source's noise, finer steps code
// noise: the face gets worse, measured against the noiseless one, not better.
constexpr double kNoiseSteps = 6.5;

// The plan fades from kFade quantiser steps above that down to kNoRoom, and ends before: what a
// weak plan brings is less than what another course of the rate takes or gives, +-0.04 dB. It
// comes back with a little more room, so that it does not come and go with each picture.
// Source: ours; onair-quality roi --noise, x264 veryfast, four clips: below 3.8 steps of room the
// face gains -0.035 to +0.01 dB in an outdoor scene, above 3.9 +0.08 dB and more.
constexpr double kFade = 6;
constexpr double kNoRoom = 2;
constexpr double kLeastRoom = 4;
constexpr double kEnoughRoom = 4.4;

// Quantiser steps per doubling of what refers to a block, without and with the encoder's own
// look-ahead, which sees the next pictures but not the rest of the GOP. x264's macroblock tree
// has 2 (5 * (1 - qcompress)).
constexpr double kHistory = 2.5;
constexpr double kHistoryBehindLookAhead = 1;

// For whole pictures: the quantiser at which each doubling of the pictures that show the same
// error halves it, as the distortion doubles every 3 steps.
constexpr double kHistoryOfEqual = 3;

// Of whole pictures. A quantiser step of s leaves an error of s^2 / 12, which the next picture
// shows again as far as its own change does not cover it; the change is seen in the small picture,
// where it is smaller. Source: ours; onair-quality roi, x265 superfast, four clips: 4 and 20 bring
// the whole picture 1.5 and 0.2 % more than the share of blocks that was foretold.
constexpr double kChangeWeight = 4;

// Groups of 32x32 pixels have one quantiser in x265: the edge of a region is smeared by half of one
// anyway. Source: ours; onair-quality roi, x265 superfast, ramps of 2, 1 and 0 blocks.
constexpr float kRampOfEqual = 1;

// A block never foretells more than this share of its successors.
constexpr float kMostForetold = 0.98F;

// Pictures over which the mean of the history's offsets is kept at zero.
constexpr double kMeanPace = 0.1;

// Bits of a block beside those for its differences: modes, vectors, noise.
constexpr float kLeastCost = 16;

// Offsets end here in any case.
constexpr float kLimit = 16;

// Where the quantiser step is one luma step; it doubles every 6. Source: ITU-T H.264 table 8-15.
constexpr double kQuantizerOfOne = 4;

// The quantiser at which a step is `luma_steps` wide.
double QuantizerOfStep(double luma_steps) {
  return kQuantizerOfOne + 6 * std::log2(std::max(luma_steps, 1e-3));
}

double DeepestFor(LookAhead look_ahead, AdaptiveQuantizer adaptive) {
  if (adaptive == AdaptiveQuantizer::kOff) return kDeepestOfEqual;
  return look_ahead == LookAhead::kNone ? kDeepest : kDeepestBehindLookAhead;
}

double FinestFor(LookAhead look_ahead, AdaptiveQuantizer adaptive) {
  if (adaptive == AdaptiveQuantizer::kOff) return kFinestOfEqual;
  return look_ahead == LookAhead::kNone ? kFinestQuantizer : kFinestBehindLookAhead;
}

double HistoryFor(LookAhead look_ahead, AdaptiveQuantizer adaptive) {
  if (look_ahead == LookAhead::kByEncoder) return kHistoryBehindLookAhead;
  return adaptive == AdaptiveQuantizer::kOn ? kHistory : kHistoryOfEqual;
}

float RampFor(AdaptiveQuantizer adaptive) {
  return adaptive == AdaptiveQuantizer::kOn ? RoiWeights::kRampBlocks : kRampOfEqual;
}

// How much finer a block may be that foretells the share f of its successor, which does the same
// in turn: `strength` steps per doubling of f + f^2 + ... up to the next key frame, and of the
// block itself. As a table over f: logarithms are slow.
class HistoryGain {
 public:
  HistoryGain(double strength, int pictures_to_key) {
    const auto pictures = static_cast<float>(std::clamp(pictures_to_key, 1, 600));
    for (std::size_t i = 0; i <= kSteps; ++i) {
      const float f = std::min(static_cast<float>(i) / kSteps, kMostForetold);
      const float references = f * (1 - std::pow(f, pictures)) / (1 - f);
      gain_of_[i] = static_cast<float>(-strength) * std::log2(1 + references);
    }
  }

  float operator()(float foretold) const {
    return gain_of_[static_cast<std::size_t>(foretold * kSteps + 0.5F)];
  }

 private:
  static constexpr std::size_t kSteps = 128;
  std::array<float, kSteps + 1> gain_of_{};
};

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
      finest_(FinestFor(look_ahead, adaptive)),
      history_strength_(HistoryFor(look_ahead, adaptive)),
      adaptive_(adaptive),
      weights_(size, RampFor(adaptive)),
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
  if (adaptive_ == AdaptiveQuantizer::kOn) {
    AddHistory(next.pictures_to_key);
  } else {
    AddHistoryOfPicture(next.pictures_to_key);
  }
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
double RoiPlanner::Confidence() {
  const double room = RoomAboveNoise();
  is_followed_ = room > (is_followed_ ? kLeastRoom : kEnoughRoom);
  return is_followed_ ? std::min((room - kNoRoom) / (kFade - kNoRoom), 1.0) : 0;
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
  const HistoryGain gain(history_strength_, pictures_to_key);
  const auto foretold = history_.foretold();
  for (std::size_t i = 0; i < offsets_.size(); ++i) offsets_[i] += gain(foretold[i]);
}

void RoiPlanner::AddHistoryOfPicture(int pictures_to_key) {
  if (!quantizer_) return;
  const HistoryGain gain(history_strength_, pictures_to_key);
  const double step = std::exp2((*quantizer_ - kQuantizerOfOne) / 6);
  const auto error = static_cast<float>(step * step / 12);
  float sum = 0;
  for (const float change : history_.change()) {
    sum += gain(error / (error + static_cast<float>(kChangeWeight) * change));
  }
  const float mean = sum / static_cast<float>(offsets_.size());
  for (float& offset : offsets_) offset += mean;
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
