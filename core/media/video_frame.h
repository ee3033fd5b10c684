// SPDX-License-Identifier: Apache-2.0
//
// Raw pictures. `Picture` is shared immutable pixels, `VideoFrame` a picture at its time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "core/base/result.h"
#include "core/media/media_time.h"
#include "core/media/roi_map.h"

namespace onair {

// 8-bit 4:2:0, limited range, BT.709 (BT.601 below 720 lines).
enum class PixelFormat { kI420 = 1, kNv12 = 2 };

// Rows of one colour plane. `stride_bytes` >= the row's bytes.
struct Plane {
  std::uint8_t* data = nullptr;  // First byte of the top row; borrowed.
  int stride_bytes = 0;          // From one row to the next.
};
// The same to read.
struct PlaneView {
  const std::uint8_t* data = nullptr;  // First byte of the top row; borrowed.
  int stride_bytes = 0;                // From one row to the next.
};

// Width and height of a picture, as it lies in memory.
struct PictureSize {
  int width = 0;   // Pixels, 1..kMaxPictureSide; odd sizes round chroma up.
  int height = 0;  // As `width`.
  bool operator==(const PictureSize&) const = default;
};
inline constexpr int kMaxPictureSide = 8192;  // Longest side of a picture, in pixels.

// Samples of a chroma plane along a side of so many pixels.
constexpr int ChromaSide(int luma_side) {
  return (luma_side + 1) / 2;
}

// Reference-counted immutable pixels; copies share. I420 uses planes 0..2 (Y U V), NV12
// planes 0..1 (Y, interleaved UV). Thread-safe in the way of shared_ptr.
class Picture {
 public:
  // Shares pixels kept alive by `owner`.
  Picture(PixelFormat format, PictureSize size, std::array<PlaneView, 3> planes,
          std::shared_ptr<const void> owner)
      : format_(format), size_(size), planes_(planes), owner_(std::move(owner)) {}

  // Which planes there are, and what is in them.
  PixelFormat format() const { return format_; }
  // In pixels, of the luma plane.
  PictureSize size() const { return size_; }
  // Plane `i` of 0..2; one that the format has not is null. Valid as long as a copy of the picture.
  PlaneView plane(std::size_t i) const { return planes_[i]; }

 private:
  PixelFormat format_;
  PictureSize size_;
  std::array<PlaneView, 3> planes_;
  std::shared_ptr<const void> owner_;
};

// A picture under construction: allocate, write planes, freeze. Rows are 64-byte aligned.
// Single-owner.
class PictureBuilder {
 public:
  // kInvalidConfig for sides outside 1..kMaxPictureSide.
  static Result<PictureBuilder> Allocate(PixelFormat format, PictureSize size);

  // As allocated.
  PixelFormat format() const { return format_; }
  // As allocated, in pixels.
  PictureSize size() const { return size_; }
  // Plane `i` of 0..2, to write; valid until Freeze().
  Plane plane(std::size_t i) const { return planes_[i]; }

  // Hands the pixels over; the builder is spent.
  Picture Freeze() &&;

 private:
  PictureBuilder(PixelFormat format, PictureSize size) : format_(format), size_(size) {}

  PixelFormat format_;
  PictureSize size_;
  std::array<Plane, 3> planes_;
  std::shared_ptr<std::uint8_t> memory_;
};

// How the picture must be turned clockwise to stand upright.
enum class Rotation { k0 = 1, k90 = 2, k180 = 3, k270 = 4 };

// One picture on the line. Move-only, so that sharing is always visible: see Share().
struct VideoFrame {
  Picture picture;                      // Its pixels, shared.
  MediaTime pts;                        // When it is shown.
  Timestamp captured_at;                // Driver time of capture; of decoding in a player.
  std::optional<UtcTime> captured_utc;  // Wall time of capture where it is known.
  Rotation rotation = Rotation::k0;     // Told by its source; encoders see upright pictures.
  std::optional<RoiMap> roi;            // Where quality should go; empty: nowhere in particular.

  // A picture that stands upright, without regions.
  VideoFrame(Picture p, MediaTime time, Timestamp at, std::optional<UtcTime> utc = std::nullopt)
      : picture(std::move(p)), pts(time), captured_at(at), captured_utc(utc) {}
  VideoFrame(VideoFrame&&) = default;
  VideoFrame& operator=(VideoFrame&&) = default;

  // Another frame on the same pixels.
  VideoFrame Share() const { return VideoFrame(*this); }

 private:
  VideoFrame(const VideoFrame&) = default;
};

}  // namespace onair
