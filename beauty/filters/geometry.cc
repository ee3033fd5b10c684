// SPDX-License-Identifier: Apache-2.0
#include "beauty/filters/geometry.h"

#include <libyuv.h>

#include <utility>

#include "core/media/turn.h"

namespace onair::beauty {
namespace {

void Turn(const Picture& from, Rotation turn, const I420Planes& to) {
  const auto& out = to.planes;
  const auto [width, height] = from.size();
  const PlaneView y = from.plane(0), u = from.plane(1), v = from.plane(2);
  if (from.format() == PixelFormat::kNv12) {
    libyuv::NV12ToI420Rotate(y.data, y.stride_bytes, u.data, u.stride_bytes, out[0].data,
                             out[0].stride_bytes, out[1].data, out[1].stride_bytes, out[2].data,
                             out[2].stride_bytes, width, height,
                             static_cast<libyuv::RotationMode>(DegreesOf(turn)));
    return;
  }
  libyuv::I420Rotate(y.data, y.stride_bytes, u.data, u.stride_bytes, v.data, v.stride_bytes,
                     out[0].data, out[0].stride_bytes, out[1].data, out[1].stride_bytes,
                     out[2].data, out[2].stride_bytes, width, height,
                     static_cast<libyuv::RotationMode>(DegreesOf(turn)));
}

// In place: each row is read whole into registers or swapped from both ends.
void MirrorRows(Plane plane, int width, int height) {
  for (int y = 0; y < height; ++y) {
    std::uint8_t* row = RowOf(plane, y);
    for (int left = 0, right = width - 1; left < right; ++left, --right) {
      std::swap(row[left], row[right]);
    }
  }
}

void MirrorStraight(const Picture& from, const I420Planes& to) {
  const auto& out = to.planes;
  const PlaneView y = from.plane(0), u = from.plane(1), v = from.plane(2);
  libyuv::I420Mirror(y.data, y.stride_bytes, u.data, u.stride_bytes, v.data, v.stride_bytes,
                     out[0].data, out[0].stride_bytes, out[1].data, out[1].stride_bytes,
                     out[2].data, out[2].stride_bytes, to.size.width, to.size.height);
}

FacePoint Mirrored(FacePoint point) {
  return {1 - point.x, point.y};
}

}  // namespace

PictureSize OrientedSize(PictureSize size, Orientation orientation) {
  return Turned(size, orientation.turn);
}

void Orient(const Picture& from, Orientation orientation, const I420Planes& to) {
  const bool mirrors = orientation.mirror == Mirror::kLeftRight;
  if (mirrors && orientation.turn == Rotation::k0 && from.format() == PixelFormat::kI420) {
    return MirrorStraight(from, to);
  }
  Turn(from, orientation.turn, to);
  if (!mirrors) return;
  MirrorRows(to.planes[0], to.size.width, to.size.height);
  for (std::size_t i = 1; i < 3; ++i) {
    MirrorRows(to.planes[i], ChromaSide(to.size.width), ChromaSide(to.size.height));
  }
}

Status CropScale(const I420View& from, PixelRect cut, const I420Planes& to) {
  if (cut.width < 1 || cut.height < 1 || cut.x < 0 || cut.y < 0 ||
      cut.width > from.size.width - cut.x || cut.height > from.size.height - cut.y) {
    return Fail(ErrorCode::kInvalidConfig, "cut outside the picture");
  }
  if (cut.x % 2 != 0 || cut.y % 2 != 0) {
    return Fail(ErrorCode::kInvalidConfig, "cut begins at an odd pixel");
  }
  std::array<const std::uint8_t*, 3> in;
  for (std::size_t i = 0; i < 3; ++i) {
    const int shift = i == 0 ? 0 : 1;
    in[i] = RowOf(from.planes[i], cut.y >> shift) + (cut.x >> shift);
  }
  const auto& out = to.planes;
  const int failed =
      libyuv::I420Scale(in[0], from.planes[0].stride_bytes, in[1], from.planes[1].stride_bytes,
                        in[2], from.planes[2].stride_bytes, cut.width, cut.height, out[0].data,
                        out[0].stride_bytes, out[1].data, out[1].stride_bytes, out[2].data,
                        out[2].stride_bytes, to.size.width, to.size.height, libyuv::kFilterBox);
  if (failed != 0) return Fail(ErrorCode::kInternal, "libyuv I420Scale", failed);
  return {};
}

RoiMap Oriented(const RoiMap& map, Orientation orientation) {
  RoiMap out;
  out.regions.reserve(map.regions.size());
  for (const RoiRegion& region : map.regions) {
    RoiRegion r = Turned(region, orientation.turn);
    if (orientation.mirror == Mirror::kLeftRight) r.x = 1 - r.x - r.width;
    out.regions.push_back(r);
  }
  return out;
}

Face Mirrored(const Face& face) {
  Face out = face;
  out.box.x = 1 - face.box.x - face.box.width;
  if (face.landmarks) {
    const FaceLandmarks& in = *face.landmarks;
    out.landmarks =
        FaceLandmarks{Mirrored(in.left_eye), Mirrored(in.right_eye), Mirrored(in.nose_tip),
                      Mirrored(in.left_mouth_corner), Mirrored(in.right_mouth_corner)};
  }
  return out;
}

}  // namespace onair::beauty
