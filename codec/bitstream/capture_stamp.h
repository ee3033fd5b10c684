// SPDX-License-Identifier: Apache-2.0
//
// The wall time of capture inside the picture's own bytes, so that it survives every server:
// an SEI message user_data_unregistered (H.264 section D.1.7, H.265 section D.2.7):
//
//   uuid (16) | UTC, microseconds since 1970, big-endian (8)
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "core/base/bytes.h"
#include "core/media/encoded_frame.h"

namespace onair::codec {

// Ours; random (RFC 4122 version 4), never to change.
inline constexpr std::array<std::uint8_t, 16> kCaptureStampUuid = {
    0x6f, 0x1d, 0x8a, 0x3e, 0x52, 0xc7, 0x4b, 0x90, 0xa4, 0x1b, 0xe8, 0x0d, 0x73, 0x9c, 0x25, 0xf6};

inline constexpr int kUserDataUnregistered = 5;  // SEI payloadType.
inline constexpr std::size_t kCaptureStampBytes = 24;

// The SEI payload alone, for encoders that write the SEI themselves.
std::array<std::uint8_t, kCaptureStampBytes> CaptureStampPayload(UtcTime captured);

// A whole SEI NAL unit, emulation prevention included, without length or start code.
Bytes CaptureStampNal(UtcTime captured, VideoCodec codec);

// The stamp of an access unit in 4-byte lengths; nullopt where there is none or the bytes do
// not parse. Looks only at the units before the first slice.
std::optional<UtcTime> FindCaptureStamp(ByteView access_unit, VideoCodec codec);

}  // namespace onair::codec
