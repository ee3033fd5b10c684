// SPDX-License-Identifier: Apache-2.0
#include "beauty/filters/watermark.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "beauty/filters/colour.h"
#include "beauty/filters/isa.h"

namespace onair::beauty {
namespace {

// One sample of the mark: colour times alpha, and alpha, all 0..255 (not rounded).
struct Premultiplied {
  float y = 0;
  float u = 0;
  float v = 0;
  float alpha = 0;
};

Premultiplied SampleAt(const Watermark& mark, int x, int y, ColourMatrix matrix) {
  if (x < 0 || y < 0 || x >= mark.size.width || y >= mark.size.height) return {};
  const std::uint8_t* p =
      &mark.rgba[(static_cast<std::size_t>(y) * static_cast<std::size_t>(mark.size.width) +
                  static_cast<std::size_t>(x)) *
                 4];
  const float alpha = static_cast<float>(p[3]) / 255;
  const Yuv yuv = ToYuv({static_cast<float>(p[0]) / 255, static_cast<float>(p[1]) / 255,
                         static_cast<float>(p[2]) / 255},
                        matrix);
  return {yuv.y * alpha, yuv.u * alpha, yuv.v * alpha, static_cast<float>(p[3])};
}

std::uint8_t ToByte(float value) {
  return static_cast<std::uint8_t>(std::clamp(std::lround(value), 0L, 255L));
}

// Begin and length of [begin, begin + length) cut to [0, whole).
struct Span {
  int begin;
  int length;
};
Span Cut(std::int64_t begin, std::int64_t length, int whole) {
  const std::int64_t low = std::clamp<std::int64_t>(begin, 0, whole);
  const std::int64_t high = std::clamp<std::int64_t>(begin + length, low, whole);
  return {static_cast<int>(low), static_cast<int>(high - low)};
}

}  // namespace

Status Watermark::Validate() const {
  if (size.width < 1 || size.height < 1 || size.width > kMaxPictureSide ||
      size.height > kMaxPictureSide) {
    return Fail(ErrorCode::kInvalidConfig, "watermark.size");
  }
  const std::size_t wanted =
      static_cast<std::size_t>(size.width) * static_cast<std::size_t>(size.height) * 4;
  if (rgba.size() != wanted) {
    return Fail(ErrorCode::kInvalidConfig, "watermark.rgba: " + std::to_string(rgba.size()) +
                                               " of " + std::to_string(wanted) + " bytes");
  }
  return {};
}

WatermarkLayer::WatermarkLayer(const Watermark& mark, PictureSize picture) : picture_(picture) {
  const ColourMatrix matrix = MatrixFor(picture);
  const std::int64_t x = mark.x, y = mark.y;
  const Span luma_x = Cut(x, mark.size.width, picture.width);
  const Span luma_y = Cut(y, mark.size.height, picture.height);
  const auto reserve = [](Layer& layer, Span across, Span down) {
    layer.x = across.begin;
    layer.y = down.begin;
    layer.width = across.length;
    layer.height = down.length;
    layer.value.reserve(static_cast<std::size_t>(across.length) *
                        static_cast<std::size_t>(down.length));
    layer.keep.reserve(layer.value.capacity());
  };
  const auto put = [](Layer& layer, float value, float alpha) {
    const auto keep = static_cast<std::uint8_t>(255 - ToByte(alpha));
    layer.keep.push_back(keep);
    layer.value.push_back(std::min(ToByte(value), static_cast<std::uint8_t>(255 - keep)));
  };
  reserve(layers_[0], luma_x, luma_y);
  for (int row = luma_y.begin; row < luma_y.begin + luma_y.length; ++row) {
    for (int column = luma_x.begin; column < luma_x.begin + luma_x.length; ++column) {
      const auto p =
          SampleAt(mark, static_cast<int>(column - x), static_cast<int>(row - y), matrix);
      put(layers_[0], p.y, p.alpha);
    }
  }
  if (luma_x.length == 0 || luma_y.length == 0) return;
  // One chroma sample covers 2x2 pixels; where the mark covers only some of them, it counts
  // for that much.
  const Span chroma_x{luma_x.begin / 2, (luma_x.begin + luma_x.length + 1) / 2 - luma_x.begin / 2};
  const Span chroma_y{luma_y.begin / 2, (luma_y.begin + luma_y.length + 1) / 2 - luma_y.begin / 2};
  reserve(layers_[1], chroma_x, chroma_y);
  reserve(layers_[2], chroma_x, chroma_y);
  for (int row = chroma_y.begin; row < chroma_y.begin + chroma_y.length; ++row) {
    for (int column = chroma_x.begin; column < chroma_x.begin + chroma_x.length; ++column) {
      Premultiplied sum;
      for (int i = 0; i < 4; ++i) {
        // A picture of odd size has no pixels past its border: the last one counts twice.
        const int px = std::min(2 * column + i % 2, picture.width - 1);
        const int py = std::min(2 * row + i / 2, picture.height - 1);
        const auto p = SampleAt(mark, static_cast<int>(px - x), static_cast<int>(py - y), matrix);
        sum.u += p.u / 4;
        sum.v += p.v / 4;
        sum.alpha += p.alpha / 4;
      }
      put(layers_[1], sum.u, sum.alpha);
      put(layers_[2], sum.v, sum.alpha);
    }
  }
}

void WatermarkLayer::Draw(const I420Planes& planes) const {
  const Kernels& kernels = BestKernels();
  for (std::size_t i = 0; i < 3; ++i) {
    const Layer& layer = layers_[i];
    for (int row = 0; row < layer.height; ++row) {
      const std::size_t from =
          static_cast<std::size_t>(row) * static_cast<std::size_t>(layer.width);
      kernels.blend_row(RowOf(planes.planes[i], layer.y + row) + layer.x, layer.value.data() + from,
                        layer.keep.data() + from, layer.width);
    }
  }
}

}  // namespace onair::beauty
