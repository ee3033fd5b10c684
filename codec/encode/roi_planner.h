// SPDX-License-Identifier: Apache-2.0
//
// Regions of interest into quantiser offsets, in no encoder's words but the quantiser scale that
// H.264 and H.265 share (6 steps halve or double the bits). Private to the room.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "codec/encode/block_grid.h"
#include "codec/encode/block_history.h"
#include "codec/encode/noise_meter.h"
#include "codec/encode/roi_weights.h"
#include "core/media/roi_map.h"

namespace onair::codec {

// One picture on its way into the encoder.
struct PictureToPlan {
  const Picture& picture;
  const std::optional<RoiMap>& roi;
  bool is_key;
  int pictures_to_key;  // Until the next key frame is due, >= 1: what refers to this one.
};

// What the encoder is given for it.
struct RoiPlan {
  // One per block of BlockGrid::Of(size), row by row, to add to the quantiser; below 0 is finer.
  // Empty: nothing to add. Valid until the next Plan().
  std::span<const float> offsets;
  // Mean of `offsets`, weighted by the bits that the blocks are expected to take. Near 0 over
  // pictures; in one picture it is part of the quality that it got.
  double mean = 0;
};

// Whether the encoder weighs by itself what later pictures will refer to.
enum class LookAhead { kNone = 1, kByEncoder = 2 };

// Whether the encoder's own adaptive quantisation takes from texture what it gives to flat blocks.
enum class AdaptiveQuantizer { kOn = 1, kOff = 2 };

// Pure, single-owner. Two parts: the regions, which take from the rest what they get, and while
// there are regions the history, which spends more on what is still and less on what will be
// gone in the next picture (block_history.h); it earns what the regions cost. Block by block it
// gives back what adaptive quantisation takes; where there is none, blocks have their due and only
// whole pictures follow their history.
class RoiPlanner {
 public:
  // `strength`: VideoConfig::roi_strength, [0, 1]; 0 plans nothing and costs nothing.
  RoiPlanner(PictureSize size, double strength, LookAhead look_ahead,
             AdaptiveQuantizer adaptive = AdaptiveQuantizer::kOn);

  // EncoderTarget::roi_emphasis, [0, 2]; takes effect with the next picture.
  void SetEmphasis(double emphasis) { emphasis_ = emphasis; }

  // Before each picture that is encoded, in their order.
  [[nodiscard]] RoiPlan Plan(const PictureToPlan& next);

  // The quantiser that a picture got before offsets (x264: its CRF; x265: the slice's QP), as
  // soon as it is known.
  void OnCoded(double quantizer);

 private:
  void Observe(const PictureToPlan& next);
  double Depth() const;
  double RoomAboveNoise() const;
  double Confidence();
  void AddRegions();
  void AddHistory(int pictures_to_key);
  void AddHistoryOfPicture(int pictures_to_key);
  double Level(const PictureToPlan& next);

  BlockGrid grid_;
  double strength_;
  double deepest_;
  double per_doubling_;
  double finest_;
  double history_strength_;
  AdaptiveQuantizer adaptive_;
  double emphasis_ = 1;
  std::optional<double> quantizer_;  // Mean of the last pictures.
  RoiWeights weights_;
  BlockHistory history_;
  NoiseMeter noise_;
  std::vector<float> offsets_;
  std::optional<double> mean_;  // Of the offsets, over the last pictures.
  bool is_followed_ = true;     // Far enough above the noise.
};

}  // namespace onair::codec
