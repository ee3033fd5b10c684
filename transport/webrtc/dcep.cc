// SPDX-License-Identifier: Apache-2.0
#include "transport/webrtc/dcep.h"

#include <algorithm>

#include "core/base/byte_reader.h"
#include "core/base/byte_writer.h"

namespace onair::webrtc {
namespace {

// RFC 8832 section 8.2.1 and 8.2.2.
constexpr std::uint8_t kAck = 0x02;
constexpr std::uint8_t kOpen = 0x03;
constexpr std::uint8_t kReliable = 0x00;
constexpr std::uint8_t kPartialByRetransmits = 0x01;
constexpr std::uint8_t kPartialByLifetime = 0x02;
constexpr std::uint8_t kUnordered = 0x80;
// RFC 8831 section 6.4: 256 is "normal".
constexpr std::uint16_t kNormalPriority = 256;

// RFC 8832 would allow 65535 bytes; nobody names channels so, and each is held here.
constexpr std::size_t kMaxNameBytes = 1024;
constexpr TimeDelta kMaxLifetime = TimeDelta::Seconds(60);

std::string Text(ByteView bytes) {
  return {bytes.begin(), bytes.end()};
}

}  // namespace

Status ChannelConfig::Validate() const {
  if (label.size() > kMaxNameBytes) {
    return Fail(ErrorCode::kInvalidConfig, "label is longer than 1024 bytes");
  }
  if (protocol.size() > kMaxNameBytes) {
    return Fail(ErrorCode::kInvalidConfig, "protocol is longer than 1024 bytes");
  }
  if (max_lifetime && (*max_lifetime < TimeDelta::Zero() || *max_lifetime > kMaxLifetime)) {
    return Fail(ErrorCode::kInvalidConfig, "max_lifetime is not in [0 s, 60 s]");
  }
  if (max_retransmits && max_lifetime) {
    return Fail(ErrorCode::kInvalidConfig, "max_retransmits and max_lifetime exclude each other");
  }
  return {};
}

Bytes WriteChannelOpen(const ChannelConfig& config) {
  std::uint8_t type = kReliable;
  std::uint32_t reliability = 0;
  if (config.max_retransmits) {
    type = kPartialByRetransmits;
    reliability = *config.max_retransmits;
  } else if (config.max_lifetime) {
    type = kPartialByLifetime;
    reliability = static_cast<std::uint32_t>(config.max_lifetime->us() / 1000);
  }
  if (config.order == ChannelOrder::kUnordered) type |= kUnordered;
  ByteWriter out;
  out.U8(kOpen);
  out.U8(type);
  out.U16(kNormalPriority);
  out.U32(reliability);
  out.U16(static_cast<std::uint16_t>(config.label.size()));
  out.U16(static_cast<std::uint16_t>(config.protocol.size()));
  out.Text(config.label);
  out.Text(config.protocol);
  return out.Take();
}

Bytes WriteChannelAck() {
  return {kAck};
}

bool IsChannelAck(ByteView message) {
  return message.size() == 1 && message[0] == kAck;
}

Result<ChannelConfig> ReadChannelOpen(ByteView message) {
  ByteReader in(message);
  const std::uint8_t kind = in.U8();
  const std::uint8_t type = in.U8();
  in.Skip(2);  // Priority: one queue serves all.
  const std::uint32_t reliability = in.U32();
  const std::size_t label = in.U16();
  const std::size_t protocol = in.U16();
  ChannelConfig config{Text(in.Take(label)), Text(in.Take(protocol))};
  if (!in.ok() || in.remaining() > 0 || kind != kOpen) {
    return Fail(ErrorCode::kInvalidConfig, "a DATA_CHANNEL_OPEN is malformed");
  }
  if ((type & kUnordered) != 0) config.order = ChannelOrder::kUnordered;
  switch (type & ~kUnordered) {
    case kReliable:
      break;
    case kPartialByRetransmits:
      // More than these come to the same.
      config.max_retransmits = static_cast<std::uint16_t>(std::min(reliability, 0xffffU));
      break;
    case kPartialByLifetime:
      config.max_lifetime =
          std::min(TimeDelta::Millis(static_cast<std::int64_t>(reliability)), kMaxLifetime);
      break;
    default:
      return Fail(ErrorCode::kInvalidConfig, "a DATA_CHANNEL_OPEN is of an unknown type");
  }
  if (auto status = config.Validate(); !status) return Forward(status);
  return config;
}

}  // namespace onair::webrtc
