// SPDX-License-Identifier: Apache-2.0
#include "transport/webrtc/sdp.h"

#include <algorithm>

#include "transport/webrtc/text.h"

namespace onair::webrtc {

Direction Reversed(Direction direction) {
  switch (direction) {
    case Direction::kSendOnly:
      return Direction::kRecvOnly;
    case Direction::kRecvOnly:
      return Direction::kSendOnly;
    case Direction::kSendRecv:
    case Direction::kInactive:
      return direction;
  }
  return direction;
}

Direction DirectionOf(Flow send, Flow receive) {
  const bool sends = send == Flow::kOn;
  if (receive == Flow::kOn) return sends ? Direction::kSendRecv : Direction::kRecvOnly;
  return sends ? Direction::kSendOnly : Direction::kInactive;
}

std::optional<std::string_view> FindParameter(const FormatParameters& parameters,
                                              std::string_view name) {
  for (const auto& [key, value] : parameters) {
    if (EqualsIgnoringCase(key, name)) return value;
  }
  return std::nullopt;
}

bool RtpCodec::Is(std::string_view codec) const {
  return EqualsIgnoringCase(name, codec);
}

bool RtpCodec::HasFeedback(std::string_view kind) const {
  return std::find(feedback.begin(), feedback.end(), kind) != feedback.end();
}

const RtpCodec* MediaSection::FindCodec(int payload_type) const {
  const auto found = std::find_if(codecs.begin(), codecs.end(), [&](const RtpCodec& codec) {
    return codec.payload_type == payload_type;
  });
  return found == codecs.end() ? nullptr : &*found;
}

}  // namespace onair::webrtc
