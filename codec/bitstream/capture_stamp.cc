// SPDX-License-Identifier: Apache-2.0
#include "codec/bitstream/capture_stamp.h"

#include <algorithm>

#include "codec/bitstream/nal.h"
#include "codec/bitstream/sei.h"
#include "core/base/byte_reader.h"
#include "core/base/byte_writer.h"

namespace onair::codec {
namespace {

// A stamp deeper than this in one SEI unit is not looked for; it bounds the copy per frame.
constexpr std::size_t kMaxSeiBytes = 4096;

std::optional<UtcTime> ReadPayload(ByteView payload) {
  if (payload.size() < kCaptureStampBytes) return std::nullopt;
  if (!std::equal(kCaptureStampUuid.begin(), kCaptureStampUuid.end(), payload.begin())) {
    return std::nullopt;
  }
  ByteReader reader(payload.subspan(kCaptureStampUuid.size()));
  return UtcTime::Micros(static_cast<std::int64_t>(reader.U64()));
}

std::optional<UtcTime> ReadSei(ByteView nal, VideoCodec codec) {
  const Bytes rbsp = RemoveEmulationPrevention(nal.first(std::min(nal.size(), kMaxSeiBytes)));
  ByteReader reader(rbsp);
  reader.Skip(codec == VideoCodec::kH264 ? 1 : 2);
  while (reader.ok() && reader.remaining() > 2) {
    const std::size_t type = ReadSeiNumber(reader);
    const std::size_t size = ReadSeiNumber(reader);
    const ByteView payload = reader.Take(size);
    if (!reader.ok() || type != kUserDataUnregistered) continue;
    if (const auto stamp = ReadPayload(payload)) return stamp;
  }
  return std::nullopt;
}

}  // namespace

std::array<std::uint8_t, kCaptureStampBytes> CaptureStampPayload(UtcTime captured) {
  std::array<std::uint8_t, kCaptureStampBytes> payload{};
  auto out = std::copy(kCaptureStampUuid.begin(), kCaptureStampUuid.end(), payload.begin());
  const auto us = static_cast<std::uint64_t>(captured.us());
  for (int shift = 56; shift >= 0; shift -= 8) *out++ = static_cast<std::uint8_t>(us >> shift);
  return payload;
}

Bytes CaptureStampNal(UtcTime captured, VideoCodec codec) {
  ByteWriter rbsp;
  if (codec == VideoCodec::kH264) {
    rbsp.U8(static_cast<std::uint8_t>(H264NalType::kSei));
  } else {
    rbsp.U8(static_cast<std::uint8_t>(static_cast<int>(H265NalType::kPrefixSei) << 1)).U8(1);
  }
  rbsp.U8(kUserDataUnregistered).U8(kCaptureStampBytes);
  rbsp.Append(CaptureStampPayload(captured)).U8(0x80);
  return InsertEmulationPrevention(rbsp.view());
}

std::optional<UtcTime> FindCaptureStamp(ByteView access_unit, VideoCodec codec) {
  ByteReader reader(access_unit);
  for (std::size_t i = 0; i < kMaxNals && reader.remaining() > 4; ++i) {
    const ByteView nal = reader.Take(reader.U32());
    if (!reader.ok() || IsSlice(nal, codec)) return std::nullopt;
    if (!IsSei(nal, codec)) continue;
    if (const auto stamp = ReadSei(nal, codec)) return stamp;
  }
  return std::nullopt;
}

}  // namespace onair::codec
