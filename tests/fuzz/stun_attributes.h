// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>

#include "transport/ice/stun_writer.h"

namespace onair::fuzz {

// Writes fuzz bytes as attributes: type (2 bytes), length (1), value.
inline void WriteAttributes(ice::StunWriter& writer, ByteView bytes) {
  while (bytes.size() >= 3) {
    const unsigned type = static_cast<unsigned>(bytes[0] << 8 | bytes[1]);
    const std::size_t length = std::min<std::size_t>(bytes[2], bytes.size() - 3);
    writer.Raw(static_cast<ice::StunAttribute>(type), bytes.subspan(3, length));
    bytes = bytes.subspan(3 + length);
  }
}

}  // namespace onair::fuzz
