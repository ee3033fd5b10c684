// SPDX-License-Identifier: Apache-2.0
//
// What senders put beside a picture for apps: SEI messages user_data_registered_itu_t_t35 and
// user_data_unregistered (H.264 sections D.1.6 and D.1.7, H.265 sections D.2.6 and D.2.7).
#pragma once

#include <cstddef>
#include <vector>

#include "core/base/bytes.h"
#include "core/media/encoded_frame.h"

namespace onair::codec {

// The number is the payloadType on the wire.
enum class UserDataKind { kRegistered = 4, kUnregistered = 5 };

struct UserData {
  UserDataKind kind;
  Bytes payload;  // kUnregistered: begins with a UUID of 16 bytes.
};

// Of one picture, more is not looked for.
// Source: ours; a quiz question or a line of lyrics takes hundreds of bytes.
inline constexpr std::size_t kMaxUserDataMessages = 16;
inline constexpr std::size_t kMaxUserDataBytes = 16 * 1024;  // Of one SEI unit.

// The messages before the first slice of an access unit in 4-byte lengths, in their order. Our
// capture stamp (capture_stamp.h) is none of them. Bytes that do not parse give what came before.
std::vector<UserData> FindUserData(ByteView access_unit, VideoCodec codec);

}  // namespace onair::codec
