// SPDX-License-Identifier: Apache-2.0
//
// The eight laws that every machine passes (docs/architecture.md). A test gives a factory and
// a script of arrivals; each law drives fresh machines and compares what they say.
//
//   laws::ExpectAll<rtmp::Handshake>([] { return rtmp::Handshake(...); }, {
//       .script = {{TimeDelta::Millis(40), reply}}, .start = kStart });
#pragma once

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstddef>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include "core/machine/machine.h"

namespace onair::laws {

// Bytes that reach the machine `wait` after the step before. Empty bytes: only time passes.
struct Step {
  TimeDelta wait;
  Bytes bytes;
};

struct Case {
  std::vector<Step> script;
  Timestamp start = Timestamp::Zero();
  // Law 1: Poll() answers Idle within this many calls after any input.
  int settle_limit = 10'000;
  // Law 5 cuts the script's bytes at every multiple of this; 1 = everywhere.
  std::size_t cut_stride = 1;
};

// What a machine said, in order: everything sent, joined, and the number of events.
struct Said {
  Bytes sent;
  std::size_t events = 0;
  bool operator==(const Said&) const = default;
};

// Drains the machine into `said`; returns its deadline.
template <typename M>
Idle Settle(M& machine, Said& said, int limit) {
  for (int i = 0; i < limit; ++i) {
    auto out = machine.Poll();
    if (const auto* idle = std::get_if<Idle>(&out)) return *idle;
    if (const auto* transmit = std::get_if<Transmit>(&out)) {
      said.sent.insert(said.sent.end(), transmit->bytes.begin(), transmit->bytes.end());
    } else {
      ++said.events;
    }
  }
  FAIL("law 1: Poll() never settles");
  return Idle{};
}

namespace internal {

// Runs the script on a fresh machine. `around` sees the machine before and after each step.
template <typename Make, typename Around>
Said Run(const Make& make, const Case& c, Around around) {
  auto machine = make();
  auto& m = *machine;
  Said said;
  Timestamp now = c.start;
  Settle(m, said, c.settle_limit);
  for (const Step& step : c.script) {
    now = now + step.wait;
    around(m, said, now, step);
  }
  return said;
}

// Law 2 from here on.
template <typename M>
void ExpectLaterDeadlines(M& machine, Idle idle, Timestamp now, int settle_limit) {
  Said said;
  for (int fired = 0; fired < 1000 && idle.wake_at.is_finite(); ++fired) {
    INFO("timer " << std::string(idle.timer));
    REQUIRE_FALSE(idle.timer.empty());
    now = std::max(now, idle.wake_at);
    machine.HandleTimeout(now);
    idle = Settle(machine, said, settle_limit);
    REQUIRE(idle.wake_at > now);
  }
}

}  // namespace internal

// `make()` answers a std::unique_ptr to a fresh machine, the same each time (same seed).
template <typename Make>
void ExpectAll(const Make& make, const Case& c) {
  using M = std::remove_reference_t<decltype(*make())>;
  const auto deliver = [&](M& m, Said& said, Timestamp now, const Step& step) {
    m.HandleBytes(step.bytes, now);
    m.HandleTimeout(now);
    Settle(m, said, c.settle_limit);
  };
  const Said plain = internal::Run(make, c, deliver);

  SECTION("law 2: after its deadline fired the next one is later") {
    // Fresh, and after each step of the script: every state it reaches has its own timers.
    for (std::size_t steps = 0; steps <= c.script.size(); ++steps) {
      INFO("after " << steps << " steps");
      auto machine = make();
      Said said;
      Timestamp now = c.start;
      Idle idle = Settle(*machine, said, c.settle_limit);
      for (std::size_t i = 0; i < steps; ++i) {
        now = now + c.script[i].wait;
        machine->HandleBytes(c.script[i].bytes, now);
        machine->HandleTimeout(now);
        idle = Settle(*machine, said, c.settle_limit);
      }
      internal::ExpectLaterDeadlines(*machine, idle, now, c.settle_limit);
    }
  }
  SECTION("law 3: an early timeout changes nothing") {
    const Said early =
        internal::Run(make, c, [&](M& m, Said& said, Timestamp now, const Step& step) {
          m.HandleTimeout(now - step.wait);
          Settle(m, said, c.settle_limit);
          deliver(m, said, now, step);
        });
    CHECK(early == plain);
  }
  SECTION("law 4: time going back changes nothing") {
    const Said back =
        internal::Run(make, c, [&](M& m, Said& said, Timestamp now, const Step& step) {
          deliver(m, said, now, step);
          m.HandleTimeout(now - TimeDelta::Seconds(3600));
          Settle(m, said, c.settle_limit);
        });
    CHECK(back == plain);
  }
  SECTION("law 5: cutting the input anywhere changes nothing that is sent") {
    std::size_t longest = 0;
    for (const Step& step : c.script) longest = std::max(longest, step.bytes.size());
    for (std::size_t cut = 1; cut < longest; cut += c.cut_stride) {
      const Said pieces =
          internal::Run(make, c, [&](M& m, Said& said, Timestamp now, const Step& step) {
            const ByteView all(step.bytes);
            const std::size_t at = std::min(cut, all.size());
            m.HandleBytes(all.first(at), now);
            Settle(m, said, c.settle_limit);
            m.HandleBytes(all.subspan(at), now);
            m.HandleTimeout(now);
            Settle(m, said, c.settle_limit);
          });
      INFO("cut at " << cut);
      REQUIRE(pieces == plain);
    }
  }
  SECTION("law 6: same inputs and seed, same outputs") {
    CHECK(internal::Run(make, c, deliver) == plain);
  }
}

// Law 7: `finish` brings a machine to its end (a fatal input, a close); it stays silent then.
template <typename Make, typename Finish>
void ExpectSilentAfterEnd(const Make& make, const Case& c, Finish finish) {
  auto machine = make();
  Said said;
  Settle(*machine, said, c.settle_limit);
  finish(*machine, c.start);
  Settle(*machine, said, c.settle_limit);
  Said after;
  Timestamp now = c.start;
  for (const Step& step : c.script) {
    now = now + step.wait;
    machine->HandleBytes(step.bytes, now);
    machine->HandleTimeout(now);
    const Idle idle = Settle(*machine, after, c.settle_limit);
    CHECK_FALSE(idle.wake_at.is_finite());
  }
  CHECK(after == Said{});
}

}  // namespace onair::laws
