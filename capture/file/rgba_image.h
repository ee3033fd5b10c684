// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/media/video_frame.h"

namespace onair::capture {

// Pixels with straight alpha, top row first, no padding: width * height * 4 bytes.
struct RgbaImage {
  PictureSize size;
  std::vector<std::uint8_t> rgba;
};

// An image file (PNG, WebP, GIF: its first picture) for watermarks and stickers; opaque where
// the file has no alpha. kFileNotFound, kFileRead, kNotMedia; kLimit for sides above
// kMaxPictureSide.
Result<RgbaImage> LoadRgbaImage(const std::string& path);

}  // namespace onair::capture
