// SPDX-License-Identifier: Apache-2.0
//
// Turns fuzz bytes into a schedule of arrivals and waits, and checks the laws
// every machine obeys: Poll() settles, deadlines lie ahead.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <variant>

#include "core/machine/machine.h"

namespace onair::fuzz {

template <typename M>
void Drive(M& machine, ByteView script, Timestamp now) {
  const auto settle = [&] {
    for (int i = 0; i < 10'000; ++i) {
      auto out = machine.Poll();
      if (const auto* idle = std::get_if<Idle>(&out)) return idle->wake_at;
    }
    std::abort();  // Poll() never settled.
  };
  settle();
  // Each step: length (2 bytes), wait in ms (1 byte), bytes.
  while (script.size() >= 3) {
    const std::size_t length = static_cast<std::size_t>((script[0] << 8 | script[1]) & 0x0fff);
    const TimeDelta wait = TimeDelta::Millis(script[2]);
    script = script.subspan(3);
    const ByteView bytes = script.first(std::min(length, script.size()));
    script = script.subspan(bytes.size());
    now = now + wait;
    machine.HandleBytes(bytes, now);
    machine.HandleTimeout(now);
    if (settle() <= now) std::abort();  // Would spin.
  }
}

}  // namespace onair::fuzz
