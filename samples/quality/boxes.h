// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/media/face.h"
#include "core/media/video_frame.h"

namespace onair::samples {

// Where the faces of each picture are, by hand or by a slow detector: the reference.
using FacesPerPicture = std::vector<std::vector<FaceBox>>;

// Faces of picture `i`: the last ones hold where the list is shorter.
const std::vector<FaceBox>& FacesAt(const FacesPerPicture& faces, std::size_t i);

// The first picture of `count` with a face, looked for from the middle on, then from the start.
std::optional<std::size_t> PictureToShow(const FacesPerPicture& faces, std::size_t count);

// One line per picture: "x y width height" in pixels, more numbers ignored; several faces apart
// by ';'; an empty line or a width of 0 is a picture without a face. kInvalidConfig names the
// line.
Result<FacesPerPicture> ParseBoxes(std::string_view text, PictureSize size);

// kFileNotFound, kInvalidConfig.
Result<FacesPerPicture> ReadBoxes(const std::string& path, PictureSize size);

}  // namespace onair::samples
