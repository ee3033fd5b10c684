// SPDX-License-Identifier: Apache-2.0
#include "capture/synthetic/test_picture.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <numbers>

#include "capture/synthetic/paint.h"

namespace onair::capture {
namespace {

constexpr std::uint16_t kOutside = 0xffff;
constexpr std::uint16_t kRim = 0xfffe;
constexpr int kTurn = 1024;
constexpr double kTextureRoundUs = 11e6;  // Slow enough to follow, some pixels a picture.
constexpr int kLongLine = 23;             // "2026-11-21 01:53:41.123".
constexpr int kNumberLine = 8;            // "00000000".

Area SquareIn(const Area& area) {
  const int side = std::min(area.width, area.height) / 2 * 2;
  return {area.x + (area.width - side) / 2, area.y + (area.height - side) / 2, side, side};
}

std::vector<std::uint16_t> DialTurns(int side) {
  std::vector<std::uint16_t> turns;
  const double radius = side / 2.0;
  for (int py = 0; py < side; ++py) {
    for (int px = 0; px < side; ++px) {
      const double x = px + 0.5 - radius;
      const double y = py + 0.5 - radius;
      const double distance = std::hypot(x, y) / radius;
      const double turn = std::atan2(x, -y) / (2 * std::numbers::pi);
      const auto step = static_cast<std::uint16_t>((turn < 0 ? turn + 1 : turn) * (kTurn - 1));
      turns.push_back(distance > 1 ? kOutside : distance > 0.92 ? kRim : step);
    }
  }
  return turns;
}

void CopyPlane(const PlaneView& from, const Plane& to, int width, int height) {
  for (int y = 0; y < height; ++y) {
    const auto offset = static_cast<std::ptrdiff_t>(y);
    std::memcpy(to.data + offset * to.stride_bytes, from.data + offset * from.stride_bytes,
                static_cast<std::size_t>(width));
  }
}

// 0 -> 1 -> 0 along straight lines, period 1.
double Triangle(double t) {
  return 1 - std::fabs(2 * (t - std::floor(t)) - 1);
}

}  // namespace

std::string UtcText(UtcTime utc) {
  using namespace std::chrono;
  const sys_time<microseconds> moment{microseconds(utc.us())};
  const auto day = floor<days>(moment);
  const year_month_day date{day};
  const auto ms = floor<milliseconds>(moment - day).count();
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u %02d:%02d:%02d.%03d",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(ms / 3'600'000),
                static_cast<int>(ms / 60'000 % 60), static_cast<int>(ms / 1000 % 60),
                static_cast<int>(ms % 1000));
  return text;
}

Result<TestPicture> TestPicture::Make(PictureSize size, std::string note) {
  auto card = PaintTestCard(size);
  if (!card) return Forward(card);
  return TestPicture(std::move(*card), std::move(note));
}

TestPicture::TestPicture(Picture card, std::string note)
    : card_(std::move(card)),
      note_(std::move(note)),
      large_(BitmapFont::Fitting(kNumberLine, TextArea(card_.size()).width,
                                 TextArea(card_.size()).height * 2 / 5)),
      small_(BitmapFont::Fitting(kLongLine, TextArea(card_.size()).width,
                                 TextArea(card_.size()).height / 5)),
      ball_(std::min(card_.size().width, card_.size().height) / 6, card_.size()),
      texture_(TextureArea(card_.size()), card_.size()),
      dial_(SquareIn(DialArea(card_.size()))),
      dial_turn_(DialTurns(dial_.width)) {}

Result<Picture> TestPicture::Draw(const Stamp& stamp, MediaTime at, Flash flash) const {
  const PictureSize size = card_.size();
  auto picture = PictureBuilder::Allocate(PixelFormat::kI420, size);
  if (!picture) return Forward(picture);
  CopyPlane(card_.plane(0), picture->plane(0), size.width, size.height);
  for (std::size_t i = 1; i < 3; ++i) {
    CopyPlane(card_.plane(i), picture->plane(i), ChromaSide(size.width), ChromaSide(size.height));
  }
  DrawBall(at, *picture);
  DrawText(stamp, *picture);
  DrawDial(at, *picture);
  DrawFlash(flash, *picture);
  texture_.Draw(static_cast<double>(at.us()) / kTextureRoundUs, *picture);
  DrawStamp(stamp, *picture);
  return std::move(*picture).Freeze();
}

void TestPicture::DrawText(const Stamp& stamp, const PictureBuilder& picture) const {
  const Area area = TextArea(picture.size());
  char number[16];
  std::snprintf(number, sizeof number, "%08u", static_cast<unsigned>(stamp.frame_number));
  const int spare = area.height - large_.height() - 2 * small_.height();
  const int gap = std::max(0, spare / 3);
  int y = area.y + gap / 2;
  large_.Write(number, area.x, y, kWhite.y, picture);
  y += large_.height() + gap;
  small_.Write(UtcText(stamp.utc), area.x, y, kWhite.y, picture);
  y += small_.height() + gap;
  small_.Write(note_, area.x, y, 150, picture);
}

// A hand's sweep: white grows clockwise through each second.
void TestPicture::DrawDial(MediaTime at, const PictureBuilder& picture) const {
  const auto step = static_cast<int>(at.us() % 1'000'000 * kTurn / 1'000'000);
  std::size_t i = 0;
  for (int y = 0; y < dial_.height; ++y) {
    std::uint8_t* out = Row(picture.plane(0), dial_.y + y) + dial_.x;
    for (int x = 0; x < dial_.width; ++x, ++i) {
      const std::uint16_t turn = dial_turn_[i];
      if (turn == kOutside) continue;
      out[x] = turn == kRim ? 200 : turn < step ? 225 : 48;
    }
  }
}

void TestPicture::DrawBall(MediaTime at, const PictureBuilder& picture) const {
  const Area area = BarsArea(picture.size());
  const double seconds = static_cast<double>(at.us()) / 1e6;
  const int room_x = area.width - ball_.diameter;
  const int room_y = area.height - ball_.diameter;
  if (room_x <= 0 || room_y <= 0) return;
  const double bounce = std::fabs(std::sin(seconds * std::numbers::pi / 1.5));
  const int x = static_cast<int>(room_x * Triangle(seconds / 10)) / 2 * 2;
  const int y = static_cast<int>(room_y * (1 - bounce)) / 2 * 2;
  ball_.Draw(x, area.y + y, picture);
}

}  // namespace onair::capture
