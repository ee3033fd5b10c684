// SPDX-License-Identifier: Apache-2.0
//
// A body comes in as many parts as the network makes of it. For laws that compare runs, this
// machine says an exchange's body as sent bytes, so that only its joined content counts.
#pragma once

#include <utility>

#include "transport/http/client_exchange.h"

namespace onair::http::test {

class Joined {
 public:
  using Event = ClientExchange::Event;
  explicit Joined(ClientExchange exchange) : exchange_(std::move(exchange)) {}

  void HandleBytes(ByteView in, Timestamp now) { exchange_.HandleBytes(in, now); }
  void HandleUnsent(DataSize unsent, Timestamp now) { exchange_.HandleUnsent(unsent, now); }
  void HandleTimeout(Timestamp now) { exchange_.HandleTimeout(now); }
  void Close(Timestamp now) { exchange_.Close(now); }
  Output<Event> Poll() {
    auto out = exchange_.Poll();
    if (auto* event = std::get_if<Event>(&out)) {
      if (auto* part = std::get_if<ClientExchange::BodyPart>(event)) {
        return Transmit{std::move(part->bytes)};
      }
    }
    return out;
  }

 private:
  ClientExchange exchange_;
};

}  // namespace onair::http::test
