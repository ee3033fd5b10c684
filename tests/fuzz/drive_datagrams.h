// SPDX-License-Identifier: Apache-2.0
//
// Reads fuzz bytes as a schedule of datagrams, and checks the laws of datagram machines.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <variant>

#include "core/machine/datagram.h"

namespace onair::fuzz {

// Each step: a choice (1 byte), wait in 16 ms (1), length (2 bytes, at most 2047), bytes.
class Script {
 public:
  struct Step {
    unsigned choice;
    TimeDelta wait;
    ByteView bytes;
  };
  explicit Script(ByteView bytes) : rest_(bytes) {}

  std::optional<Step> Next() {
    if (rest_.size() < 4) return std::nullopt;
    const std::size_t length = static_cast<std::size_t>((rest_[2] << 8 | rest_[3]) & 0x07ff);
    Step step{rest_[0], TimeDelta::Millis(16 * rest_[1]), {}};
    rest_ = rest_.subspan(4);
    step.bytes = rest_.first(std::min(length, rest_.size()));
    rest_ = rest_.subspan(step.bytes.size());
    return step;
  }

 private:
  ByteView rest_;
};

// Drains the machine; `on_transmit` sees what it sends. Its next deadline.
template <typename M, typename OnTransmit>
Timestamp Settle(M& machine, OnTransmit on_transmit) {
  for (int i = 0; i < 10'000; ++i) {
    auto out = machine.Poll();
    if (const auto* idle = std::get_if<Idle>(&out)) return idle->wake_at;
    if (const auto* transmit = std::get_if<DatagramTransmit>(&out)) on_transmit(*transmit);
  }
  std::abort();  // Poll() never settled.
}

}  // namespace onair::fuzz
