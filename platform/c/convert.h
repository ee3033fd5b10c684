// SPDX-License-Identifier: Apache-2.0
//
// Words of the C interface in ours and back. Zero is a default; a number that no enum has is
// refused by the name of its field.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "core/api/reconnect_config.h"
#include "core/machine/ip_address.h"
#include "core/media/encoded_frame.h"
#include "onair/media.h"
#include "platform/c/sized.h"
#include "platform/sdk/ice_server.h"
#include "platform/sdk/tls_config.h"

namespace onair::c {

inline std::string TextOf(const char* text) {
  return text == nullptr ? std::string() : std::string(text);
}

// The value of an enum that counts from 1 to `last` on both sides; zero leaves `value`.
template <typename Enum>
Status ReadEnum(std::int32_t number, Enum last, const char* name, Enum& value) {
  if (number == 0) return {};
  if (number < 1 || number > static_cast<std::int32_t>(last)) return Refuse(name);
  value = static_cast<Enum>(number);
  return {};
}
// Zero leaves `value`.
inline void ReadMillis(std::int32_t ms, TimeDelta& value) {
  if (ms != 0) value = TimeDelta::Millis(ms);
}
// ONAIR_ON or ONAIR_OFF; ONAIR_DEFAULT leaves `value`.
Status ReadSwitch(std::int32_t number, const char* name, bool& value);

Status ReadTls(const char* ca_file, std::int32_t verify, TlsConfig& tls);
// 0: the default, -1: none.
void ReadReconnects(std::int32_t max_reconnects, ReconnectConfig& reconnect);
Result<std::vector<IceServer>> ReadIceServers(const onair_ice_server* servers, std::size_t count);
// Null: empty.
Result<std::optional<IpAddress>> ReadAddress(const char* text);
// Range [100 ms, 60 s]; 0: a second.
Result<TimeDelta> ReadStatsPeriod(std::int32_t ms);

std::int32_t CodecOf(VideoCodec codec);
std::int32_t CodecOf(AudioCodec codec);
inline std::int64_t MicrosOf(const std::optional<TimeDelta>& span) {
  return span ? span->us() : -1;
}

// Checked: sizes, planes and strides fit each other.
Result<onair_picture> ReadPicture(const onair_picture* in);
std::array<PlaneView, 3> PlanesOf(const onair_picture& picture);
// Its pixels copied.
Result<Picture> CopyOf(const onair_picture& picture);
PixelFormat PixelFormatOf(const onair_picture& picture);
Rotation RotationOf(const onair_picture& picture);
onair_picture PictureOf(const VideoFrame& frame);

// Checked as far as a frame by itself can be.
Result<onair_encoded_frame> ReadEncoded(const onair_encoded_frame* in);
Buffer CopyOf(const std::uint8_t* data, std::size_t size);

// Its samples copied. `now` where no moment is given or it is still to come.
Result<AudioBlock> ReadSound(const onair_sound* in, Timestamp now);

}  // namespace onair::c
