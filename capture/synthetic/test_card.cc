// SPDX-License-Identifier: Apache-2.0
#include "capture/synthetic/test_card.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <numbers>

#include "capture/synthetic/paint.h"

namespace onair::capture {
namespace {

void PaintBars(const PictureBuilder& picture) {
  constexpr std::array<std::array<double, 3>, 8> kBars = {
      {{1, 1, 1}, {1, 1, 0}, {0, 1, 1}, {0, 1, 0}, {1, 0, 1}, {1, 0, 0}, {0, 0, 1}, {0, 0, 0}}};
  const PictureSize size = picture.size();
  const Area all = BarsArea(size);
  for (int i = 0; i < 8; ++i) {
    const auto& [r, g, b] = kBars[static_cast<std::size_t>(i)];
    const int left = size.width * i / 8;
    const Area bar{left, all.y, size.width * (i + 1) / 8 - left, all.height};
    Fill(picture, bar, FromRgb(0.75 * r, 0.75 * g, 0.75 * b, size));
  }
}

void PaintRamp(const PictureBuilder& picture) {
  const Area area = RampArea(picture.size());
  Fill(picture, area, kBlack);
  for (int x = 0; x < area.width; ++x) {
    const int level = 16 + 219 * x / std::max(1, area.width - 1);
    FillLuma(picture, {x, area.y, 1, area.height}, static_cast<std::uint8_t>(level));
  }
}

void PaintHues(const PictureBuilder& picture) {
  const Area area = HueArea(picture.size());
  const auto channel = [](double hue) {  // A trapezoid around hue 0, period 1.
    const double distance = std::fabs(hue - std::floor(hue + 0.5)) * 6;
    return std::clamp(2 - distance, 0.0, 1.0);
  };
  for (int x = 0; x < area.width; x += 2) {
    const double hue = static_cast<double>(x) / area.width;
    const Yuv colour = FromRgb(0.85 * channel(hue), 0.85 * channel(hue - 1.0 / 3),
                               0.85 * channel(hue - 2.0 / 3), picture.size());
    Fill(picture, {x, area.y, std::min(2, area.width - x), area.height}, colour);
  }
}

// Slate, a little lighter towards the bottom, ruled into squares.
void PaintGround(const PictureBuilder& picture) {
  const PictureSize size = picture.size();
  const Area top = HueArea(size);
  const Yuv slate = FromRgb(0.09, 0.11, 0.15, size);
  const int square = std::max(8, std::min(size.width, size.height) / 18 / 2 * 2);
  const int first = top.y + top.height;
  Fill(picture, {0, first, size.width, size.height - first}, slate);
  for (int y = first; y < size.height; ++y) {
    const int lift = 10 * (y - first) / std::max(1, size.height - first);
    const bool is_ruled = (y - first) % square == 0;
    std::uint8_t* row = Row(picture.plane(0), y);
    for (int x = 0; x < size.width; ++x) {
      const bool on_line = is_ruled || x % square == square / 2;
      row[x] = static_cast<std::uint8_t>(slate.y + lift + (on_line ? 10 : 0));
    }
  }
}

// A fixed hash to [0, 1): the same texture on every machine and in every run.
double Noise(int x, int y, int octave) {
  auto h = static_cast<std::uint32_t>(x) * 0x8da6b343U ^
           static_cast<std::uint32_t>(y) * 0xd8163841U ^
           static_cast<std::uint32_t>(octave) * 0xcb1ab31fU;
  h = (h ^ h >> 15) * 0x2c1b3c6dU;
  h = (h ^ h >> 12) * 0x297a2d39U;
  return static_cast<double>((h ^ h >> 15) & 0xffffU) / 65536.0;
}

double SmoothNoise(double x, double y, int octave) {
  const int left = static_cast<int>(std::floor(x));
  const int top = static_cast<int>(std::floor(y));
  const auto ease = [](double t) { return t * t * (3 - 2 * t); };
  const double fx = ease(x - left);
  const double fy = ease(y - top);
  const double upper = std::lerp(Noise(left, top, octave), Noise(left + 1, top, octave), fx);
  const double lower =
      std::lerp(Noise(left, top + 1, octave), Noise(left + 1, top + 1, octave), fx);
  return std::lerp(upper, lower, fy);
}

}  // namespace

Result<Picture> PaintTestCard(PictureSize size) {
  auto picture = PictureBuilder::Allocate(PixelFormat::kI420, size);
  if (!picture) return Forward(picture);
  PaintBars(*picture);
  PaintRamp(*picture);
  PaintHues(*picture);
  PaintGround(*picture);
  return std::move(*picture).Freeze();
}

Ball::Ball(int wanted, PictureSize size) : diameter(std::max(4, wanted / 2 * 2)) {
  const Yuv light = FromRgb(1.0, 0.93, 0.80, size);
  const Yuv body = FromRgb(0.93, 0.42, 0.10, size);
  const Yuv shade = FromRgb(0.30, 0.09, 0.04, size);
  const auto mix = [&](double lit, std::uint8_t Yuv::*part) {
    const double value = lit > 0.5 ? std::lerp(body.*part, light.*part, (lit - 0.5) * 2)
                                   : std::lerp(shade.*part, body.*part, lit * 2);
    return static_cast<std::uint8_t>(std::lround(value));
  };
  const auto paint = [&](Sprite& sprite, int side, std::uint8_t Yuv::*part) {
    sprite.side = side;
    const double radius = side / 2.0;
    for (int py = 0; py < side; ++py) {
      for (int px = 0; px < side; ++px) {
        const double x = (px + 0.5 - radius) / radius;
        const double y = (py + 0.5 - radius) / radius;
        const double distance = std::hypot(x, y);
        const double cover = std::clamp((1 - distance) * radius, 0.0, 1.0);
        // Lambert's law with the light from the upper left, plus a highlight.
        const double z = std::sqrt(std::fmax(0, 1 - distance * distance));
        const double facing = std::fmax(0, -0.45 * x - 0.6 * y + 0.66 * z);
        const double lit = std::fmin(1, 0.08 + 0.5 * facing + 0.45 * std::pow(facing, 24));
        sprite.coverage.push_back(static_cast<std::uint8_t>(std::lround(255 * cover)));
        sprite.colour.push_back(mix(lit, part));
      }
    }
  };
  paint(luma, diameter, &Yuv::y);
  paint(blue, diameter / 2, &Yuv::u);
  paint(red, diameter / 2, &Yuv::v);
}

void Ball::Sprite::Blend(int x, int y, const Plane& plane) const {
  std::size_t i = 0;
  for (int row = 0; row < side; ++row) {
    std::uint8_t* out = Row(plane, y + row) + x;
    for (int column = 0; column < side; ++column, ++i) {
      const int mixed = out[column] * (255 - coverage[i]) + colour[i] * coverage[i] + 127;
      out[column] = static_cast<std::uint8_t>(mixed / 255);
    }
  }
}

void Ball::Draw(int x, int y, const PictureBuilder& picture) const {
  luma.Blend(x, y, picture.plane(0));
  blue.Blend(x / 2, y / 2, picture.plane(1));
  red.Blend(x / 2, y / 2, picture.plane(2));
}

Texture::Texture(const Area& area, PictureSize size)
    : window(area),
      travel(std::max(2, std::min(size.width, size.height) / 12 * 2)),
      stride(area.width + travel) {
  const double unit = std::max(1.0, std::min(size.width, size.height) / 720.0);
  luma.reserve(static_cast<std::size_t>(stride) * static_cast<std::size_t>(area.height + travel));
  for (int py = 0; py < area.height + travel; ++py) {
    for (int px = 0; px < stride; ++px) {
      const double x = px / unit;
      const double y = py / unit;
      const double clouds =
          SmoothNoise(x / 48, y / 48, 1) * 0.6 + SmoothNoise(x / 17, y / 17, 2) * 0.4;
      const double grain = SmoothNoise(x / 2.5, y / 2.5, 3) - 0.5;
      const double weave = std::sin(x * 0.9 + 6 * clouds) * std::sin(y * 0.9 - 6 * clouds);
      const double level = 60 + 110 * clouds + 26 * grain + 16 * weave;
      luma.push_back(static_cast<std::uint8_t>(std::clamp(level, 16.0, 235.0)));
    }
  }
}

void Texture::Draw(double phase, const PictureBuilder& picture) const {
  const double turn = 2 * std::numbers::pi * phase;
  const int dx = static_cast<int>(std::lround(travel * (0.5 + 0.5 * std::sin(turn))));
  const int dy = static_cast<int>(std::lround(travel * (0.5 + 0.5 * std::cos(2 * turn))));
  for (int y = 0; y < window.height; ++y) {
    const std::uint8_t* from = luma.data() + static_cast<std::ptrdiff_t>(dy + y) * stride + dx;
    std::memcpy(Row(picture.plane(0), window.y + y) + window.x, from,
                static_cast<std::size_t>(window.width));
  }
}

}  // namespace onair::capture
