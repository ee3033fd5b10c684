// SPDX-License-Identifier: Apache-2.0
//
// Packets behind a length byte each; its top bit asks for what stands in for a loss first.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "codec/bitstream/opus_config.h"
#include "codec/decode/opus_decoder.h"
#include "core/base/byte_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace onair;
  static_cast<void>(codec::ParseOpusConfig({data, size}));
  auto decoder = *codec::OpenOpusDecoder();
  const auto track = codec::TrackFromOpusConfig(Buffer::Own(codec::MakeOpusConfig({})));
  if (!decoder->Configure(*track)) std::abort();
  ByteReader in({data, size});
  for (int i = 0; i < 50 && in.remaining() > 0; ++i) {
    const std::uint8_t head = in.U8();
    const ByteView packet = in.Take(std::min<std::size_t>(head & 0x7f, in.remaining()));
    const EncodedFrame frame{Buffer::Own(Bytes(packet.begin(), packet.end())), FrameKind::kAudio,
                             MediaTime::Millis(20 * i), MediaTime::Millis(20 * i),
                             Timestamp::Zero()};
    std::vector<AudioBlock> out;
    if ((head & 0x80) != 0) {
      static_cast<void>(decoder->Conceal(
          {frame.pts, TimeDelta::Millis(20), i % 2 == 0 ? &frame : nullptr, Timestamp::Zero()},
          out));
    }
    static_cast<void>(decoder->Decode(frame, out));
    for (const AudioBlock& block : out) {
      if (block.duration() > codec::kMaxOpusPacketSpan) std::abort();
    }
  }
  return 0;
}
