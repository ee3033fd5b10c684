// SPDX-License-Identifier: Apache-2.0
//
// The first byte chooses the codec. Then packets: step of the sequence (signed), step of the
// timestamp, bits (marker, wait, reset), length, payload.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>

#include "codec/bitstream/access_unit.h"
#include "core/base/byte_reader.h"
#include "transport/rtp/frame_assembler.h"

namespace {

using namespace onair;

void Drain(rtp::FrameAssembler& assembler, VideoCodec codec) {
  while (auto event = assembler.Poll()) {
    const auto* ready = std::get_if<rtp::FrameAssembler::FrameReady>(&*event);
    if (ready == nullptr) continue;
    if (!codec::ValidateAccessUnit(ready->frame.payload.view(), codec)) std::abort();
    if (codec::KindOf(ready->frame.payload.view(), codec) != ready->frame.kind) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ByteReader in({data, size});
  const VideoCodec codec = (in.U8() & 1) != 0 ? VideoCodec::kH265 : VideoCodec::kH264;
  rtp::AssemblerConfig config{.codec = codec, .max_packets = 64};
  config.max_bytes = DataSize::Kibibytes(256);
  rtp::FrameAssembler assembler(config);
  std::int64_t sequence = 100'000;
  std::uint32_t timestamp = 0;
  Timestamp now = Timestamp::Zero();
  while (in.remaining() > 0) {
    sequence += static_cast<std::int8_t>(in.U8());
    timestamp += in.U8();
    const int bits = in.U8();
    const ByteView payload = in.Take(std::min<std::size_t>(in.U8(), in.remaining()));
    const bool is_marked = (bits & 1) != 0;
    now += TimeDelta::Millis(bits >> 2);
    if ((bits & 2) != 0) sequence += 128 * static_cast<std::int8_t>(bits);
    for (int i = 0; i < 200 && assembler.wake_at() <= now; ++i) {
      const Timestamp woken = assembler.wake_at();
      assembler.HandleTimeout(woken);
      if (assembler.wake_at() <= woken) std::abort();
      Drain(assembler, codec);
    }
    assembler.HandlePacket(
        {sequence, timestamp, is_marked ? rtp::Marker::kSet : rtp::Marker::kClear, payload}, now);
    if (assembler.held() > DataSize::Kibibytes(257)) std::abort();
    std::array<std::int64_t, 100> missing{};
    if (assembler.Missing(missing) > 64) std::abort();
    Drain(assembler, codec);
  }
  return 0;
}
