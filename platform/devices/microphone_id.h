// SPDX-License-Identifier: Apache-2.0
//
// How an id of ListDevices() says which sound system it belongs to. Private to this room.
#pragma once

#include <string_view>

namespace onair::devices {

inline constexpr std::string_view kPulsePrefix = "pulse:";
inline constexpr std::string_view kAlsaPrefix = "alsa:";

}  // namespace onair::devices
