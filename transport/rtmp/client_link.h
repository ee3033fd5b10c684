// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "core/base/rng.h"
#include "transport/flv/amf0.h"
#include "transport/rtmp/handshake.h"
#include "transport/rtmp/message_stream.h"

namespace onair::rtmp {

// A client's handshake and, behind it, its messages: one sequence of bytes each way.
// Single-owner. The owner keeps the deadlines.
class ClientLink {
 public:
  ClientLink(HandshakeStart start, Rng& rng, Timestamp now);

  // As MessageStream::Next, but also returns, without a message, when S1 came.
  [[nodiscard]] Result<std::optional<Message>> Next(ByteView& in, Timestamp now);
  // True once, when S1 has come: commands may follow C2.
  [[nodiscard]] bool TakeAnswered();

  MessageStream& messages() { return messages_; }

 private:
  Result<std::optional<Message>> NextHandshake(ByteView& in, Timestamp now);

  ClientHandshake handshake_;
  MessageStream messages_;
  bool answered_ = false;
};

}  // namespace onair::rtmp
