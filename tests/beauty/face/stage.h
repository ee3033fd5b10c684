// SPDX-License-Identifier: Apache-2.0
//
// Moving pictures with things that stand for faces, and a detector that knows where they are.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <deque>
#include <functional>
#include <vector>

#include "beauty/face/face_follower.h"
#include "core/base/rng.h"

namespace onair::beauty::testing {

// Smooth noise in [0, 1): the same for the same place and seed.
inline float Grain(int x, int y, std::uint32_t seed) {
  std::uint32_t h = seed * 0x9E3779B9U + static_cast<std::uint32_t>(x) * 0x85EBCA6BU +
                    static_cast<std::uint32_t>(y) * 0xC2B2AE35U;
  h ^= h >> 15;
  h *= 0x2C1B3C6DU;
  h ^= h >> 12;
  return static_cast<float>(h & 0xffff) / 65536.0F;
}
inline float Texture(float x, float y, std::uint32_t seed) {
  const int ix = static_cast<int>(std::floor(x));
  const int iy = static_cast<int>(std::floor(y));
  const float fx = x - static_cast<float>(ix);
  const float fy = y - static_cast<float>(iy);
  const float top = Grain(ix, iy, seed) * (1 - fx) + Grain(ix + 1, iy, seed) * fx;
  const float low = Grain(ix, iy + 1, seed) * (1 - fx) + Grain(ix + 1, iy + 1, seed) * fx;
  return top * (1 - fy) + low * fy;
}

// Something textured in a box, in fractions of the picture; later ones stand in front.
struct Actor {
  FaceBox box;
  std::uint32_t looks = 1;
  bool is_face = true;
};
struct Scene {
  PictureSize size{320, 180};
  PixelFormat format = PixelFormat::kI420;
  std::uint32_t place = 100;  // Another number is another background.
  int noise = 0;              // Peak, luma steps.
  std::vector<Actor> actors;
};

inline Picture Draw(const Scene& scene, int number) {
  auto builder = *PictureBuilder::Allocate(scene.format, scene.size);
  Rng rng(static_cast<std::uint64_t>(number) + 1);
  const auto w = static_cast<float>(scene.size.width);
  const auto h = static_cast<float>(scene.size.height);
  for (int y = 0; y < scene.size.height; ++y) {
    std::uint8_t* row = builder.plane(0).data + y * builder.plane(0).stride_bytes;
    for (int x = 0; x < scene.size.width; ++x) {
      const float fx = (static_cast<float>(x) + 0.5F) / w;
      const float fy = (static_cast<float>(y) + 0.5F) / h;
      float luma = 60 + 60 * Texture(fx * 24, fy * 14, scene.place);
      for (const Actor& actor : scene.actors) {
        const float u = (fx - actor.box.x) / actor.box.width;
        const float v = (fy - actor.box.y) / actor.box.height;
        if (u < 0 || u >= 1 || v < 0 || v >= 1) continue;
        luma = 90 + 130 * Texture(u * 7, v * 7, actor.looks);
      }
      if (scene.noise > 0) {
        luma +=
            static_cast<float>(static_cast<int>(rng.Next() % (2U * scene.noise + 1)) - scene.noise);
      }
      row[x] = static_cast<std::uint8_t>(std::clamp(luma, 16.0F, 235.0F));
    }
  }
  const std::size_t planes = scene.format == PixelFormat::kI420 ? 3 : 2;
  for (std::size_t p = 1; p < planes; ++p) {
    std::fill_n(builder.plane(p).data,
                builder.plane(p).stride_bytes * ChromaSide(scene.size.height), std::uint8_t{128});
  }
  return std::move(builder).Freeze();
}

inline FaceLandmarks LandmarksIn(const FaceBox& b) {
  const auto at = [&](float x, float y) {
    return FacePoint{b.x + x * b.width, b.y + y * b.height};
  };
  return {at(0.3F, 0.4F), at(0.7F, 0.4F), at(0.5F, 0.6F), at(0.35F, 0.8F), at(0.65F, 0.8F)};
}

// What a perfect detector sees; `jitter` strays boxes by so many widths at most.
inline std::vector<DetectedFace> Truth(const Scene& scene, Rng* rng = nullptr, float jitter = 0) {
  std::vector<DetectedFace> faces;
  for (const Actor& actor : scene.actors) {
    if (!actor.is_face) continue;
    FaceBox box = actor.box;
    const auto stray = [&] {
      return rng == nullptr ? 0.0F
                            : jitter * (static_cast<float>(rng->Next() % 2001) / 1000.0F - 1);
    };
    const float width = box.width * (1 + stray());
    const float height = box.height * (1 + stray());
    box = {box.x + actor.box.width * stray(), box.y + actor.box.height * stray(), width, height};
    faces.push_back({box, LandmarksIn(box), 0.95F});
  }
  return faces;
}

inline float Overlap(const FaceBox& a, const FaceBox& b) {
  const float w = std::min(a.x + a.width, b.x + b.width) - std::max(a.x, b.x);
  const float h = std::min(a.y + a.height, b.y + b.height) - std::max(a.y, b.y);
  if (w <= 0 || h <= 0) return 0;
  return w * h / (a.width * a.height + b.width * b.height - w * h);
}

// Drives a follower through pictures of `fps`, its detector answering `late` pictures later.
class Play {
 public:
  // What is in picture i, and what the detector says of it; empty: it fails.
  using Director = std::function<Scene(int)>;
  using Critic = std::function<std::optional<std::vector<DetectedFace>>(const Scene&, int)>;

  explicit Play(Director director, int late = 0, FollowConfig config = {})
      : follower(config), director_(std::move(director)), late_(late) {}

  Critic critic = [](const Scene& scene, int) { return Truth(scene); };
  FaceFollower follower;
  int fps = 30;
  std::vector<int> asked_at;

  // The faces of the next picture.
  Faces Next() {
    const int i = number_++;
    const Scene scene = director_(i);
    const MediaTime pts = MediaTime::Micros(i * 1'000'000LL / fps);
    Answer(i);
    auto followed = follower.Follow(Draw(scene, i), pts);
    if (followed.request) {
      asked_at.push_back(i);
      pending_.push_back({i + late_, followed.request->pts, critic(scene, i)});
    }
    if (late_ == 0) Answer(i);
    return followed.faces;
  }
  Faces Skip(int pictures) {
    Faces faces;
    for (int i = 0; i < pictures; ++i) faces = Next();
    return faces;
  }
  int number() const { return number_; }

 private:
  struct Pending {
    int due;
    MediaTime pts;
    std::optional<std::vector<DetectedFace>> found;
  };

  void Answer(int now) {
    while (!pending_.empty() && pending_.front().due <= now) {
      const Pending& p = pending_.front();
      if (p.found) {
        follower.OnDetections(p.pts, *p.found);
      } else {
        follower.OnDetectionFailed(p.pts);
      }
      pending_.pop_front();
    }
  }

  Director director_;
  int late_;
  int number_ = 0;
  std::deque<Pending> pending_;
};

}  // namespace onair::beauty::testing
