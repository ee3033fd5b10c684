// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "core/machine/ip_address.h"
#include "core/media/audio_block.h"
#include "core/media/video_frame.h"

namespace onair::apple {

// Pixels in one block of memory that somebody keeps alive.
struct LentPixels {
  PixelFormat format;
  std::int64_t width;
  std::int64_t height;
  const std::uint8_t* data;
  std::size_t size;
  std::array<std::size_t, 3> offsets{};
  std::array<std::size_t, 3> strides{};
};
using Release = void (*)(void* context);

constexpr std::size_t PlaneCount(PixelFormat format) {
  return format == PixelFormat::kNv12 ? 2 : 3;
}

// Offsets and strides of rows without padding, plane behind plane, for checked sides.
void FillTight(LentPixels& pixels);

// Null where all planes lie inside the memory; otherwise the argument that is wrong.
const char* WrongArgument(const LentPixels& pixels);

// A frame on those pixels; `release(context)` once, when the last user has let go, on any thread;
// not where it fails. kInvalidConfig naming the argument.
Result<VideoFrame> ShareFrame(const LentPixels& pixels, Release release, void* context) noexcept;
// The same on planes wherever they lie, which the caller knows to be large enough.
Result<VideoFrame> ShareFrame(PixelFormat format, PictureSize size,
                              const std::array<PlaneView, 3>& planes, Release release,
                              void* context) noexcept;
// The first on a copy.
Result<VideoFrame> CopyFrame(const LentPixels& pixels) noexcept;

// Seconds of ONNow(); 0 and what is to come is now.
Timestamp CapturedAt(double seconds);
double SecondsOf(Timestamp at);
// Below 0 for none.
double SecondsOf(const std::optional<TimeDelta>& span);

struct LentSound {
  const float* samples;
  std::size_t frame_count;
  std::int64_t sample_rate;
  std::int64_t channels;
  double captured_at;
};
// Its samples copied. kInvalidConfig naming the argument.
Result<AudioBlock> CopySound(const LentSound& sound) noexcept;

// Empty text: no address. kInvalidConfig naming "address".
Result<std::optional<IpAddress>> ReadAddress(const std::string& text) noexcept;

}  // namespace onair::apple
