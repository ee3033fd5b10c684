// SPDX-License-Identifier: Apache-2.0
//
// The pieces of one picture's packets, put together again.
#pragma once

#include <cstddef>
#include <vector>

#include "core/base/result.h"
#include "core/media/encoded_frame.h"
#include "transport/rtp/payload_pieces.h"

namespace onair::rtp {

// Single-owner; reused for picture after picture.
class AccessUnitBuilder {
 public:
  explicit AccessUnitBuilder(VideoCodec codec) : codec_(codec) {}

  // Begins anew. `expected_bytes`: about how much will come.
  void Begin(std::size_t expected_bytes);
  // The payload of the next packet, in order and without a gap.
  void Add(ByteView payload);

  // Whether everything fitted together: payloads were understood, fragments began and ended, no
  // unit has its forbidden bit set.
  bool IsWhole() const { return is_whole_ && !is_open_; }
  // Without one it is no picture: parameter sets that were sent by themselves.
  bool has_slice() const { return has_slice_; }
  // Meaningful when there is a slice: an IDR or IRAP picture is a key frame, one without a
  // reference slice droppable.
  FrameKind kind() const;
  // The units in 4-byte lengths, without parameter sets, delimiters and filler.
  Bytes Take();

  // The record made of the parameter sets that came along: kInvalidState, when there was not a
  // whole collection; kBitstream. Sets beyond the first of a kind stay in the picture.
  bool has_parameter_sets() const { return !sps_.empty() && !pps_.empty(); }
  Result<VideoTrack> Track() const;

 private:
  void AddPiece(const NalPiece& piece);
  void OpenUnit(const NalPiece& piece);
  void CloseUnit();
  // Where a kind of parameter set is kept; null for other units.
  Bytes* SetOf(int type);

  VideoCodec codec_;
  Bytes bytes_;
  std::size_t unit_at_ = 0;  // Of the open unit's length field.
  std::size_t units_ = 0;
  bool is_open_ = false;
  bool is_whole_ = true;
  bool has_slice_ = false;
  bool has_key_slice_ = false;
  bool has_reference_ = false;
  Bytes vps_;
  Bytes sps_;
  Bytes pps_;
};

// What a payload shows without the packets around it.
struct PayloadGlance {
  // Begins with what only stands at the beginning of a picture: a delimiter, an SPS or a VPS.
  bool begins_picture = false;
  // Begins with the first slice of a key frame; parameter sets may have come before it.
  bool begins_key_slice = false;
  // Begins with a key frame's first slice, or an SPS or VPS, which most likely precede one.
  bool begins_key = false;
  // Has slice data, and none that anything refers to.
  bool is_droppable = false;
};
PayloadGlance GlanceAt(ByteView payload, VideoCodec codec);

}  // namespace onair::rtp
