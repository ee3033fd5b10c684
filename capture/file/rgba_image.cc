// SPDX-License-Identifier: Apache-2.0
#include "capture/file/rgba_image.h"

#include "capture/file/still_frame.h"

namespace onair::capture {

Result<RgbaImage> LoadRgbaImage(const std::string& path) {
  auto decoded = DecodeStill(path);
  if (!decoded) return Forward(decoded);
  const AVFrame& frame = **decoded;
  if (frame.width > kMaxPictureSide || frame.height > kMaxPictureSide) {
    return Fail(ErrorCode::kLimit, path + ": larger than " + std::to_string(kMaxPictureSide));
  }
  const AvPtr<SwsContext> scaler(sws_getContext(
      frame.width, frame.height, static_cast<AVPixelFormat>(frame.format), frame.width,
      frame.height, AV_PIX_FMT_RGBA, SWS_BILINEAR | SWS_ACCURATE_RND, nullptr, nullptr, nullptr));
  if (scaler == nullptr) return Fail(ErrorCode::kNotMedia, path + ": unknown pixels");
  RgbaImage image;
  image.size = {frame.width, frame.height};
  const std::size_t stride = static_cast<std::size_t>(frame.width) * 4;
  image.rgba.resize(stride * static_cast<std::size_t>(frame.height));
  std::uint8_t* const rows[] = {image.rgba.data()};
  const int strides[] = {static_cast<int>(stride)};
  if (sws_scale(scaler.get(), frame.data, frame.linesize, 0, frame.height, rows, strides) !=
      frame.height) {
    return Fail(ErrorCode::kNotMedia, path + ": pixels could not be converted");
  }
  return image;
}

}  // namespace onair::capture
