// SPDX-License-Identifier: Apache-2.0
//
// Rectangles into one weight per block: soft at the edge, steady in time. Private to the room.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "codec/encode/block_grid.h"
#include "core/media/roi_map.h"

namespace onair::codec {

// Pure, single-owner. A region that moves takes its weight along at once; one that appears,
// goes or changes its quality is eased over some pictures. What moves by less than detectors
// jitter does not move.
class RoiWeights {
 public:
  // Over `ramp_blocks` the weight of a region falls to 0 around it.
  explicit RoiWeights(PictureSize size, float ramp_blocks = kRampBlocks);

  // The edge cannot be seen, and the ring around a face does not pay for it. Costs 1 to 2 % of the
  // face's gain and gives the ring 0.5 dB back. Source: ours; onair-quality, ramps of 0 to 6
  // blocks.
  static constexpr float kRampBlocks = 2;

  enum class Easing { kEased = 1, kAtOnce = 2 };

  // One picture further. Nothing wanted is an empty map. Regions that are not numbers, are empty
  // or lie outside the picture are passed over, as are those beyond RoiMap::kMaxRegions.
  // `easing`: at once where nobody sees the step, that is on key frames.
  void Follow(const std::optional<RoiMap>& map, Easing easing);

  // [-1, 1] per block, the quality in the middle of a region and 0 outside all of them.
  std::span<const float> weights() const { return weights_; }
  bool is_flat() const { return tracks_.empty(); }

  // Sum of the positive weights as a share of the picture, [0, 1].
  double area() const { return area_; }

  // How often weights changed so far.
  std::int64_t changes() const { return changes_; }

 private:
  // A region followed over pictures.
  struct Track {
    RoiRegion region;   // Where it is; `quality` is what it is eased towards.
    float quality = 0;  // In force.
    bool is_wanted = true;
  };

  bool Match(const RoiRegion& wanted);
  bool HasMoved(const RoiRegion& from, const RoiRegion& to) const;
  bool Ease(Easing easing);
  void Draw();
  void DrawOne(const Track& track);

  PictureSize size_;
  float ramp_blocks_;
  BlockGrid grid_;
  std::vector<Track> tracks_;  // At most twice kMaxRegions: the wanted and the fading.
  std::vector<float> weights_;
  double area_ = 0;
  std::int64_t changes_ = 0;
};

}  // namespace onair::codec
