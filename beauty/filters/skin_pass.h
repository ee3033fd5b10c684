// SPDX-License-Identifier: Apache-2.0
//
// Smoothing, whitening, rosiness and sharpening in one pass over the picture.
//
// A weighted guided filter: each 4x4 cell has a model "detail goes as far as the variance
// around is small and the colour is skin's"; a pixel is drawn towards the mean of its
// surroundings by the average of the models around it. Statistics and masks live on cells
// (1/16 of the pixels) but come from all pixels.
// Follows: He, Sun, Tang, Guided Image Filtering (2010), and its fast form (2015).
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "beauty/filters/cell_plane.h"
#include "beauty/filters/i420.h"
#include "beauty/filters/kernels.h"
#include "beauty/filters/skin_tone.h"
#include "core/media/face.h"

namespace onair::beauty {

// All strengths [0, 1].
struct SkinLook {
  float smooth = 0;
  float whiten = 0;
  float ruddy = 0;
  float sharpen = 0;
  SkinTone tone = kUsualSkin;
  // How sure the faces are where they are said to be: at 1, colours of skin far from them
  // count for little; at 0 they count everywhere.
  float face_trust = 0;

  bool IsOff() const { return smooth <= 0 && whiten <= 0 && ruddy <= 0 && sharpen <= 0; }
};

// Holds scratch memory of about 2.5 times the luma plane. Single-owner.
class SkinPass {
 public:
  explicit SkinPass(const Kernels& kernels) : kernels_(kernels) {}

  // `to` has the size of `from` and other memory. `faces` largest first.
  void Apply(const I420View& from, const SkinLook& look, std::span<const Face> faces,
             const I420Planes& to);

 private:
  enum MapName : std::size_t { kSmooth, kSmoothMean, kEdge, kSkin, kMaps };

  void Resize(PictureSize size);
  void Reduce(const I420View& from);
  void PlaceZones(std::span<const Face> faces, PictureSize size);
  void Classify(const SkinLook& look);
  void Spread(const SkinLook& look);
  void RetouchLuma(const I420View& from, const SkinLook& look, const I420Planes& to);
  void RetouchChroma(const I420View& from, const SkinLook& look, const I420Planes& to);

  const Kernels& kernels_;
  PictureSize size_;
  int radius_ = 0;  // Of the box, in cells.

  CellPlane<std::int32_t> luma_, squares_, u_, v_;
  std::array<CellPlane<std::int32_t>, kMaps> weights_;  // Per cell.
  std::array<CellPlane<std::int16_t>, kMaps> maps_;     // Over the box around it.
  CellPlane<std::int32_t> columns_;                     // Running sums, box results.

  std::vector<std::int32_t> nothing_;  // A row of zeros.

  struct Zone {
    float y = 0;
    float inverse_height = 0;
    float reach = 0;
  };
  std::array<Zone, kMaxZones> zones_;
  std::array<std::vector<float>, kMaxZones> zone_across_;
  int zone_count_ = 0;

  std::array<std::array<std::vector<std::int16_t>, 2>, kMaps> wide_;  // Two rows of cells each.
  std::vector<std::int16_t> column_blur_;
};

}  // namespace onair::beauty
