// SPDX-License-Identifier: Apache-2.0
#include "beauty/filters/lut_pass.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "beauty/filters/colour.h"

namespace onair::beauty {
namespace {

constexpr int kStep = 8;  // Codes between nodes.

std::int16_t Q6(float codes) {
  return static_cast<std::int16_t>(std::lround(std::clamp(codes, -255.0F, 255.0F) * 64));
}

std::uint8_t ToByte(float code) {
  return static_cast<std::uint8_t>(std::clamp(code + 0.5F, 0.0F, 255.0F));
}

// The number of each sample's column.
void PairsOf(const std::uint8_t* u, const std::uint8_t* v, std::span<std::uint16_t> pairs) {
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    pairs[i] = static_cast<std::uint16_t>(v[i] / 2 << 7 | u[i] / 2);
  }
}

}  // namespace

void LutPass::SetLut(const CubeLut& lut, PictureSize size) {
  const ColourMatrix matrix = MatrixFor(size);
  nodes_.resize(static_cast<std::size_t>(kNodes) * kSide * kSide);
  std::int16_t* out = nodes_.data();
  const auto code = [](int i) { return static_cast<float>(i * kStep); };
  for (int v = 0; v < kSide; ++v) {
    for (int u = 0; u < kSide; ++u, out += kNodes) {
      for (int y = 0; y < kSide; ++y) {
        Rgb rgb = ToRgb({code(y), code(u), code(v)}, matrix);
        // Codes that no colour has: the table says nothing of them but of the nearest colour.
        for (float& c : rgb) c = std::clamp(c, 0.0F, 1.0F);
        const Yuv before = ToYuv(rgb, matrix);
        Rgb graded = lut.At(rgb);
        for (float& c : graded) c = std::clamp(c, 0.0F, 1.0F);
        const Yuv after = ToYuv(graded, matrix);
        out[y] = Q6(after.y - before.y);
        out[y + kSide] = Q6(after.u - before.u);
        out[y + 2 * kSide] = Q6(after.v - before.v);
      }
    }
  }
  strength_ = -1;
}

std::array<float, LutPass::kNodes> LutPass::NodesAt(float u, float v) const {
  const int node_u = static_cast<int>(u) / kStep, node_v = static_cast<int>(v) / kStep;
  const float right = u / kStep - static_cast<float>(node_u);
  const float below = v / kStep - static_cast<float>(node_v);
  const float scale = strength_ / 64;
  const std::array weights{scale * (1 - right) * (1 - below), scale * right * (1 - below),
                           scale * (1 - right) * below, scale * right * below};
  const std::int16_t* n = nodes_.data() + (node_v * kSide + node_u) * kNodes;
  std::array<float, kNodes> out;
  for (std::size_t i = 0; i < kNodes; ++i) {
    out[i] = weights[0] * n[i] + weights[1] * n[i + kNodes] + weights[2] * n[i + kSide * kNodes] +
             weights[3] * n[i + (kSide + 1) * kNodes];
  }
  return out;
}

void LutPass::Fill(std::size_t pair, Column& column) const {
  const int first_u = static_cast<int>(pair % kPairs) * 2;
  const int first_v = static_cast<int>(pair / kPairs) * 2;
  const auto between = [](const float* node, float way) {
    return node[0] + (node[1] - node[0]) * way;
  };
  const auto middle =
      NodesAt(static_cast<float>(first_u) + 0.5F, static_cast<float>(first_v) + 0.5F);
  for (std::size_t y = 0; y < column.luma.size(); ++y) {
    const float add = between(&middle[y / kStep], static_cast<float>(y % kStep) / kStep);
    column.luma[y] = ToByte(static_cast<float>(y) + add);
  }
  for (std::size_t which = 0; which < 4; ++which) {
    const auto u = static_cast<float>(first_u + static_cast<int>(which % 2));
    const auto v = static_cast<float>(first_v + static_cast<int>(which / 2));
    const auto nodes = NodesAt(u, v);
    for (std::size_t i = 0; i < kLumas; ++i) {
      const float way = (static_cast<float>(i % 2) * 4 + 1.5F) / kStep;
      const auto add = [&](float code, std::size_t channel) {
        const float to = code + between(&nodes[channel * kSide + i / 2], way);
        return static_cast<std::uint8_t>(ToByte(to) - static_cast<int>(code));
      };
      column.chroma[i][which] = {add(u, 1), add(v, 2)};
    }
  }
}

void LutPass::Apply(float strength, const I420Planes& planes) {
  if (columns_ == nullptr) columns_.reset(new Column[is_filled_.size()]);
  strength = std::clamp(strength, 0.0F, 1.0F);
  if (strength != strength_) is_filled_.fill(0);
  strength_ = strength;
  const int last_row = planes.size.height - 1;
  pairs_.resize(static_cast<std::size_t>(ChromaSide(planes.size.width)));
  for (int y = 0; y <= last_row; y += 2) {
    // Of an odd height the last row again.
    const Rows rows{RowOf(planes.planes[0], y), RowOf(planes.planes[0], std::min(y + 1, last_row)),
                    RowOf(planes.planes[1], y / 2), RowOf(planes.planes[2], y / 2)};
    FillFor(rows);
    GradeRows(rows, planes.size.width);
  }
}

void LutPass::FillFor(const Rows& rows) {
  PairsOf(rows.u, rows.v, pairs_);
  unsigned all = 1;
  for (const std::uint16_t pair : pairs_) all &= is_filled_[pair];
  if (all != 0) return;
  for (const std::uint16_t pair : pairs_) {
    if (is_filled_[pair] == 0) Fill(pair, columns_[pair]);
    is_filled_[pair] = 1;
  }
}

void LutPass::GradeRows(const Rows& rows, int width) const {
  // Not through members: for all the compiler knows, each byte written might change them.
  std::uint8_t* const above = rows.above;
  std::uint8_t* const below = rows.below;
  std::uint8_t* const u = rows.u;
  std::uint8_t* const v = rows.v;
  const Column* const columns = columns_.get();
  const std::uint16_t* const pairs = pairs_.data();
  const auto grade = [=](int left, int right) {
    const int chroma = left / 2;
    const Column& column = columns[pairs[chroma]];
    const unsigned code_u = u[chroma], code_v = v[chroma];
    // All four are read before one is written: a last row or column is given twice.
    const unsigned a = above[left], b = above[right], c = below[left], d = below[right];
    const Column::Add add = column.chroma[(a + b + c + d) / 16][code_v % 2 * 2 + code_u % 2];
    above[left] = column.luma[a];
    above[right] = column.luma[b];
    below[left] = column.luma[c];
    below[right] = column.luma[d];
    u[chroma] = static_cast<std::uint8_t>(code_u + add.u);
    v[chroma] = static_cast<std::uint8_t>(code_v + add.v);
  };
  for (int x = 0; x + 1 < width; x += 2) grade(x, x + 1);
  if (width % 2 != 0) grade(width - 1, width - 1);
}

}  // namespace onair::beauty
