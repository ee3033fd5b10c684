// SPDX-License-Identifier: Apache-2.0
#include "samples/quality/canvas.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "capture/synthetic/bitmap_font.h"

namespace onair::samples {
namespace {

constexpr std::uint8_t kGrey = 36;
constexpr std::uint8_t kInk = 225;
constexpr std::uint8_t kWhite = 235;
constexpr std::uint8_t kBlack = 16;
constexpr std::uint8_t kNoColour = 128;

// A line of samples, some bytes apart.
struct Samples {
  const std::uint8_t* data;
  int stride_bytes;
  int step;
};

Samples SamplesOf(const Picture& picture, std::size_t p) {
  if (picture.format() == PixelFormat::kNv12 && p > 0) {
    const PlaneView chroma = picture.plane(1);
    return {chroma.data + (p - 1), chroma.stride_bytes, 2};
  }
  return {picture.plane(p).data, picture.plane(p).stride_bytes, 1};
}

// What an output sample covers: whole samples between two shares.
struct Cover {
  int first;
  std::vector<float> weights;  // Their sum is 1.
};

std::vector<Cover> Covers(int in, int out) {
  std::vector<Cover> covers;
  const double ratio = static_cast<double>(in) / out;
  for (int i = 0; i < out; ++i) {
    const double from = i * ratio;
    const double to = std::min((i + 1) * ratio, static_cast<double>(in));
    Cover cover{std::min(static_cast<int>(from), in - 1), {}};
    for (int s = cover.first; s < in && (s < to || s == cover.first); ++s) {
      const double share = std::min<double>(to, s + 1) - std::max<double>(from, s);
      if (share > 1e-6 || s == cover.first) {
        cover.weights.push_back(static_cast<float>(std::max(share, 1e-6) / (to - from)));
      }
    }
    covers.push_back(std::move(cover));
  }
  return covers;
}

void Resample(const Samples& from, PixelRect part, const Plane& to, PictureSize size) {
  const auto columns = Covers(part.width, size.width);
  const auto rows = Covers(part.height, size.height);
  std::vector<float> wide(static_cast<std::size_t>(part.width));
  for (int y = 0; y < size.height; ++y) {
    const Cover& row = rows[static_cast<std::size_t>(y)];
    std::fill(wide.begin(), wide.end(), 0.0F);
    for (std::size_t k = 0; k < row.weights.size(); ++k) {
      const std::uint8_t* in =
          from.data +
          static_cast<std::ptrdiff_t>(part.y + row.first + static_cast<int>(k)) *
              from.stride_bytes +
          static_cast<std::ptrdiff_t>(part.x) * from.step;
      for (std::size_t x = 0; x < wide.size(); ++x) {
        wide[x] += row.weights[k] * static_cast<float>(in[x * static_cast<std::size_t>(from.step)]);
      }
    }
    std::uint8_t* out = to.data + static_cast<std::ptrdiff_t>(y) * to.stride_bytes;
    for (std::size_t x = 0; x < columns.size(); ++x) {
      float sum = 0;
      for (std::size_t k = 0; k < columns[x].weights.size(); ++k) {
        sum += columns[x].weights[k] * wide[static_cast<std::size_t>(columns[x].first) + k];
      }
      out[x] = static_cast<std::uint8_t>(std::clamp(std::lround(sum), 0L, 255L));
    }
  }
}

// Which of the two colour matrices a picture of this size has: core/media/video_frame.h.
struct Matrix {
  double red;
  double blue;
};
Matrix MatrixOf(PictureSize size) {
  constexpr int kHdLines = 720;
  return size.height < kHdLines ? Matrix{0.299, 0.114} : Matrix{0.2126, 0.0722};
}

// Limited-range Y'CbCr from one matrix to the other, by way of R'G'B'.
class Recolour {
 public:
  Recolour(Matrix from, Matrix to) : from_(from), to_(to) {}

  bool is_needed() const { return from_.red != to_.red; }

  void On(std::uint8_t& y, std::uint8_t& u, std::uint8_t& v) const {
    const double luma = (y - 16) / 219.0;
    const double red = luma + 2 * (1 - from_.red) * (v - 128) / 224.0;
    const double blue = luma + 2 * (1 - from_.blue) * (u - 128) / 224.0;
    const double green =
        (luma - from_.red * red - from_.blue * blue) / (1 - from_.red - from_.blue);
    const double out = to_.red * red + (1 - to_.red - to_.blue) * green + to_.blue * blue;
    y = Byte(16 + 219 * out);
    u = Byte(128 + 224 * (blue - out) / (2 * (1 - to_.blue)));
    v = Byte(128 + 224 * (red - out) / (2 * (1 - to_.red)));
  }

 private:
  static std::uint8_t Byte(double value) {
    return static_cast<std::uint8_t>(std::clamp(std::lround(value), 0L, 255L));
  }
  Matrix from_;
  Matrix to_;
};

std::uint8_t* At(const Plane& plane, int x, int y) {
  return plane.data + static_cast<std::ptrdiff_t>(y) * plane.stride_bytes + x;
}

void RecolourPart(const PictureBuilder& picture, PixelRect part, const Recolour& recolour) {
  for (int y = part.y; y < part.y + part.height; ++y) {
    for (int x = part.x; x < part.x + part.width; ++x) {
      std::uint8_t& u = *At(picture.plane(1), x / 2, y / 2);
      std::uint8_t& v = *At(picture.plane(2), x / 2, y / 2);
      // The last luma sample of each 2x2 changes the chroma they share.
      std::uint8_t new_u = u;
      std::uint8_t new_v = v;
      recolour.On(*At(picture.plane(0), x, y), new_u, new_v);
      if (x % 2 == 1 && y % 2 == 1) {
        u = new_u;
        v = new_v;
      }
    }
  }
}

PixelRect OnPlane(PixelRect rect, std::size_t p) {
  if (p == 0) return rect;
  return {rect.x / 2, rect.y / 2, ChromaSide(rect.width), ChromaSide(rect.height)};
}

}  // namespace

Result<Picture> Resampled(const Picture& picture, PixelRect from, PictureSize to) {
  auto builder = PictureBuilder::Allocate(PixelFormat::kI420, to);
  if (!builder) return Forward(builder);
  for (std::size_t p = 0; p < 3; ++p) {
    const PixelRect size = OnPlane({0, 0, to.width, to.height}, p);
    Resample(SamplesOf(picture, p), OnPlane(from, p), builder->plane(p), {size.width, size.height});
  }
  return std::move(*builder).Freeze();
}

Result<Canvas> Canvas::Make(PictureSize size) {
  auto builder = PictureBuilder::Allocate(PixelFormat::kI420, size);
  if (!builder) return Forward(builder);
  for (std::size_t p = 0; p < 3; ++p) {
    const PixelRect plane = OnPlane({0, 0, size.width, size.height}, p);
    for (int y = 0; y < plane.height; ++y) {
      std::fill_n(At(builder->plane(p), 0, y), plane.width, p == 0 ? kGrey : kNoColour);
    }
  }
  return Canvas(std::move(*builder));
}

Status Canvas::Paste(const Picture& picture, PixelRect from, PixelRect to) {
  const auto scaled = Resampled(picture, from, {to.width, to.height});
  if (!scaled) return Forward(scaled);
  for (std::size_t p = 0; p < 3; ++p) {
    const PixelRect place = OnPlane(to, p);
    for (int y = 0; y < place.height; ++y) {
      const PlaneView in = scaled->plane(p);
      std::copy_n(in.data + static_cast<std::ptrdiff_t>(y) * in.stride_bytes, place.width,
                  At(builder_.plane(p), place.x, place.y + y));
    }
  }
  const Recolour recolour(MatrixOf(picture.size()), MatrixOf(builder_.size()));
  if (recolour.is_needed()) RecolourPart(builder_, to, recolour);
  return {};
}

void Canvas::Outline(PixelRect rect, std::uint8_t level) {
  const PictureSize size = builder_.size();
  const auto dot = [&](int x, int y) {
    if (x < 0 || y < 0 || x >= size.width || y >= size.height) return;
    *At(builder_.plane(0), x, y) = level;
    *At(builder_.plane(1), x / 2, y / 2) = kNoColour;
    *At(builder_.plane(2), x / 2, y / 2) = kNoColour;
  };
  for (int x = rect.x; x < rect.x + rect.width; ++x) {
    dot(x, rect.y);
    dot(x, rect.y + rect.height - 1);
  }
  for (int y = rect.y; y < rect.y + rect.height; ++y) {
    dot(rect.x, y);
    dot(rect.x + rect.width - 1, y);
  }
}

void Canvas::Frame(PixelRect rect) {
  Outline(rect, kWhite);
  Outline({rect.x - 1, rect.y - 1, rect.width + 2, rect.height + 2}, kBlack);
}

void Canvas::Write(std::string_view text, PixelRect place) {
  std::string capitals(text);
  for (char& c : capitals) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  const auto font =
      capture::BitmapFont::Fitting(static_cast<int>(capitals.size()), place.width, place.height);
  font.Write(capitals, place.x, place.y + (place.height - font.height()) / 2, kInk, builder_);
}

}  // namespace onair::samples
