// SPDX-License-Identifier: Apache-2.0
//
// An open x265 with the things that are only good for it. Private to the room.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "codec/encode/x265_settings.h"
#include "core/media/encoded_frame.h"

namespace onair::codec {

// A picture's quantiser before offsets, or where that is empty its bits; and what the VBV gains
// with it in bits.
struct PictureWish {
  std::optional<int> quantizer;
  double bits;
  double share;
};

// Single-owner. After an error it takes no more.
class X265Engine {
 public:
  // kInvalidConfig, kCodecUnavailable, kCodecOpen, kOutOfMemory.
  static Result<X265Engine> Open(const VideoConfig& config);

  const VideoTrack& track() const { return track_; }

  bool has_adaptive_quantizer() const { return has_adaptive_quantizer_; }

  // To be filled for the next Encode(): planes, strides, offsets, type.
  x265_picture& picture() { return *picture_; }

  // What x265 gave back; valid until the next call.
  struct Coded {
    const x265_nal* nals = nullptr;
    std::uint32_t count = 0;  // 0: nothing yet.
    double quantizer = 0;     // Mean over the picture, offsets included.
  };
  // kEncodeFailed.
  Result<Coded> Encode(const PictureWish& wish);

 private:
  struct Close {
    void operator()(x265_encoder* encoder) const { X265Api()->encoder_close(encoder); }
  };
  struct FreePicture {
    void operator()(x265_picture* picture) const { X265Api()->picture_free(picture); }
  };
  using Picture = std::unique_ptr<x265_picture, FreePicture>;

  X265Engine() = default;
  void PushBudget(const PictureWish& wish);
  Status ReadTrack();
  Result<Coded> Run(x265_picture* picture);

  std::unique_ptr<x265_encoder, Close> encoder_;
  Picture picture_;
  Picture coded_;
  X265Param budget_;  // The zoneParam of PushBudget().
  VideoTrack track_{VideoCodec::kH265, {}, 0, {}};
  bool has_adaptive_quantizer_ = false;
  int next_number_ = 0;
};

// The unit without its 4-byte length.
ByteView UnitOf(const x265_nal& nal);

}  // namespace onair::codec
