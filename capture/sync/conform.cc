// SPDX-License-Identifier: Apache-2.0
#include "capture/sync/conform.h"

#include <libyuv.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "core/media/turn.h"

namespace onair::capture {
namespace {

// I420 memory of any owner.
using Planes = std::array<Plane, 3>;

Planes PlanesOf(const PictureBuilder& picture) {
  return {picture.plane(0), picture.plane(1), picture.plane(2)};
}

// Inside `planes`, where the even point x, y is.
template <typename AnyPlane>
AnyPlane At(const AnyPlane& plane, int x, int y) {
  return {plane.data + static_cast<std::ptrdiff_t>(y) * plane.stride_bytes + x, plane.stride_bytes};
}

// Turns and unpacks in one pass.
void WriteUpright(const VideoFrame& frame, const Planes& to) {
  const Picture& from = frame.picture;
  const auto [width, height] = from.size();
  const PlaneView y = from.plane(0);
  const PlaneView u = from.plane(1);
  const auto turn = static_cast<libyuv::RotationMode>(DegreesOf(frame.rotation));
  if (from.format() == PixelFormat::kNv12) {
    libyuv::NV12ToI420Rotate(y.data, y.stride_bytes, u.data, u.stride_bytes, to[0].data,
                             to[0].stride_bytes, to[1].data, to[1].stride_bytes, to[2].data,
                             to[2].stride_bytes, width, height, turn);
    return;
  }
  const PlaneView v = from.plane(2);
  libyuv::I420Rotate(y.data, y.stride_bytes, u.data, u.stride_bytes, v.data, v.stride_bytes,
                     to[0].data, to[0].stride_bytes, to[1].data, to[1].stride_bytes, to[2].data,
                     to[2].stride_bytes, width, height, turn);
}

void Scale(const std::array<PlaneView, 3>& source, const ConformPlan& plan, const Planes& out) {
  std::array<PlaneView, 3> from;
  Planes to;
  for (std::size_t i = 0; i < 3; ++i) {
    const int shift = i == 0 ? 0 : 1;
    from[i] = At(source[i], plan.source.x >> shift, plan.source.y >> shift);
    to[i] = At(out[i], plan.target.x >> shift, plan.target.y >> shift);
  }
  libyuv::I420Scale(from[0].data, from[0].stride_bytes, from[1].data, from[1].stride_bytes,
                    from[2].data, from[2].stride_bytes, plan.source.width, plan.source.height,
                    to[0].data, to[0].stride_bytes, to[1].data, to[1].stride_bytes, to[2].data,
                    to[2].stride_bytes, plan.target.width, plan.target.height, libyuv::kFilterBox);
}

void FillBlack(const Planes& out, PictureSize size) {
  libyuv::I420Rect(out[0].data, out[0].stride_bytes, out[1].data, out[1].stride_bytes, out[2].data,
                   out[2].stride_bytes, 0, 0, size.width, size.height, 16, 128, 128);
}

// One side of a rectangle through crop and scaling, cut at the picture's border.
std::pair<float, float> Moved(std::pair<float, float> side, std::pair<int, int> source,
                              std::pair<int, int> target, std::pair<int, int> whole) {
  const auto move = [&](float fraction) {
    const float inside =
        (fraction * static_cast<float>(whole.first) - static_cast<float>(source.first)) /
        static_cast<float>(source.second);
    const float pixel = static_cast<float>(target.first) +
                        std::clamp(inside, 0.0F, 1.0F) * static_cast<float>(target.second);
    return pixel / static_cast<float>(whole.second);
  };
  const float begin = move(side.first);
  return {begin, move(side.first + side.second) - begin};
}

RoiMap MovedRoi(const RoiMap& map, Rotation rotation, const ConformPlan& plan, PictureSize upright,
                PictureSize wanted) {
  RoiMap out;
  for (const RoiRegion& region : map.regions) {
    const RoiRegion r = Turned(region, rotation);
    const auto [x, width] =
        Moved({r.x, r.width}, {plan.source.x, plan.source.width},
              {plan.target.x, plan.target.width}, {upright.width, wanted.width});
    const auto [y, height] =
        Moved({r.y, r.height}, {plan.source.y, plan.source.height},
              {plan.target.y, plan.target.height}, {upright.height, wanted.height});
    if (width > 0 && height > 0) out.regions.push_back({x, y, width, height, r.quality});
  }
  return out;
}

// The part of `side` that keeps the shape of `along : across` beside `other`, even.
int EvenPart(int other, int along, int across, int side) {
  const auto wanted = static_cast<std::int64_t>(other) * along / across;
  const auto even = static_cast<int>((wanted + 1) / 2 * 2);
  return std::clamp(even, std::min(2, side), side);
}

int EvenMiddle(int whole, int part) {
  return (whole - part) / 4 * 2;
}

}  // namespace

ConformPlan PlanConform(PictureSize upright, PictureSize wanted, FitMode mode) {
  ConformPlan plan{{0, 0, upright.width, upright.height}, {0, 0, wanted.width, wanted.height}};
  const auto source_wide = static_cast<std::int64_t>(upright.width) * wanted.height;
  const auto target_wide = static_cast<std::int64_t>(wanted.width) * upright.height;
  if (source_wide == target_wide) return plan;
  const bool is_wider = source_wide > target_wide;
  if (mode == FitMode::kFill && is_wider) {
    plan.source.width = EvenPart(upright.height, wanted.width, wanted.height, upright.width);
    plan.source.x = EvenMiddle(upright.width, plan.source.width);
  } else if (mode == FitMode::kFill) {
    plan.source.height = EvenPart(upright.width, wanted.height, wanted.width, upright.height);
    plan.source.y = EvenMiddle(upright.height, plan.source.height);
  } else if (is_wider) {
    plan.target.height = EvenPart(wanted.width, upright.height, upright.width, wanted.height);
    plan.target.y = EvenMiddle(wanted.height, plan.target.height);
  } else {
    plan.target.width = EvenPart(wanted.height, upright.width, upright.height, wanted.width);
    plan.target.x = EvenMiddle(wanted.width, plan.target.width);
  }
  return plan;
}

Result<VideoFrame> Conform::Apply(VideoFrame frame) {
  const PictureSize upright = Turned(frame.picture.size(), frame.rotation);
  const bool is_planar = frame.picture.format() == PixelFormat::kI420;
  const bool is_upright = frame.rotation == Rotation::k0;
  if (is_planar && is_upright && upright == wanted_) return frame;

  auto out = PictureBuilder::Allocate(PixelFormat::kI420, wanted_);
  if (!out) return Forward(out);
  const ConformPlan plan = PlanConform(upright, wanted_, mode_);
  if (upright == wanted_) {
    WriteUpright(frame, PlanesOf(*out));
  } else {
    std::array<PlaneView, 3> source{frame.picture.plane(0), frame.picture.plane(1),
                                    frame.picture.plane(2)};
    if (!is_planar || !is_upright) {
      const Planes turned = Scratch(upright);
      WriteUpright(frame, turned);
      for (std::size_t i = 0; i < 3; ++i) source[i] = {turned[i].data, turned[i].stride_bytes};
    }
    const bool has_border = plan.target != ConformPlan::Area{0, 0, wanted_.width, wanted_.height};
    if (has_border) FillBlack(PlanesOf(*out), wanted_);
    Scale(source, plan, PlanesOf(*out));
  }
  VideoFrame made(std::move(*out).Freeze(), frame.pts, frame.captured_at, frame.captured_utc);
  if (frame.roi) made.roi = MovedRoi(*frame.roi, frame.rotation, plan, upright, wanted_);
  return made;
}

std::array<Plane, 3> Conform::Scratch(PictureSize size) {
  const int chroma = ChromaSide(size.width);
  const auto luma_bytes =
      static_cast<std::size_t>(size.width) * static_cast<std::size_t>(size.height);
  const auto chroma_bytes =
      static_cast<std::size_t>(chroma) * static_cast<std::size_t>(ChromaSide(size.height));
  scratch_.resize(luma_bytes + 2 * chroma_bytes);
  return {Plane{scratch_.data(), size.width}, Plane{scratch_.data() + luma_bytes, chroma},
          Plane{scratch_.data() + luma_bytes + chroma_bytes, chroma}};
}

}  // namespace onair::capture
