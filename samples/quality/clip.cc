// SPDX-License-Identifier: Apache-2.0
#include "samples/quality/clip.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <fstream>
#include <numbers>
#include <utility>

#include "capture/file/file_source.h"
#include "core/base/rng.h"
#include "samples/common/command_line.h"

namespace onair::samples {
namespace {

// Bytes of a row and rows of a plane.
struct PlaneShape {
  int row_bytes;
  int rows;
};

PlaneShape ShapeOf(PixelFormat format, PictureSize size, std::size_t plane) {
  if (plane == 0) return {size.width, size.height};
  const int width = ChromaSide(size.width);
  return {format == PixelFormat::kNv12 ? 2 * width : width, ChromaSide(size.height)};
}

std::size_t PlaneCount(PixelFormat format) {
  return format == PixelFormat::kI420 ? 3 : 2;
}

bool IsTooSmall(PictureSize size) {
  return size.width < 2 || size.height < 2;
}

PictureSize EvenSides(PictureSize size) {
  return {size.width & ~1, size.height & ~1};
}

// The same pixels, even sides; the picture has two of each.
Picture WithEvenSides(const Picture& picture) {
  const PictureSize even = EvenSides(picture.size());
  auto owner = std::make_shared<Picture>(picture);
  return {picture.format(), even, {picture.plane(0), picture.plane(1), picture.plane(2)}, owner};
}

Result<Clip> ReadRaw(const std::string& path, int most) {
  const auto size = SizeInName(path);
  if (!size) return Fail(ErrorCode::kInvalidConfig, path + ": no size such as 320x192 in the name");
  if (IsTooSmall(*size)) return Fail(ErrorCode::kUnsupported, path + ": pictures under 2x2");
  std::ifstream file(path, std::ios::binary);
  if (!file) return Fail(ErrorCode::kFileNotFound, path);
  Clip clip{{}, EvenSides(*size)};
  while (clip.pictures.size() < static_cast<std::size_t>(most)) {
    auto builder = PictureBuilder::Allocate(PixelFormat::kI420, *size);
    if (!builder) return Forward(builder);
    for (std::size_t p = 0; p < 3; ++p) {
      const PlaneShape shape = ShapeOf(PixelFormat::kI420, *size, p);
      const Plane plane = builder->plane(p);
      for (int y = 0; y < shape.rows; ++y) {
        file.read(reinterpret_cast<char*>(plane.data +
                                          static_cast<std::ptrdiff_t>(y) * plane.stride_bytes),
                  shape.row_bytes);
      }
    }
    if (!file) break;
    clip.pictures.push_back(WithEvenSides(std::move(*builder).Freeze()));
  }
  if (clip.pictures.empty()) return Fail(ErrorCode::kNotMedia, path + ": not one whole picture");
  return clip;
}

Result<Clip> ReadMedia(const std::string& path, int most) {
  capture::FileSourceConfig config;
  config.tracks = capture::FileTracks::kVideoOnly;
  auto source = capture::OpenFile(path, config);
  if (!source) return Forward(source);
  Clip clip;
  while (clip.pictures.size() < static_cast<std::size_t>(most)) {
    const auto due = (*source)->Next();
    if (!due) return Forward(due);
    if (!*due) break;
    auto frame = (*source)->ReadVideo({Timestamp::Zero(), UtcTime::Micros(0)});
    if (!frame) return Forward(frame);
    if (IsTooSmall(frame->picture.size())) {
      return Fail(ErrorCode::kUnsupported, path + ": pictures under 2x2");
    }
    Picture picture = WithEvenSides(frame->picture);
    if (clip.pictures.empty()) clip.size = picture.size();
    if (picture.size() != clip.size) break;
    clip.pictures.push_back(std::move(picture));
  }
  if (clip.pictures.empty()) return Fail(ErrorCode::kNotMedia, path + ": no picture");
  return clip;
}

// Gaussian by Box and Muller, from a table: one draw per pixel is the cost of this.
class Noise {
 public:
  Noise(double sigma, std::uint64_t seed) : rng_(seed) {
    Rng draws(1);
    for (auto& value : table_) {
      const double radius = std::sqrt(-2 * std::log(1 - draws.Fraction()));
      value = sigma * radius * std::cos(2 * std::numbers::pi * draws.Fraction());
    }
  }

  std::uint8_t On(std::uint8_t pixel, double share) {
    if (left_ == 0) {
      bits_ = rng_.Next();
      left_ = 4;
    }
    const double value = pixel + share * table_[bits_ & (kEntries - 1)];
    bits_ >>= 16;
    --left_;
    return static_cast<std::uint8_t>(std::clamp(std::lround(value), 0L, 255L));
  }

 private:
  static constexpr std::size_t kEntries = 1U << 14;
  Rng rng_;
  std::array<double, kEntries> table_;
  std::uint64_t bits_ = 0;
  int left_ = 0;
};

}  // namespace

std::optional<PictureSize> SizeInName(const std::string& path) {
  const std::string name = path.substr(path.rfind('/') + 1);
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  for (std::size_t at = name.find('x'); at != std::string::npos; at = name.find('x', at + 1)) {
    std::size_t from = at;
    while (from > 0 && is_digit(name[from - 1])) --from;
    std::size_t to = at + 1;
    while (to < name.size() && is_digit(name[to])) ++to;
    if (auto size = ParseSize(name.substr(from, to - from))) return *size;
  }
  return std::nullopt;
}

Result<Clip> ReadClip(const std::string& path, int most) {
  return path.ends_with(".yuv") ? ReadRaw(path, most) : ReadMedia(path, most);
}

Result<Clip> WithNoise(const Clip& clip, double sigma) {
  Clip out{{}, clip.size};
  for (const Picture& picture : clip.pictures) {
    Noise noise(sigma, out.pictures.size() + 1);
    auto builder = PictureBuilder::Allocate(picture.format(), clip.size);
    if (!builder) return Forward(builder);
    for (std::size_t p = 0; p < PlaneCount(picture.format()); ++p) {
      const PlaneShape shape = ShapeOf(picture.format(), clip.size, p);
      for (int y = 0; y < shape.rows; ++y) {
        const PlaneView from = picture.plane(p);
        const Plane to = builder->plane(p);
        const std::uint8_t* in = from.data + static_cast<std::ptrdiff_t>(y) * from.stride_bytes;
        std::uint8_t* row = to.data + static_cast<std::ptrdiff_t>(y) * to.stride_bytes;
        for (int x = 0; x < shape.row_bytes; ++x) row[x] = noise.On(in[x], p == 0 ? 1.0 : 0.5);
      }
    }
    out.pictures.push_back(std::move(*builder).Freeze());
  }
  return out;
}

}  // namespace onair::samples
