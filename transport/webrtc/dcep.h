// SPDX-License-Identifier: Apache-2.0
//
// The two messages by which data channels are opened (RFC 8832):
//
//   DATA_CHANNEL_OPEN                                       DATA_CHANNEL_ACK
//   +------+--------------+----------+-------------+        +------+
//   | 0x03 | channel type | priority | reliability |        | 0x02 |
//   +------+--------------+----------+-------------+        +------+
//   | label length | protocol length | label | protocol |
//   +--------------+-----------------+-------+----------+
//
// Lengths and priority have 16 bits, reliability 32.
#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "transport/webrtc/channel_config.h"

namespace onair::webrtc {

// RFC 8831 section 8, by their numbers at IANA. Those of partial messages (52, 54) are
// "Deprecated" and not read.
enum class Ppid : std::uint32_t {
  kDcep = 50,
  kString = 51,
  kBinary = 53,
  kStringEmpty = 56,
  kBinaryEmpty = 57,
};

Bytes WriteChannelOpen(const ChannelConfig& config);
Bytes WriteChannelAck();

bool IsChannelAck(ByteView message);
// kInvalidConfig: malformed, or out of our bounds.
Result<ChannelConfig> ReadChannelOpen(ByteView message);

}  // namespace onair::webrtc
