// SPDX-License-Identifier: Apache-2.0
//
// A TURN server that answers anything: the input is a schedule of answers with right ids and
// keys, and of raw bytes.
#include "tests/fuzz/drive_datagrams.h"
#include "tests/fuzz/stun_attributes.h"
#include "transport/ice/digest.h"
#include "transport/ice/stun_writer.h"
#include "transport/ice/turn_client.h"
#include "transport/ice/turn_stream.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace onair;
  using namespace onair::ice;
  const SocketAddress local = *SocketAddress::Parse("10.0.0.2:5000");
  const SocketAddress server = *SocketAddress::Parse("192.0.2.9:3478");
  const SocketAddress peer = *SocketAddress::Parse("198.51.100.7:7000");
  TurnConfig config{.path = {local, server}, .username = "u", .password = "p"};
  Timestamp now = Timestamp::Zero();
  TurnClient client(config, Rng(1), now);
  static const auto key = Md5(AsBytes("u:r:p"));

  StunMethod method = StunMethod::kAllocate;
  TransactionId id{};
  const auto settle = [&] {
    const Timestamp wake = fuzz::Settle(client, [&](const DatagramTransmit& transmit) {
      const auto request = StunMessage::Parse(transmit.bytes);
      if (!request || request->kind() != StunClass::kRequest) return;
      method = request->method();
      id = request->transaction();
    });
    if (wake <= now) std::abort();
  };
  settle();
  fuzz::Script script({data, size});
  while (const auto step = script.Next()) {
    now = now + step->wait;
    Bytes buffer(2048);
    ByteView bytes = step->bytes;
    if (step->choice % 4 != 0) {
      const StunClass kind = step->choice % 4 == 1 ? StunClass::kError : StunClass::kSuccess;
      StunWriter writer(buffer, method, kind, id);
      if (step->choice & 8) writer.ErrorCode(300 + step->choice % 200);
      if (step->choice & 16) writer.Text(StunAttribute::kRealm, "r");
      if (step->choice & 32) writer.Text(StunAttribute::kNonce, "n");
      if (step->choice & 64) writer.XorAddress(StunAttribute::kXorRelayedAddress, server);
      fuzz::WriteAttributes(writer, bytes);
      if (key) writer.Integrity(*key);
      bytes = writer.Finish();
    }
    client.HandleDatagram({bytes, {local, server}}, now);
    if (step->choice & 128) static_cast<void>(client.BindChannel(peer, now).has_value());
    client.HandleTimeout(now);
    settle();
  }

  TurnDeframer deframer;
  for (std::size_t at = 0; at < size; at += 7) {
    deframer.HandleBytes(ByteView(data, size).subspan(at, std::min<std::size_t>(7, size - at)));
    while (deframer.Next()) {
    }
  }
  return 0;
}
