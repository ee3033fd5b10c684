// SPDX-License-Identifier: Apache-2.0
//
// Pictures for codec tests and benchmarks: a panning texture with a bouncing square and
// sensor-like noise, the same for the same arguments.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <utility>

#include "core/base/rng.h"
#include "core/media/video_frame.h"

namespace onair::codec::testing {

struct Scene {
  PictureSize size{320, 192};
  PixelFormat format = PixelFormat::kI420;
  int noise = 2;  // Peak, luma steps.
};

// sin() once per phase instead of per pixel; 4096 phases repeat far outside any test.
inline int Wave(int position, int amplitude) {
  static const auto table = [] {
    std::array<float, 4096> values{};
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] = static_cast<float>(std::sin(static_cast<double>(i) * 0.00153398));
    }
    return values;
  }();
  return static_cast<int>(table[static_cast<std::size_t>(position & 4095)] *
                          static_cast<float>(amplitude));
}

inline int Texture(int x, int y) {
  const int waves = Wave(x * 33, 32) + Wave(y * 20, 32) + Wave((x + y) * 111, 19);
  return 118 + waves + (((x >> 4) ^ (y >> 4)) & 1) * 10;
}

inline Picture DrawPicture(const Scene& scene, int number) {
  auto builder = *PictureBuilder::Allocate(scene.format, scene.size);
  Rng rng(static_cast<std::uint64_t>(number) + 1);
  const int pan = number * 3;
  const int side = scene.size.height / 4;
  const int left = (number * 7) % std::max(1, scene.size.width - side);
  const int top = scene.size.height / 3;
  std::uint64_t noise = 0;
  for (int y = 0; y < scene.size.height; ++y) {
    std::uint8_t* row = builder.plane(0).data + y * builder.plane(0).stride_bytes;
    for (int x = 0; x < scene.size.width; ++x) {
      if (x % 8 == 0) noise = rng.Next();
      const bool in_square = x >= left && x < left + side && y >= top && y < top + side;
      const int shade = in_square ? 210 - ((x - left) & 31) : Texture(x + pan, y + number);
      const int jitter =
          static_cast<int>((noise >> (8 * (x % 8))) & 0xff) % (2 * scene.noise + 1) - scene.noise;
      row[x] = static_cast<std::uint8_t>(std::clamp(shade + jitter, 16, 235));
    }
  }
  const bool is_planar = scene.format == PixelFormat::kI420;
  for (int y = 0; y < ChromaSide(scene.size.height); ++y) {
    for (int x = 0; x < ChromaSide(scene.size.width); ++x) {
      const auto u = static_cast<std::uint8_t>(128 + Wave((x + pan / 2) * 26, 40));
      const auto v = static_cast<std::uint8_t>(128 + Wave(y * 33 + number * 13, 40));
      if (is_planar) {
        builder.plane(1).data[y * builder.plane(1).stride_bytes + x] = u;
        builder.plane(2).data[y * builder.plane(2).stride_bytes + x] = v;
      } else {
        std::uint8_t* pair = builder.plane(1).data + y * builder.plane(1).stride_bytes + 2 * x;
        pair[0] = u;
        pair[1] = v;
      }
    }
  }
  return std::move(builder).Freeze();
}

// The frame `number` of a steady `fps`, captured at its pts.
inline VideoFrame DrawFrame(const Scene& scene, int number, double fps = 30) {
  const auto us = static_cast<std::int64_t>(number * 1e6 / fps);
  return VideoFrame(DrawPicture(scene, number), MediaTime::Micros(us), Timestamp::Micros(us));
}

// Luma PSNR in dB; 0 for pictures of different size.
inline double LumaPsnr(const Picture& a, const Picture& b) {
  if (a.size() != b.size()) return 0;
  double sum = 0;
  for (int y = 0; y < a.size().height; ++y) {
    for (int x = 0; x < a.size().width; ++x) {
      const int d = a.plane(0).data[y * a.plane(0).stride_bytes + x] -
                    b.plane(0).data[y * b.plane(0).stride_bytes + x];
      sum += d * d;
    }
  }
  const double mean = sum / (static_cast<double>(a.size().width) * a.size().height);
  return mean == 0 ? 99 : 10 * std::log10(255.0 * 255.0 / mean);
}

}  // namespace onair::codec::testing
