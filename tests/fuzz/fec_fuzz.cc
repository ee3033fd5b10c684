// SPDX-License-Identifier: Apache-2.0
//
// Packets behind a kind and a length byte each: media, or a repair of one of three layouts. The
// stream's SSRC is written over media packets' own, so that they count.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>

#include "core/base/byte_reader.h"
#include "transport/rtp/fec_decoder.h"

namespace {

using namespace onair;

std::optional<rtp::FecPacket> Parse(int kind, ByteView payload) {
  if (kind == 1) return rtp::ParseUlpfec(payload);
  if (kind == 2) return rtp::ParseFlexFec03(payload);
  return rtp::ParseFlexFec(payload);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  rtp::ExtensionMap map;
  static_cast<void>(map.Add(rtp::ExtensionKind::kTransportSequence, 3));
  rtp::FecDecoder decoder(2, map);
  ByteReader in({data, size});
  while (in.remaining() > 0) {
    const int kind = in.U8() & 3;
    const ByteView bytes = in.Take(std::min<std::size_t>(in.U8(), in.remaining()));
    if (kind == 0) {
      Bytes packet(bytes.begin(), bytes.end());
      if (packet.size() >= rtp::kFixedHeaderBytes) {
        packet[8] = packet[9] = packet[10] = 0;
        packet[11] = 2;
      }
      decoder.HandleMedia(packet);
    } else if (auto repair = Parse(kind, bytes)) {
      repair->ssrc.reset();
      decoder.HandleRepair(*repair);
    }
    while (const auto packet = decoder.Poll()) {
      if (!rtp::ParsePacket(*packet)) std::abort();
    }
  }
  return 0;
}
