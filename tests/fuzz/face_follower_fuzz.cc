// SPDX-License-Identifier: Apache-2.0
//
// Any pictures, any detections, any order of time. Each byte is a step; see Step().
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <set>
#include <vector>

#include "beauty/face/face_follower.h"
#include "beauty/face/face_regions.h"

namespace {

using namespace onair;

struct Input {
  const std::uint8_t* data;
  std::size_t size;

  std::uint8_t Byte() {
    if (size == 0) return 0;
    --size;
    return *data++;
  }
  // Mostly places in the picture, sometimes any bits.
  float Float() {
    const std::uint8_t kind = Byte();
    if (kind < 240) return static_cast<float>(kind) / 160.0F - 0.25F;
    std::uint8_t bytes[4] = {Byte(), Byte(), Byte(), Byte()};
    float value = 0;
    std::memcpy(&value, bytes, sizeof value);
    return value;
  }
};

Picture Draw(Input& in) {
  constexpr PictureSize kSizes[] = {{96, 64}, {64, 96}, {64, 64},  {1, 1},
                                    {33, 47}, {2, 200}, {400, 48}, {192, 128}};
  const PictureSize size = kSizes[in.Byte() % 8];
  auto builder = *PictureBuilder::Allocate(PixelFormat::kI420, size);
  const std::uint32_t seed = in.Byte();
  const int shift = in.Byte();
  const auto [width, height] = size;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const std::uint32_t cell = static_cast<std::uint32_t>((x + shift) / 5) * 2654435761U +
                                 static_cast<std::uint32_t>(y / 5) * 40503U + seed * 977U;
      builder.plane(0).data[y * builder.plane(0).stride_bytes + x] =
          static_cast<std::uint8_t>(cell >> 13);
    }
  }
  for (std::size_t p = 1; p < 3; ++p) {
    std::memset(builder.plane(p).data, 128,
                static_cast<std::size_t>(builder.plane(p).stride_bytes) *
                    static_cast<std::size_t>(ChromaSide(height)));
  }
  return std::move(builder).Freeze();
}

std::vector<DetectedFace> Detections(Input& in) {
  std::vector<DetectedFace> found(in.Byte() % 40);
  for (DetectedFace& face : found) {
    face.box = {in.Float(), in.Float(), in.Float(), in.Float()};
    face.confidence = in.Float();
    if (in.Byte() % 2 == 0)
      face.landmarks = FaceLandmarks{{in.Float(), in.Float()}, {}, {}, {}, {}};
  }
  return found;
}

void Check(bool claim) {
  if (!claim) std::abort();
}

void CheckFaces(const Faces& faces) {
  Check(faces.size() <= kMaxFaces);
  std::set<std::uint32_t> ids;
  for (const Face& face : faces) {
    ids.insert(face.id);
    Check(face.presence > 0 && face.presence <= 1);
    Check(std::isfinite(face.box.x) && std::isfinite(face.box.y));
    Check(face.box.width > 0 && face.box.height > 0 && face.box.width < 100);
  }
  Check(ids.size() == faces.size());
  for (const RoiRegion& r : beauty::FacesToRoi(faces).regions) {
    Check(r.x >= 0 && r.y >= 0 && r.x + r.width <= 1.001F && r.y + r.height <= 1.001F);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input in{data, size};
  beauty::FaceFollower follower;
  MediaTime pts = MediaTime::Zero();
  std::optional<MediaTime> asked;
  for (int steps = 0; in.size > 0 && steps < 60; ++steps) {
    const std::uint8_t step = in.Byte();
    if (step < 160 || !asked) {
      pts += TimeDelta::Millis(step < 150 ? 33 : (step - 155) * 1000);
      const auto followed = follower.Follow(Draw(in), pts);
      CheckFaces(followed.faces);
      if (followed.request) asked = followed.request->pts;
    } else if (step < 240) {
      follower.OnDetections(step < 230 ? *asked : pts, Detections(in));
    } else {
      follower.OnDetectionFailed(*asked);
    }
  }
  Check(follower.stats().broken == 0);
  return 0;
}
