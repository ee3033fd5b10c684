// SPDX-License-Identifier: Apache-2.0
//
// A small stream for protocol tests: real parameter sets (1280x720 at 30 fps, made with x264),
// pictures and sounds that only look like some.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/base/byte_writer.h"
#include "core/media/encoded_frame.h"

namespace onair::sample {

inline Bytes AvcConfigBytes() {
  const Bytes sps = {0x67, 0x4d, 0x40, 0x1f, 0xd9, 0x00, 0x50, 0x05, 0xbb, 0x01, 0x10, 0x00, 0x00,
                     0x03, 0x00, 0x10, 0x00, 0x00, 0x03, 0x03, 0xc8, 0xf1, 0x83, 0x24, 0x80};
  const Bytes pps = {0x68, 0xeb, 0xc3, 0xcb, 0x20};
  ByteWriter out;
  out.U8(1).U8(0x4d).U8(0x40).U8(0x1f).U8(0xff).U8(0xe1);
  out.U16(static_cast<std::uint16_t>(sps.size())).Append(sps);
  out.U8(1).U16(static_cast<std::uint16_t>(pps.size())).Append(pps);
  return out.Take();
}

inline VideoTrack Video() {
  return {VideoCodec::kH264, {1280, 720}, 30, Buffer::Own(AvcConfigBytes())};
}
// AAC-LC, 48 kHz, stereo.
inline AudioTrack Audio() {
  return {AudioCodec::kAac, {48000, 2}, Buffer::Own({0x11, 0x90})};
}
inline StreamTracks Tracks() {
  return {Video(), Audio()};
}

// One NAL unit of `size` bytes behind its length; `header` is its first byte.
inline Buffer Nal(std::uint8_t header, std::size_t size) {
  ByteWriter out;
  out.U32(static_cast<std::uint32_t>(size)).U8(header);
  for (std::size_t i = 1; i < size; ++i) out.U8(static_cast<std::uint8_t>(i * 7 + 1));
  return Buffer::Own(out.Take());
}

inline EncodedFrame Key(std::int64_t ms, std::size_t size = 300) {
  const MediaTime at = MediaTime::Millis(ms);
  return {Nal(0x65, size), FrameKind::kKey, at, at, Timestamp::Zero()};
}
// `composition_ms`: pts - dts.
inline EncodedFrame Reference(std::int64_t ms, std::int64_t composition_ms = 0) {
  const MediaTime at = MediaTime::Millis(ms);
  return {Nal(0x41, 90), FrameKind::kReference, at + TimeDelta::Millis(composition_ms), at,
          Timestamp::Zero()};
}
inline EncodedFrame Droppable(std::int64_t ms) {
  const MediaTime at = MediaTime::Millis(ms);
  return {Nal(0x01, 40), FrameKind::kDroppable, at, at, Timestamp::Zero()};
}
inline EncodedFrame Sound(std::int64_t ms) {
  const MediaTime at = MediaTime::Millis(ms);
  return {Buffer::Own({0x21, 0x10, 0x04, 0x60, 0x8c, 0x1c}), FrameKind::kAudio, at, at,
          Timestamp::Zero()};
}

inline bool SameBytes(ByteView a, ByteView b) {
  return Bytes(a.begin(), a.end()) == Bytes(b.begin(), b.end());
}

// Equal in all that a protocol carries.
inline bool Same(const EncodedFrame& a, const EncodedFrame& b) {
  return a.kind == b.kind && a.pts == b.pts && a.dts == b.dts &&
         SameBytes(a.payload.view(), b.payload.view());
}

}  // namespace onair::sample
