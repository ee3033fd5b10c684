// SPDX-License-Identifier: Apache-2.0
//
// Narrower cheeks and larger eyes: local warps around each face that end in nothing at their
// border and at the picture's, so that no seam shows and none appears while a face leaves.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "beauty/filters/geometry.h"
#include "beauty/filters/i420.h"
#include "beauty/filters/kernels.h"
#include "core/media/face.h"

namespace onair::beauty {

struct FaceShape {
  float slim = 0;  // [0, 1]
  float eyes = 0;  // [0, 1]; faces without landmarks keep their eyes.

  bool IsOff() const { return slim <= 0 && eyes <= 0; }
};

// Scales with Face::presence. Holds a copy of the region it works in. Single-owner.
class ReshapePass {
 public:
  explicit ReshapePass(const Kernels& kernels) : kernels_(kernels) {}

  // In place. Numbers of `faces` are finite.
  void Apply(const FaceShape& shape, std::span<const Face> faces, const I420Planes& planes);

 private:
  struct Field;
  void MakeNodes(const Field& field, const I420Planes& planes);
  void WarpPlane(const I420Planes& planes, std::size_t plane);
  bool IsStill(int node_row) const;

  const Kernels& kernels_;
  PixelRect region_;  // Luma pixels; begins on the node grid.
  int columns_ = 0;   // Of nodes: one more than of the squares between them.
  int rows_ = 0;
  int margin_ = 0;                               // What the warp reaches beyond the region.
  std::vector<std::int32_t> nodes_x_, nodes_y_;  // Displacement, 1/65536 luma pixel.
  std::vector<std::int32_t> row_x_, row_y_;      // The same between two rows of nodes.
  std::vector<std::uint8_t> before_;             // Pixels of the region and its margin.
};

}  // namespace onair::beauty
