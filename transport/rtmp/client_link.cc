// SPDX-License-Identifier: Apache-2.0
#include "transport/rtmp/client_link.h"

#include <algorithm>
#include <utility>

namespace onair::rtmp {

ClientLink::ClientLink(HandshakeStart start, Rng& rng, Timestamp now)
    : handshake_(start, TimeDelta::PlusInfinity(), rng, now) {
  ByteView nothing;
  static_cast<void>(NextHandshake(nothing, now));
}

Result<std::optional<Message>> ClientLink::Next(ByteView& in, Timestamp now) {
  if (handshake_.Wanted() > 0) return NextHandshake(in, now);
  return messages_.Next(in);
}

Result<std::optional<Message>> ClientLink::NextHandshake(ByteView& in, Timestamp now) {
  const std::size_t count = std::min(in.size(), handshake_.Wanted());
  handshake_.HandleBytes(in.first(count), now);
  in = in.subspan(count);
  for (;;) {
    auto out = handshake_.Poll();
    if (std::holds_alternative<Idle>(out)) return std::optional<Message>();
    if (auto* transmit = std::get_if<Transmit>(&out)) {
      Bytes& outbox = messages_.outbox();
      outbox.insert(outbox.end(), transmit->bytes.begin(), transmit->bytes.end());
      continue;
    }
    auto& event = *std::get_if<ClientHandshake::Event>(&out);
    if (auto* failed = std::get_if<ClientHandshake::Failed>(&event)) {
      return Fail(std::move(failed->error));
    }
    if (std::holds_alternative<ClientHandshake::Answered>(event)) answered_ = true;
  }
}

bool ClientLink::TakeAnswered() {
  return std::exchange(answered_, false);
}

}  // namespace onair::rtmp
