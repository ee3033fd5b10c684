// SPDX-License-Identifier: Apache-2.0
#include "beauty/face/small_picture.h"

#include <libyuv.h>

#include <algorithm>
#include <utility>

namespace onair::beauty {
namespace {

void Scale(PlaneView from, PictureSize from_size, Plane to, PictureSize to_size) {
  libyuv::ScalePlane(from.data, from.stride_bytes, from_size.width, from_size.height, to.data,
                     to.stride_bytes, to_size.width, to_size.height, libyuv::kFilterBox);
}

PictureSize ChromaSize(PictureSize size) {
  return {ChromaSide(size.width), ChromaSide(size.height)};
}

}  // namespace

PictureSize SizeWithin(PictureSize size, int long_side) {
  const int longer = std::max(size.width, size.height);
  if (longer <= long_side) return size;
  const auto scaled = [&](int side) {
    return std::max(1, (side * long_side + longer / 2) / longer);
  };
  return {scaled(size.width), scaled(size.height)};
}

cv::Mat SmallLuma(const Picture& picture, PictureSize size) {
  cv::Mat luma(size.height, size.width, CV_8UC1);
  Scale(picture.plane(0), picture.size(), {luma.data, static_cast<int>(luma.step)}, size);
  return luma;
}

Result<Picture> SmallCopy(const Picture& picture, PictureSize size) {
  auto builder = PictureBuilder::Allocate(picture.format(), size);
  if (!builder) return Forward(builder);
  const PictureSize from = ChromaSize(picture.size());
  const PictureSize to = ChromaSize(size);
  Scale(picture.plane(0), picture.size(), builder->plane(0), size);
  if (picture.format() == PixelFormat::kI420) {
    Scale(picture.plane(1), from, builder->plane(1), to);
    Scale(picture.plane(2), from, builder->plane(2), to);
  } else {
    libyuv::UVScale(picture.plane(1).data, picture.plane(1).stride_bytes, from.width, from.height,
                    builder->plane(1).data, builder->plane(1).stride_bytes, to.width, to.height,
                    libyuv::kFilterBox);
  }
  return std::move(*builder).Freeze();
}

cv::Mat ToBgr(const Picture& picture) {
  const auto [width, height] = picture.size();
  cv::Mat bgr(height, width, CV_8UC3);
  const int stride = static_cast<int>(bgr.step);
  const PlaneView y = picture.plane(0);
  const PlaneView u = picture.plane(1);
  // libyuv names the bytes of a word from its low end: RGB24 lies in memory as B, G, R.
  if (picture.format() == PixelFormat::kI420) {
    const PlaneView v = picture.plane(2);
    libyuv::I420ToRGB24(y.data, y.stride_bytes, u.data, u.stride_bytes, v.data, v.stride_bytes,
                        bgr.data, stride, width, height);
  } else {
    libyuv::NV12ToRGB24(y.data, y.stride_bytes, u.data, u.stride_bytes, bgr.data, stride, width,
                        height);
  }
  return bgr;
}

}  // namespace onair::beauty
