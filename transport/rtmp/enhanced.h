// SPDX-License-Identifier: Apache-2.0
//
// What the two ends of a connection say of codecs beyond Adobe's (Enhanced RTMP v2, "Enhancing
// NetConnection connect Command"). Private to the room.
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

// fourCcList and videoFourCcInfoMap with "hvc1", inside an open object. No capsEx: none of the
// extensions it names is written here, and those that are read need no announcement.
void WriteHevcSupport(amf0::Writer& out, HevcRole role);

}  // namespace onair::rtmp
