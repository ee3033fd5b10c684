// SPDX-License-Identifier: Apache-2.0
//
// The chroma of an NV12 picture as two planes, for encoders that take no pairs. Private to the
// room.
#pragma once

#include <cstdint>

#include "core/base/bytes.h"
#include "core/media/video_frame.h"

namespace onair::codec {

// Pure, single-owner.
class ChromaPlanes {
 public:
  // `picture` is NV12. u() and v() hold until the next call.
  void Split(const Picture& picture) {
    width_ = ChromaSide(picture.size().width);
    const int height = ChromaSide(picture.size().height);
    plane_bytes_ = static_cast<std::size_t>(width_) * static_cast<std::size_t>(height);
    bytes_.resize(2 * plane_bytes_);
    std::uint8_t* u = bytes_.data();
    std::uint8_t* v = u + plane_bytes_;
    const PlaneView pairs = picture.plane(1);
    for (int y = 0; y < height; ++y) {
      const std::uint8_t* row = pairs.data + static_cast<std::ptrdiff_t>(y) * pairs.stride_bytes;
      for (int x = 0; x < width_; ++x) {
        *u++ = row[2 * x];
        *v++ = row[2 * x + 1];
      }
    }
  }

  std::uint8_t* u() { return bytes_.data(); }
  std::uint8_t* v() { return bytes_.data() + plane_bytes_; }
  int stride_bytes() const { return width_; }

 private:
  Bytes bytes_;
  std::size_t plane_bytes_ = 0;
  int width_ = 0;
};

}  // namespace onair::codec
