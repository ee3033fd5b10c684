// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as an RTP packet: views stay inside, and what is written again reads the same.
#include <array>
#include <cstdlib>

#include "transport/rtp/header_extensions.h"
#include "transport/rtp/packet.h"

namespace {

using namespace onair;
using namespace onair::rtp;

ExtensionMap AllExtensions() {
  ExtensionMap map;
  for (std::size_t i = 1; i <= kExtensionKinds; ++i) {
    map.Add(static_cast<ExtensionKind>(i), static_cast<std::uint8_t>(i));
  }
  return map;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const ExtensionMap kMap = AllExtensions();
  const auto packet = ParsePacket({data, size});
  if (!packet) return 0;
  if (packet->header_bytes + packet->payload.size() + packet->padding_bytes != size) std::abort();

  const HeaderExtensions values = ReadExtensions(kMap, packet->extension);
  std::array<std::uint8_t, kMaxExtensionBytes> room{};
  const WrittenExtensions written = WriteExtensions(kMap, values, room);
  const ExtensionBlock block{.profile = written.profile,
                             .bytes = ByteView(room).first(written.size)};
  const HeaderExtensions again = ReadExtensions(kMap, block);
  if (again.transport_sequence != values.transport_sequence ||
      again.abs_send_time != values.abs_send_time ||
      again.abs_capture_time != values.abs_capture_time ||
      again.playout_delay != values.playout_delay ||
      again.video_orientation != values.video_orientation ||
      again.audio_level != values.audio_level) {
    std::abort();
  }

  std::array<std::uint8_t, 256> header{};
  const std::size_t header_bytes = WriteHeader(packet->header, block, header);
  if (header_bytes == 0) std::abort();
  const auto reread = ParsePacket(ByteView(header).first(header_bytes));
  if (!reread || reread->header != packet->header) std::abort();
  return 0;
}
