// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/media/video_frame.h"

namespace onair::samples {

// The pictures of a clip in memory, I420 or NV12, all of one even size.
struct Clip {
  std::vector<Picture> pictures;
  PictureSize size;
};

// The first `most` pictures (> 0) of a media file, or of raw I420 (".yuv", with the size in its
// name: name_320x192.yuv). Times in the file do not matter: a clip is measured at one steady
// frame rate. Odd sides lose a row or column. kFileNotFound, kNotMedia, kFileRead,
// kDecodeFailed; kUnsupported under 2x2; kInvalidConfig for a raw file without a size in its name.
Result<Clip> ReadClip(const std::string& path, int most);

// "name_320x192_12fps.yuv" -> 320x192.
std::optional<PictureSize> SizeInName(const std::string& path);

// Camera noise: Gaussian of standard deviation `sigma` luma steps on each luma pixel, half of it
// on chroma, the same for the same arguments. `sigma` > 0.
Result<Clip> WithNoise(const Clip& clip, double sigma);

}  // namespace onair::samples
