// SPDX-License-Identifier: Apache-2.0
//
// The laws of machine_laws.h for machines over datagrams (core/machine/datagram.h). Law 5 is
// theirs: datagrams are whole or lost, so one that was cut or damaged must change nothing.
//
//   laws::ExpectAllDatagram([] { return std::make_unique<TurnClient>(...); }, {
//       .script = {{TimeDelta::Millis(40), {answer, path}}} });
#pragma once

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstddef>
#include <string>
#include <variant>
#include <vector>

#include "core/machine/datagram.h"

namespace onair::laws {

// Reaches the machine `wait` after the step before. Empty bytes: only time passes.
struct DatagramStep {
  TimeDelta wait;
  Bytes bytes;
  DatagramPath path = {};
};

struct DatagramCase {
  std::vector<DatagramStep> script;
  Timestamp start = Timestamp::Zero();
  // Law 1: Poll() answers Idle within this many calls after any input.
  int settle_limit = 10'000;
  // Law 5 holds for protocols whose datagrams protect themselves against damage.
  enum class Damage { kIsNoticed = 1, kMayPass } damage = Damage::kIsNoticed;
  // The bytes before this one tell protocols apart (RFC 7983): damaged, they make another's.
  std::size_t damage_from = 0;
};

// All that was sent, one after the other with its path, and the number of events.
struct DatagramsSaid {
  Bytes sent;
  std::vector<DatagramPath> paths;
  std::size_t events = 0;
  bool operator==(const DatagramsSaid&) const = default;
};

// Drains the machine into `said`; returns its deadline.
template <DatagramMachine M>
Idle SettleDatagrams(M& machine, DatagramsSaid& said, int limit) {
  for (int i = 0; i < limit; ++i) {
    auto out = machine.Poll();
    if (const auto* idle = std::get_if<Idle>(&out)) return *idle;
    if (const auto* transmit = std::get_if<DatagramTransmit>(&out)) {
      said.sent.insert(said.sent.end(), transmit->bytes.begin(), transmit->bytes.end());
      said.paths.push_back(transmit->path);
    } else {
      ++said.events;
    }
  }
  FAIL("law 1: Poll() never settles");
  return Idle{};
}

namespace internal {

template <typename Make, typename Around>
DatagramsSaid RunDatagrams(const Make& make, const DatagramCase& c, Around around) {
  auto machine = make();
  DatagramsSaid said;
  Timestamp now = c.start;
  SettleDatagrams(*machine, said, c.settle_limit);
  for (const DatagramStep& step : c.script) {
    now = now + step.wait;
    around(*machine, said, now, step);
  }
  return said;
}

template <typename M>
Idle Deliver(M& machine, DatagramsSaid& said, Timestamp now, const DatagramStep& step, int limit) {
  if (!step.bytes.empty()) machine.HandleDatagram(Datagram{step.bytes, step.path}, now);
  SettleDatagrams(machine, said, limit);
  machine.HandleTimeout(now);
  return SettleDatagrams(machine, said, limit);
}

template <typename Make>
void ExpectLaterDatagramDeadlines(const Make& make, const DatagramCase& c, std::size_t steps) {
  INFO("after " << steps << " steps");
  auto machine = make();
  DatagramsSaid said;
  Timestamp now = c.start;
  Idle idle = SettleDatagrams(*machine, said, c.settle_limit);
  for (std::size_t i = 0; i < steps; ++i) {
    now = now + c.script[i].wait;
    idle = Deliver(*machine, said, now, c.script[i], c.settle_limit);
  }
  for (int fired = 0; fired < 1000 && idle.wake_at.is_finite(); ++fired) {
    INFO("timer " << std::string(idle.timer));
    REQUIRE_FALSE(idle.timer.empty());
    now = std::max(now, idle.wake_at);
    machine->HandleTimeout(now);
    idle = SettleDatagrams(*machine, said, c.settle_limit);
    REQUIRE(idle.wake_at > now);
  }
}

}  // namespace internal

// `make()` answers a std::unique_ptr to a fresh machine, the same each time (same seed).
template <typename Make>
void ExpectAllDatagram(const Make& make, const DatagramCase& c) {
  const auto deliver = [&](auto& m, DatagramsSaid& said, Timestamp now, const DatagramStep& step) {
    internal::Deliver(m, said, now, step, c.settle_limit);
  };
  const DatagramsSaid plain = internal::RunDatagrams(make, c, deliver);

  SECTION("law 2: after its deadline fired the next one is later") {
    for (std::size_t steps = 0; steps <= c.script.size(); ++steps) {
      internal::ExpectLaterDatagramDeadlines(make, c, steps);
    }
  }
  SECTION("law 3: an early timeout changes nothing") {
    const auto early = internal::RunDatagrams(
        make, c, [&](auto& m, DatagramsSaid& said, Timestamp now, const DatagramStep& step) {
          m.HandleTimeout(now - step.wait);
          SettleDatagrams(m, said, c.settle_limit);
          deliver(m, said, now, step);
        });
    CHECK(early == plain);
  }
  SECTION("law 4: time going back changes nothing") {
    const auto back = internal::RunDatagrams(
        make, c, [&](auto& m, DatagramsSaid& said, Timestamp now, const DatagramStep& step) {
          deliver(m, said, now, step);
          m.HandleTimeout(now - TimeDelta::Seconds(3600));
          SettleDatagrams(m, said, c.settle_limit);
        });
    CHECK(back == plain);
  }
  if (c.damage == DatagramCase::Damage::kIsNoticed) {
    SECTION("law 5: a datagram that was cut or damaged changes nothing") {
      std::size_t longest = 0;
      for (const DatagramStep& step : c.script) longest = std::max(longest, step.bytes.size());
      for (std::size_t at = c.damage_from; at < longest; ++at) {
        const auto hurt = internal::RunDatagrams(
            make, c, [&](auto& m, DatagramsSaid& said, Timestamp now, const DatagramStep& step) {
              if (at < step.bytes.size()) {
                Bytes damaged = step.bytes;
                damaged[at] ^= 0x10;
                m.HandleDatagram(Datagram{ByteView(step.bytes).first(at), step.path}, now);
                SettleDatagrams(m, said, c.settle_limit);
                m.HandleDatagram(Datagram{damaged, step.path}, now);
                SettleDatagrams(m, said, c.settle_limit);
              }
              deliver(m, said, now, step);
            });
        INFO("at byte " << at);
        REQUIRE(hurt == plain);
      }
    }
  }
  SECTION("law 6: same inputs and seed, same outputs") {
    CHECK(internal::RunDatagrams(make, c, deliver) == plain);
  }
}

// Law 7: `finish` brings a machine to its end; what it then says at once is its last word.
template <typename Make, typename Finish>
void ExpectSilentAfterEndDatagram(const Make& make, const DatagramCase& c, Finish finish) {
  auto machine = make();
  DatagramsSaid said;
  SettleDatagrams(*machine, said, c.settle_limit);
  finish(*machine, c.start);
  SettleDatagrams(*machine, said, c.settle_limit);
  DatagramsSaid after;
  Timestamp now = c.start;
  for (const DatagramStep& step : c.script) {
    now = now + step.wait;
    CHECK_FALSE(internal::Deliver(*machine, after, now, step, c.settle_limit).wake_at.is_finite());
  }
  CHECK(after == DatagramsSaid{});
}

}  // namespace onair::laws
