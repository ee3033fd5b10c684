// SPDX-License-Identifier: Apache-2.0
//
// Pictures side by side for the eye: whole ones with the face's box, and crops of the face and
// of the background at twice their size.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/media/face.h"
#include "core/media/video_frame.h"
#include "samples/quality/canvas.h"

namespace onair::samples {

struct ComparisonColumn {
  std::string label;
  std::string detail;  // Beside the label, once.
  Picture picture;
};
// What stands beside each other; all of one even size of at least 64x64.
struct ComparisonGroup {
  std::string title;
  std::vector<ComparisonColumn> columns;  // The first decides which background is cropped.
};
struct ComparisonSheet {
  std::vector<ComparisonGroup> groups;
  std::vector<FaceBox> faces;  // Drawn; the first is cropped. Not empty.
};

// kInvalidConfig: nothing to show, or more than a picture holds.
Result<Picture> DrawComparison(const ComparisonSheet& sheet);

// The part of the face that is shown: a little around it, at most 320x280, inside the picture.
PixelRect FaceCrop(PictureSize size, const FaceBox& face);

// The most detailed part of that size clear of the faces, smaller where there is no room; empty
// where there is none at all.
std::optional<PixelRect> BackgroundCrop(const Picture& picture, std::span<const FaceBox> faces,
                                        PictureSize crop);

}  // namespace onair::samples
