// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/opus_payload.h"

#include <algorithm>

#include "codec/bitstream/opus_config.h"

namespace onair::rtp {
namespace {

// Times in whole milliseconds wobble by less than one.
constexpr TimeDelta kWobble = TimeDelta::Millis(1);

}  // namespace

std::optional<WrittenPayload> OpusPacketizer::Write(const EncodedFrame& frame,
                                                    std::span<std::uint8_t> room) {
  const ByteView packet = frame.payload.view();
  const auto span = codec::OpusPacketSpan(packet);
  if (!span || packet.size() > room.size()) return std::nullopt;
  std::copy(packet.begin(), packet.end(), room.begin());
  const bool goes_on = end_ && frame.pts <= *end_ + kWobble;
  end_ = frame.pts + *span;
  return WrittenPayload{packet.size(), goes_on ? Marker::kClear : Marker::kSet};
}

}  // namespace onair::rtp
