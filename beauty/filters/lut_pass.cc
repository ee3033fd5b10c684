// SPDX-License-Identifier: Apache-2.0
#include "beauty/filters/lut_pass.h"

#include <algorithm>
#include <cmath>

#include "beauty/filters/colour.h"

namespace onair::beauty {
namespace {

std::int16_t Q6(float codes) {
  return static_cast<std::int16_t>(std::lround(std::clamp(codes, -255.0F, 255.0F) * 64));
}

}  // namespace

void LutPass::SetLut(const CubeLut& lut, PictureSize size) {
  const ColourMatrix matrix = MatrixFor(size);
  // One node more: the kernel reads two along Y at once, also at the last.
  constexpr auto kCount = static_cast<std::size_t>(kLutSide) * kLutSide * kLutSide + 1;
  nodes_.assign(kCount * kLutNode, 0);
  std::int16_t* out = nodes_.data();
  const auto code = [](int i) { return static_cast<float>(i * kLutStep); };
  for (int v = 0; v < kLutSide; ++v) {
    for (int u = 0; u < kLutSide; ++u) {
      for (int y = 0; y < kLutSide; ++y, out += kLutNode) {
        Rgb rgb = ToRgb({code(y), code(u), code(v)}, matrix);
        // Codes that no colour has: the table says nothing of them but of the nearest colour.
        for (float& c : rgb) c = std::clamp(c, 0.0F, 1.0F);
        const Yuv before = ToYuv(rgb, matrix);
        Rgb graded = lut.At(rgb);
        for (float& c : graded) c = std::clamp(c, 0.0F, 1.0F);
        const Yuv after = ToYuv(graded, matrix);
        out[0] = Q6(after.y - before.y);
        out[1] = Q6(after.u - before.u);
        out[2] = Q6(after.v - before.v);
      }
    }
  }
}

void LutPass::Apply(float strength, const I420Planes& planes) const {
  const auto part =
      static_cast<std::int16_t>(std::lround(std::clamp(strength, 0.0F, 1.0F) * 32767));
  const auto [width, height] = planes.size;
  for (int y = 0; y < height; y += 2) {
    const LutRow row{nodes_.data(),
                     part,
                     RowOf(planes.planes[0], y),
                     RowOf(planes.planes[0], std::min(y + 1, height - 1)),
                     RowOf(planes.planes[1], y / 2),
                     RowOf(planes.planes[2], y / 2)};
    kernels_.lut_rows(row, width);
  }
}

}  // namespace onair::beauty
