// SPDX-License-Identifier: Apache-2.0
//
// What the two ends of a connection say of themselves beyond Adobe's words (Enhanced RTMP v2,
// "Enhancing NetConnection connect Command" and "Reconnect Request"). Private to the room.
#pragma once

#include <string_view>

#include "transport/flv/amf0.h"
#include "transport/rtmp/command.h"

namespace onair::rtmp {

// Of a FourCC, in fourCcList or the info maps.
enum class CodecSupport {
  kUnsaid = 1,  // The peer says nothing of codecs: it may know them or not.
  kNamed = 2,   // By its name or by "*".
  kNotNamed = 3,
};
// In the object of a connect, or in either object of its answer.
CodecSupport SupportOf(std::string_view four_cc, const Command& command);

// What this end does with H.265. FourCcInfoMask of Enhanced RTMP v2.
enum class HevcRole { kDecodes = 1, kEncodes = 2, kForwards = 4 };

// fourCcList and videoFourCcInfoMap with "hvc1", inside an open object.
void WriteHevcSupport(amf0::Writer& out, HevcRole role);

// capsEx with the bit of reconnect requests alone, inside an open object: nothing else that it
// names is written here, and what is read needs no announcement.
void WriteReconnectSupport(amf0::Writer& out);
// Whether the object of a connect has it.
bool SupportsReconnect(const Command& connect);

// The server asks for a new connection. `tc_url`: where to, relative to the present tcUrl;
// empty: the same address.
inline constexpr std::string_view kReconnectRequest = "NetConnection.Connect.ReconnectRequest";
Bytes ReconnectRequestBody(std::string_view tc_url, std::string_view description);

}  // namespace onair::rtmp
