// SPDX-License-Identifier: Apache-2.0
#include "platform/apple/bridge/media.h"

#include <algorithm>
#include <cstring>

#include "platform/apple/bridge/app_call.h"
#include "platform/apple/bridge/guarded.h"
#include "platform/runtime/clock.h"

namespace onair::apple {
namespace {

constexpr std::size_t kMostSamples = 960'000;  // 10 s at 96 kHz.

struct PlaneExtent {
  std::size_t row_bytes;
  std::size_t rows;
};

PlaneExtent ExtentOf(const LentPixels& pixels, std::size_t plane) {
  const auto width = static_cast<int>(pixels.width);
  const auto height = static_cast<int>(pixels.height);
  if (plane == 0) return {static_cast<std::size_t>(width), static_cast<std::size_t>(height)};
  const auto chroma = static_cast<std::size_t>(ChromaSide(width));
  return {pixels.format == PixelFormat::kNv12 ? 2 * chroma : chroma,
          static_cast<std::size_t>(ChromaSide(height))};
}

PictureSize SizeOf(const LentPixels& pixels) {
  return {static_cast<int>(pixels.width), static_cast<int>(pixels.height)};
}

// Strides are bounded by kMostStride, so that nothing overflows.
bool IsInside(const LentPixels& pixels, std::size_t plane) {
  constexpr std::size_t kMostStride = 1 << 24;
  const PlaneExtent extent = ExtentOf(pixels, plane);
  const std::size_t stride = pixels.strides[plane];
  if (stride < extent.row_bytes || stride > kMostStride) return false;
  const std::size_t bytes = stride * (extent.rows - 1) + extent.row_bytes;
  return pixels.offsets[plane] <= pixels.size && bytes <= pixels.size - pixels.offsets[plane];
}

}  // namespace

void FillTight(LentPixels& pixels) {
  std::size_t offset = 0;
  for (std::size_t plane = 0; plane < PlaneCount(pixels.format); ++plane) {
    const PlaneExtent extent = ExtentOf(pixels, plane);
    pixels.offsets[plane] = offset;
    pixels.strides[plane] = extent.row_bytes;
    offset += extent.row_bytes * extent.rows;
  }
}

const char* WrongArgument(const LentPixels& pixels) {
  const auto is_side = [](std::int64_t side) { return side >= 1 && side <= kMaxPictureSide; };
  if (pixels.format != PixelFormat::kI420 && pixels.format != PixelFormat::kNv12) return "format";
  if (!is_side(pixels.width)) return "width";
  if (!is_side(pixels.height)) return "height";
  if (pixels.data == nullptr) return "data";
  for (std::size_t plane = 0; plane < PlaneCount(pixels.format); ++plane) {
    if (!IsInside(pixels, plane)) return "data";
  }
  return nullptr;
}

Result<VideoFrame> ShareFrame(const LentPixels& pixels, Release release, void* context) noexcept {
  if (const char* wrong = WrongArgument(pixels)) return Refuse(wrong);
  std::array<PlaneView, 3> planes;
  for (std::size_t i = 0; i < PlaneCount(pixels.format); ++i) {
    planes[i] = {pixels.data + pixels.offsets[i], static_cast<int>(pixels.strides[i])};
  }
  return ShareFrame(pixels.format, SizeOf(pixels), planes, release, context);
}

Result<VideoFrame> ShareFrame(PixelFormat format, PictureSize size,
                              const std::array<PlaneView, 3>& planes, Release release,
                              void* context) noexcept {
  return Guarded([&]() -> Result<VideoFrame> {
    // Armed once the owner is there: whoever hears of a failure still has what was lent.
    struct Loan {
      Release release = nullptr;
      void* context = nullptr;
      ~Loan() {
        const AppCall call;  // The last user may be a thread of ours.
        if (release != nullptr) release(context);
      }
    };
    const auto loan = std::make_shared<Loan>();
    loan->release = release;
    loan->context = context;
    return VideoFrame(Picture(format, size, planes, loan), MediaTime::Zero(), runtime::Now());
  });
}

Result<VideoFrame> CopyFrame(const LentPixels& pixels) noexcept {
  if (const char* wrong = WrongArgument(pixels)) return Refuse(wrong);
  return Guarded([&]() -> Result<VideoFrame> {
    auto copy = PictureBuilder::Allocate(pixels.format, SizeOf(pixels));
    if (!copy) return Forward(copy);
    for (std::size_t i = 0; i < PlaneCount(pixels.format); ++i) {
      const PlaneExtent extent = ExtentOf(pixels, i);
      const Plane to = copy->plane(i);
      for (std::size_t row = 0; row < extent.rows; ++row) {
        std::memcpy(to.data + row * static_cast<std::size_t>(to.stride_bytes),
                    pixels.data + pixels.offsets[i] + row * pixels.strides[i], extent.row_bytes);
      }
    }
    return VideoFrame(std::move(*copy).Freeze(), MediaTime::Zero(), runtime::Now());
  });
}

Timestamp CapturedAt(double seconds) {
  const Timestamp now = runtime::Now();
  if (!(seconds > 0 && seconds < SecondsOf(now))) return now;
  return Timestamp::Micros(static_cast<std::int64_t>(seconds * 1e6));
}

double SecondsOf(Timestamp at) {
  return static_cast<double>(at.us()) / 1e6;
}

double SecondsOf(const std::optional<TimeDelta>& span) {
  return span ? static_cast<double>(span->us()) / 1e6 : -1;
}

Result<AudioBlock> CopySound(const LentSound& sound) noexcept {
  if (sound.samples == nullptr) return Refuse("samples");
  if (sound.frame_count < 1 || sound.frame_count > kMostSamples) return Refuse("frameCount");
  if (sound.sample_rate < 8'000 || sound.sample_rate > 96'000) return Refuse("sampleRate");
  if (sound.channels < 1 || sound.channels > 2) return Refuse("channels");
  return Guarded([&]() -> Result<AudioBlock> {
    const std::size_t count = sound.frame_count * static_cast<std::size_t>(sound.channels);
    return AudioBlock{{static_cast<int>(sound.sample_rate), static_cast<int>(sound.channels)},
                      std::vector<float>(sound.samples, sound.samples + count),
                      MediaTime::Zero(),
                      CapturedAt(sound.captured_at)};
  });
}

Result<std::optional<IpAddress>> ReadAddress(const std::string& text) noexcept {
  return Guarded([&]() -> Result<std::optional<IpAddress>> {
    if (text.empty()) return std::optional<IpAddress>();
    auto address = IpAddress::Parse(text);
    if (!address) return Refuse("address");
    return address;
  });
}

}  // namespace onair::apple
