// SPDX-License-Identifier: Apache-2.0
#include "beauty/filters/reshape_pass.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace onair::beauty {
namespace {

constexpr int kGridShift = 3;
constexpr int kGrid = 1 << kGridShift;  // Luma pixels between nodes; the fields bend over far more.
constexpr float kSmallest = 24;         // Faces narrower than this (pixels) are left alone.
constexpr float kMostSlim = 0.11F;      // Of half the face's width, at the jaw.
constexpr float kMostEyes = 0.20F;      // An eye a quarter larger in its middle.
constexpr float kReach = 1.75F;         // Where slimming ends, in half widths from the middle.

constexpr float kAbove = -0.3F, kBelow = 2.5F;  // The same up and down, eyes 0, mouth 1.

struct Vec {
  float x = 0;
  float y = 0;
};
Vec operator+(Vec a, Vec b) {
  return {a.x + b.x, a.y + b.y};
}
Vec operator-(Vec a, Vec b) {
  return {a.x - b.x, a.y - b.y};
}
Vec operator*(Vec a, float k) {
  return {a.x * k, a.y * k};
}
float Dot(Vec a, Vec b) {
  return a.x * b.x + a.y * b.y;
}
float Length(Vec a) {
  return std::hypot(a.x, a.y);
}

float SmoothStep(float t) {
  const float x = std::clamp(t, 0.0F, 1.0F);
  return x * x * (3 - 2 * x);
}

// How much of the slimming acts at a height: 0 is the eyes' line, 1 the mouth, 1.65 the chin.
float SlimAlong(float v) {
  return SmoothStep((v - kAbove) / 1.2F) * SmoothStep((kBelow - v) / 1.0F);
}
// And at a distance from the middle, in half widths: nothing on nose and mouth, most at the
// jaw (1), nothing again at kReach.
float SlimAcross(float u) {
  const float fall = 1 - u * u / (kReach * kReach);
  return fall <= 0 ? 0 : std::copysign(u * u, u) * fall * fall / 0.454F;
}

}  // namespace

// One face, in pixels.
struct ReshapePass::Field {
  Vec across{1, 0};  // From the viewer's left to right along the face.
  Vec down{0, 1};
  Vec eye_line;  // On the middle axis.
  float half_width = 0;
  float mouth_depth = 0;  // From the eyes' line to the mouth.
  float slim = 0;         // Largest displacement, pixels.
  Vec eyes[2];
  float eye_radius = 0;
  float enlarge = 0;
  Vec fade;  // Pixels over which displacement falls to zero at the picture's border.
  Vec picture;

  static Field Of(const Face& face, const FaceShape& shape, PictureSize size);
  Vec At(Vec p) const;
  PixelRect Bounds(PictureSize size) const;
  float MostMoved() const { return std::max(slim, enlarge * eye_radius * 0.3F) + 1; }
};

ReshapePass::Field ReshapePass::Field::Of(const Face& face, const FaceShape& shape,
                                          PictureSize size) {
  Field f;
  f.picture = {static_cast<float>(size.width), static_cast<float>(size.height)};
  const auto pixel = [&](FacePoint p) { return Vec{p.x * f.picture.x, p.y * f.picture.y}; };
  const FaceBox& box = face.box;
  const Vec middle = pixel({box.x + box.width / 2, box.y + box.height / 2});
  const float width = box.width * f.picture.x, height = box.height * f.picture.y;
  f.half_width = width / 2;
  f.eye_line = pixel({box.x + box.width / 2, box.y + 0.42F * box.height});
  f.mouth_depth = 0.36F * height;
  const float presence = SmoothStep(face.presence);
  if (face.landmarks) {
    const FaceLandmarks& l = *face.landmarks;
    f.eyes[0] = pixel(l.right_eye);
    f.eyes[1] = pixel(l.left_eye);
    const Vec apart = f.eyes[1] - f.eyes[0];
    const float distance = Length(apart);
    const Vec eyes_middle = (f.eyes[0] + f.eyes[1]) * 0.5F;
    // Eyes in one place or far away: landmarks of a profile, or nonsense. The box must do.
    if (distance > 0.12F * width && distance < 1.5F * width &&
        Length(eyes_middle - middle) < std::max(width, height)) {
      f.across = apart * (1 / distance);
      f.down = {-f.across.y, f.across.x};
      const Vec mouth = (pixel(l.right_mouth_corner) + pixel(l.left_mouth_corner)) * 0.5F;
      f.mouth_depth = std::clamp(Dot(mouth - eyes_middle, f.down), 0.2F * height, 0.6F * height);
      // A box around a tilted face is wider than the face.
      f.half_width /= std::abs(f.across.x) + 1.3F * std::abs(f.across.y);
      f.eye_line = middle + f.down * Dot(eyes_middle - middle, f.down);
      f.eye_radius = distance / 2;
      f.enlarge = kMostEyes * shape.eyes * presence;
    }
  }
  f.slim = kMostSlim * f.half_width * shape.slim * presence;
  f.fade = {std::max(4 * f.MostMoved(), 0.12F * width), std::max(4 * f.MostMoved(), 0.12F * width)};
  return f;
}

// Where the pixel at `p` comes from, relative to it.
Vec ReshapePass::Field::At(Vec p) const {
  Vec moved;
  const Vec from_axis = p - eye_line;
  if (slim > 0) {
    const float u = Dot(from_axis, across) / half_width;
    const float v = Dot(from_axis, down) / mouth_depth;
    moved = across * (slim * SlimAcross(u) * SlimAlong(v));
  }
  for (const Vec eye : eyes) {
    const Vec d = p - eye;
    const float r2 = Dot(d, d) / (eye_radius * eye_radius);
    if (enlarge > 0 && r2 < 1) moved = moved - d * (enlarge * (1 - r2) * (1 - r2));
  }
  moved.x *= SmoothStep(std::min(p.x, picture.x - 1 - p.x) / fade.x);
  moved.y *= SmoothStep(std::min(p.y, picture.y - 1 - p.y) / fade.y);
  return moved;
}

// The picture's part of the square around everything that may move, on the grid.
PixelRect ReshapePass::Field::Bounds(PictureSize size) const {
  const float side = kReach * half_width;
  float left = 1e9F, right = -1e9F, top = 1e9F, bottom = -1e9F;
  const auto take = [&](Vec p) {
    left = std::min(left, p.x);
    right = std::max(right, p.x);
    top = std::min(top, p.y);
    bottom = std::max(bottom, p.y);
  };
  if (slim > 0) {
    for (const float u : {-side, side}) {
      for (const float v : {kAbove, kBelow}) {
        take(eye_line + across * u + down * (v * mouth_depth));
      }
    }
  }
  if (enlarge > 0) {
    for (const Vec eye : eyes) {
      take(eye - Vec{eye_radius, eye_radius});
      take(eye + Vec{eye_radius, eye_radius});
    }
  }
  const auto grid = [](float at, int most) {
    return static_cast<int>(std::clamp(at, 0.0F, static_cast<float>(most))) / kGrid * kGrid;
  };
  const int x = grid(left, size.width), y = grid(top, size.height);
  const int end_x = std::min(grid(right, size.width) + kGrid, size.width);
  const int end_y = std::min(grid(bottom, size.height) + kGrid, size.height);
  return {x, y, std::max(end_x - x, 0), std::max(end_y - y, 0)};
}

void ReshapePass::Apply(const FaceShape& shape, std::span<const Face> faces,
                        const I420Planes& planes) {
  for (const Face& face : faces) {
    if (face.box.width * static_cast<float>(planes.size.width) < kSmallest) continue;
    const Field field = Field::Of(face, shape, planes.size);
    if (field.slim <= 0 && field.enlarge <= 0) continue;
    region_ = field.Bounds(planes.size);
    if (region_.width < 2 || region_.height < 2) continue;
    margin_ = static_cast<int>(field.MostMoved()) + 2;
    MakeNodes(field, planes);
    for (std::size_t plane = 0; plane < 3; ++plane) WarpPlane(planes, plane);
  }
}

void ReshapePass::MakeNodes(const Field& field, const I420Planes&) {
  columns_ = (region_.width + kGrid - 1) / kGrid + 1;
  rows_ = (region_.height + kGrid - 1) / kGrid + 1;
  const auto count = static_cast<std::size_t>(columns_) * static_cast<std::size_t>(rows_);
  nodes_x_.resize(count);
  nodes_y_.resize(count);
  row_x_.resize(static_cast<std::size_t>(columns_));
  row_y_.resize(static_cast<std::size_t>(columns_));
  std::size_t i = 0;
  for (int y = 0; y < rows_; ++y) {
    for (int x = 0; x < columns_; ++x, ++i) {
      const Vec moved = field.At(
          {static_cast<float>(region_.x + x * kGrid), static_cast<float>(region_.y + y * kGrid)});
      nodes_x_[i] = static_cast<std::int32_t>(moved.x * 65536);
      nodes_y_[i] = static_cast<std::int32_t>(moved.y * 65536);
    }
  }
}

bool ReshapePass::IsStill(int node_row) const {
  const auto begin = static_cast<std::ptrdiff_t>(node_row) * columns_;
  const auto is_zero = [](std::int32_t v) { return v == 0; };
  return std::all_of(nodes_x_.begin() + begin, nodes_x_.begin() + begin + 2 * columns_, is_zero) &&
         std::all_of(nodes_y_.begin() + begin, nodes_y_.begin() + begin + 2 * columns_, is_zero);
}

void ReshapePass::WarpPlane(const I420Planes& planes, std::size_t plane) {
  const int shift = plane == 0 ? 0 : 1;
  const int grid = kGrid >> shift;
  const int grid_shift = kGridShift - shift;
  const int plane_width = plane == 0 ? planes.size.width : ChromaSide(planes.size.width);
  const int plane_height = plane == 0 ? planes.size.height : ChromaSide(planes.size.height);
  const int left = region_.x >> shift, top = region_.y >> shift;
  const int width = std::min((region_.width + shift) >> shift, plane_width - left);
  const int height = std::min((region_.height + shift) >> shift, plane_height - top);
  // The pixels as they were, with as much around them as the plane has.
  const int from_x = std::max(left - margin_, 0), from_y = std::max(top - margin_, 0);
  const int to_x = std::min(left + width + margin_, plane_width);
  const int to_y = std::min(top + height + margin_, plane_height);
  const int stride = to_x - from_x;
  before_.resize(static_cast<std::size_t>(stride) * static_cast<std::size_t>(to_y - from_y));
  for (int y = from_y; y < to_y; ++y) {
    std::memcpy(&before_[static_cast<std::size_t>(y - from_y) * static_cast<std::size_t>(stride)],
                RowOf(planes.planes[plane], y) + from_x, static_cast<std::size_t>(stride));
  }
  WarpRow row{before_.data(), stride,        stride,        to_y - from_y, left - from_x, 0,
              grid,           row_x_.data(), row_y_.data(), nullptr};
  for (int y = 0; y < height; ++y) {
    const int node_row = y / grid;
    if (IsStill(node_row)) continue;
    const auto above = static_cast<std::size_t>(node_row) * static_cast<std::size_t>(columns_);
    const auto below = above + static_cast<std::size_t>(columns_);
    const int part = y % grid;
    for (std::size_t i = 0; i < static_cast<std::size_t>(columns_); ++i) {
      const auto between = [&](const std::vector<std::int32_t>& nodes) {
        return (nodes[above + i] + ((nodes[below + i] - nodes[above + i]) >> grid_shift) * part) >>
               shift;
      };
      row_x_[i] = between(nodes_x_);
      row_y_[i] = between(nodes_y_);
    }
    row.y = top - from_y + y;
    row.out = RowOf(planes.planes[plane], top + y) + left;
    kernels_.warp_row(row, width);
  }
}

}  // namespace onair::beauty
