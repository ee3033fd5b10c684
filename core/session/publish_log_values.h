// SPDX-License-Identifier: Apache-2.0
//
// The values in a publish log's entries: a writer and a reader of each stand together. Private to
// the room.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/byte_reader.h"
#include "core/base/byte_writer.h"
#include "core/base/result.h"
#include "core/media/encoded_frame.h"

namespace onair::session::log {

inline constexpr std::size_t kMostText = 4096;

inline void Put(ByteWriter& out, std::int64_t value) {
  out.U64(static_cast<std::uint64_t>(value));
}
inline std::int64_t TakeNumber(ByteReader& in) {
  return static_cast<std::int64_t>(in.U64());
}

inline void PutText(ByteWriter& out, std::string_view text) {
  text = text.substr(0, kMostText);
  out.U16(static_cast<std::uint16_t>(text.size())).Text(text);
}
inline std::string TakeText(ByteReader& in) {
  const ByteView bytes = in.Take(in.U16());
  return std::string(bytes.begin(), bytes.end());
}

inline void PutBuffer(ByteWriter& out, const Buffer& buffer) {
  out.U32(static_cast<std::uint32_t>(buffer.size())).Append(buffer.view());
}
inline Buffer TakeBuffer(ByteReader& in) {
  const ByteView bytes = in.Take(in.U32());
  return Buffer::Own(Bytes(bytes.begin(), bytes.end()));
}

template <typename T, typename PutValue>
void PutOptional(ByteWriter& out, const std::optional<T>& value, PutValue put) {
  out.U8(value ? 1 : 0);
  if (value) put(*value);
}
template <typename T, typename TakeValue>
std::optional<T> TakeOptional(ByteReader& in, TakeValue take) {
  if (in.U8() == 0) return std::nullopt;
  return take();
}

inline void Put(ByteWriter& out, const Error& error) {
  out.U16(static_cast<std::uint16_t>(error.code));
  PutText(out, error.detail);
  Put(out, static_cast<std::int64_t>(error.native_code));
}
inline Error TakeError(ByteReader& in) {
  Error error{static_cast<ErrorCode>(in.U16()), {}, 0};
  error.detail = TakeText(in);
  error.native_code = static_cast<int>(TakeNumber(in));
  return error;
}

inline void Put(ByteWriter& out, const VideoTrack& track) {
  out.U8(static_cast<std::uint8_t>(track.codec));
  Put(out, static_cast<std::int64_t>(track.size.width));
  Put(out, static_cast<std::int64_t>(track.size.height));
  out.F64(track.frame_rate);
  PutBuffer(out, track.config);
}
inline VideoTrack TakeVideoTrack(ByteReader& in) {
  VideoTrack track{static_cast<VideoCodec>(in.U8()), {}, 0, {}};
  track.size.width = static_cast<int>(TakeNumber(in));
  track.size.height = static_cast<int>(TakeNumber(in));
  track.frame_rate = in.F64();
  track.config = TakeBuffer(in);
  return track;
}
inline void Put(ByteWriter& out, const AudioTrack& track) {
  out.U8(static_cast<std::uint8_t>(track.codec));
  Put(out, static_cast<std::int64_t>(track.format.sample_rate));
  Put(out, static_cast<std::int64_t>(track.format.channels));
  PutBuffer(out, track.config);
}
inline AudioTrack TakeAudioTrack(ByteReader& in) {
  AudioTrack track{static_cast<AudioCodec>(in.U8()), {}, {}};
  track.format.sample_rate = static_cast<int>(TakeNumber(in));
  track.format.channels = static_cast<int>(TakeNumber(in));
  track.config = TakeBuffer(in);
  return track;
}

inline tl::unexpected<Error> Damaged(const char* what) {
  return onair::Fail(ErrorCode::kFileMalformed, std::string("input log: ") + what);
}

}  // namespace onair::session::log
