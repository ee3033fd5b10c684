// SPDX-License-Identifier: Apache-2.0
//
// A hostile peer that has the keys: any packets at any times, authentic. The input is a schedule of
// length (two bytes), wait in ms, bytes. After each the transport settles and does not spin.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include "core/base/byte_reader.h"
#include "transport/rtp/transport.h"

namespace {

using namespace onair;
using namespace onair::rtp;

constexpr SrtpKey kKey{.suite = SrtpSuite::kAeadAes128Gcm, .key = {1}, .salt = {2}};
constexpr int kSettleLimit = 20'000;

Transport MakeTransport() {
  ExtensionMap map;
  map.Add(ExtensionKind::kMid, 1);
  map.Add(ExtensionKind::kTransportSequence, 3);
  auto transport =
      Transport::Make({.clock = {}, .cname = "fuzz", .local_ssrc = 1, .extensions = map}, Rng(1));
  if (!transport || !transport->SetKeys(kKey, kKey)) std::abort();
  const bool is_ready =
      transport->AddSendStream({.ssrc = 5, .rtx = RtxConfig{.ssrc = 6, .payload_type = 97}}) &&
      transport->AddReceiveStream({.ssrc = 7, .rtx = RtxConfig{.ssrc = 8, .payload_type = 97}}) &&
      transport->AddReceiveStream({.kind = TrackKind::kAudio, .ssrc = 9, .clock_rate = 48'000});
  if (!is_ready) std::abort();
  return std::move(*transport);
}

void Settle(Transport& transport, Timestamp now) {
  for (int i = 0; i < kSettleLimit; ++i) {
    const auto output = transport.Poll();
    if (const auto* idle = std::get_if<Idle>(&output)) {
      if (idle->wake_at <= now) std::abort();
      return;
    }
    if (const auto* sent = std::get_if<Transport::Protected>(&output)) {
      if (sent->bytes.size() > kMaxDatagramBytes) std::abort();
    }
  }
  std::abort();
}

void Feed(Transport& transport, SrtpSender& peer, ByteView bytes, Timestamp now) {
  std::array<std::uint8_t, 2'048> room{};
  std::copy(bytes.begin(), bytes.end(), room.begin());
  const std::size_t size = KindOf(bytes) == PacketKind::kRtcp ? peer.ProtectRtcp(room, bytes.size())
                                                              : peer.ProtectRtp(room, bytes.size());
  transport.HandlePacket(ByteView(room).first(size), now);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Transport transport = MakeTransport();
  auto peer = SrtpSender::Make(kKey);
  if (!peer) std::abort();
  Timestamp now = Timestamp::Zero();
  ByteReader in({data, size});
  while (in.remaining() > 3) {
    const std::size_t length = in.U16() % 1'400;
    now += TimeDelta::Millis(in.U8());
    Feed(transport, *peer, in.Take(std::min(length, in.remaining())), now);
    Settle(transport, now);
    const auto room = transport.Room(5, {.captured_at = now}, now);
    if (!room.empty())
      transport.Commit(5, std::min<std::size_t>(300, room.size()), Marker::kSet, now);
    transport.HandleTimeout(now);
    Settle(transport, now);
  }
  return 0;
}
