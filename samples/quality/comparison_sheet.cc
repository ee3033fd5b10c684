// SPDX-License-Identifier: Apache-2.0
#include "samples/quality/comparison_sheet.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <utility>

namespace onair::samples {
namespace {

constexpr int kColumn = 640;  // Pixels; a crop of 320 twice its size fills it.
constexpr int kGap = 8;
constexpr int kTitle = 40;
constexpr int kLabel = 22;
constexpr int kZoom = 2;
constexpr PictureSize kMostCrop{kColumn / kZoom, 280};
constexpr int kLeastCrop = 32;

// Boxes come from files: whatever they say stays a number of pixels.
int Even(double value) {
  constexpr double kFar = 2.0 * kMaxPictureSide;
  return static_cast<int>(std::lround(std::clamp(value, -kFar, kFar))) & ~1;
}

PixelRect PixelsOf(PictureSize size, const FaceBox& face) {
  return {Even(face.x * static_cast<double>(size.width)),
          Even(face.y * static_cast<double>(size.height)),
          Even(face.width * static_cast<double>(size.width)),
          Even(face.height * static_cast<double>(size.height))};
}

bool Overlap(PixelRect a, PixelRect b) {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

// Steps between neighbours, of every fourth sample.
long DetailIn(const Picture& picture, PixelRect part) {
  constexpr int kStep = 4;
  const PlaneView luma = picture.plane(0);
  long sum = 0;
  for (int y = part.y; y < part.y + part.height; y += kStep) {
    const std::uint8_t* row = luma.data + static_cast<std::ptrdiff_t>(y) * luma.stride_bytes;
    for (int x = part.x; x + 1 < part.x + part.width; x += kStep) {
      sum += std::abs(row[x + 1] - row[x]);
    }
  }
  return sum;
}

std::optional<PixelRect> MostDetailed(const Picture& picture, std::span<const FaceBox> faces,
                                      PictureSize crop) {
  const auto has_face = [&](PixelRect part) {
    return std::any_of(faces.begin(), faces.end(), [&](const FaceBox& face) {
      return Overlap(part, PixelsOf(picture.size(), face));
    });
  };
  constexpr int kStep = 16;
  std::optional<PixelRect> best;
  long most = -1;
  for (int y = 0; y + crop.height <= picture.size().height; y += kStep) {
    for (int x = 0; x + crop.width <= picture.size().width; x += kStep) {
      const PixelRect part{x, y, crop.width, crop.height};
      if (has_face(part)) continue;
      const long detail = DetailIn(picture, part);
      if (detail <= most) continue;
      most = detail;
      best = part;
    }
  }
  return best;
}

// Where one group's rows lie, from its top.
struct GroupPlan {
  PixelRect whole;  // Of the clip's picture.
  PictureSize shown;
  PixelRect face;
  std::optional<PixelRect> background;

  int height() const {
    int sum = kTitle + kLabel + shown.height + kGap + kLabel + kZoom * face.height + kGap;
    if (background) sum += kLabel + kZoom * background->height + kGap;
    return sum;
  }
};

GroupPlan PlanOf(const ComparisonGroup& group, std::span<const FaceBox> faces) {
  const Picture& first = group.columns.front().picture;
  const PictureSize size = first.size();
  const int shrink = (std::max(size.width, size.height) + kColumn - 1) / kColumn;
  GroupPlan plan;
  plan.whole = {0, 0, size.width, size.height};
  plan.shown = {Even(size.width / shrink), Even(size.height / shrink)};
  plan.face = FaceCrop(size, faces.front());
  plan.background = BackgroundCrop(
      first, faces,
      {Even(std::min(kMostCrop.width, size.width)), Even(std::min(kMostCrop.height, size.height))});
  return plan;
}

class Drawing {
 public:
  Drawing(Canvas canvas, std::span<const FaceBox> faces)
      : canvas_(std::move(canvas)), faces_(faces) {}

  Status DrawGroup(const ComparisonGroup& group, const GroupPlan& plan) {
    const int width = static_cast<int>(group.columns.size()) * (kColumn + kGap);
    canvas_.Write(group.title, {kGap, top_ + 10, width - kGap, kTitle - 20});
    top_ += kTitle;
    if (auto s = DrawRow(group, {"", plan.whole, plan.shown, true}); !s) return s;
    if (auto s = DrawRow(group, {" - face x2", plan.face, Zoomed(plan.face), false}); !s) return s;
    if (!plan.background) return {};
    return DrawRow(group, {" - background x2", *plan.background, Zoomed(*plan.background), false});
  }
  Picture Freeze() && { return std::move(canvas_).Freeze(); }

 private:
  struct RowPlan {
    const char* suffix;
    PixelRect from;
    PictureSize to;
    bool has_box;
  };
  static PictureSize Zoomed(PixelRect part) { return {kZoom * part.width, kZoom * part.height}; }

  Status DrawRow(const ComparisonGroup& group, const RowPlan& row) {
    int left = kGap;
    for (const ComparisonColumn& column : group.columns) {
      canvas_.Write(column.label + (row.has_box ? " " + column.detail : row.suffix),
                    {left, top_, kColumn, kLabel - 8});
      const PixelRect place{left, top_ + kLabel, row.to.width, row.to.height};
      if (auto pasted = canvas_.Paste(column.picture, row.from, place); !pasted) return pasted;
      if (row.has_box) DrawBoxes(place);
      left += kColumn + kGap;
    }
    top_ += kLabel + row.to.height + kGap;
    return {};
  }

  void DrawBoxes(PixelRect place) {
    for (const FaceBox& face : faces_) {
      const PixelRect box = PixelsOf({place.width, place.height}, face);
      canvas_.Frame({place.x + box.x, place.y + box.y, box.width, box.height});
    }
  }

  Canvas canvas_;
  const std::span<const FaceBox> faces_;
  int top_ = 0;
};

}  // namespace

PixelRect FaceCrop(PictureSize size, const FaceBox& face) {
  constexpr double kAround = 1.3;
  const auto side = [](double wanted, int most) {
    return std::clamp(Even(wanted), std::min(kLeastCrop, most & ~1), most & ~1);
  };
  const int width = side(face.width * kAround * size.width, std::min(kMostCrop.width, size.width));
  const int height =
      side(face.height * kAround * size.height, std::min(kMostCrop.height, size.height));
  const double middle_x = (face.x + face.width / 2.0) * size.width;
  const double middle_y = (face.y + face.height / 2.0) * size.height;
  return {std::clamp(Even(middle_x - width / 2.0), 0, (size.width - width) & ~1),
          std::clamp(Even(middle_y - height / 2.0), 0, (size.height - height) & ~1), width, height};
}

std::optional<PixelRect> BackgroundCrop(const Picture& picture, std::span<const FaceBox> faces,
                                        PictureSize crop) {
  for (; crop.width >= kLeastCrop && crop.height >= kLeastCrop;
       crop = {Even(crop.width * 0.75), Even(crop.height * 0.75)}) {
    if (auto best = MostDetailed(picture, faces, crop)) return best;
  }
  return std::nullopt;
}

Result<Picture> DrawComparison(const ComparisonSheet& sheet) {
  if (sheet.faces.empty()) return Fail(ErrorCode::kInvalidConfig, "sheet: no face");
  std::vector<GroupPlan> plans;
  std::size_t columns = 0;
  int height = 0;
  for (const ComparisonGroup& group : sheet.groups) {
    if (group.columns.empty()) return Fail(ErrorCode::kInvalidConfig, "sheet: an empty group");
    plans.push_back(PlanOf(group, sheet.faces));
    columns = std::max(columns, group.columns.size());
    height += plans.back().height();
  }
  auto canvas = Canvas::Make({static_cast<int>(columns) * (kColumn + kGap) + kGap, height});
  if (!canvas) return Forward(canvas);
  Drawing drawing(std::move(*canvas), sheet.faces);
  for (std::size_t i = 0; i < plans.size(); ++i) {
    if (auto drawn = drawing.DrawGroup(sheet.groups[i], plans[i]); !drawn) return Forward(drawn);
  }
  return std::move(drawing).Freeze();
}

}  // namespace onair::samples
