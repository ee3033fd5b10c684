// SPDX-License-Identifier: Apache-2.0
#include "core/session/realtime_link.h"

#include <catch2/catch.hpp>
#include <deque>
#include <string>
#include <vector>

#include "tests/core/session/recording_transport.h"
#include "tests/support/print_units.h"

namespace onair::session {
namespace {

using Memory = RecordingTransport::Memory;

constexpr Timestamp At(std::int64_t ms) {
  return Timestamp::Zero() + TimeDelta::Millis(ms);
}

// Every connection has a memory of its own.
struct Rig {
  Rig()
      : link([this](Timestamp) {
          return std::make_unique<RecordingTransport>(connections.emplace_back());
        }) {}

  Memory& Open(Timestamp now = At(0)) {
    REQUIRE(link.Open(now));
    return connections.back();
  }
  // What the link says until it is idle, by words; streams with the driver's number.
  std::string Said() {
    std::string all;
    for (int i = 0; i < 100; ++i) {
      auto out = link.Poll();
      if (const auto* drained = std::get_if<Idle>(&out)) {
        idle = *drained;
        return all;
      }
      all += (all.empty() ? "" : " ") + Word(out);
    }
    FAIL("never idle");
    return all;
  }
  static std::string Word(const RealtimeOutput<RealtimeLink::Event>& out) {
    const auto number = [](StreamId id) { return " " + std::to_string(static_cast<int>(id)); };
    if (const auto* bytes = std::get_if<StreamTransmit>(&out)) return "bytes" + number(bytes->id);
    if (std::holds_alternative<DatagramTransmit>(out)) return "datagram";
    const auto* order = std::get_if<WireOrder>(&out);
    if (order == nullptr) return "event";
    if (const auto* open = std::get_if<OpenStream>(order)) return WordOf(*order) + number(open->id);
    if (const auto* shut = std::get_if<CloseStream>(order))
      return WordOf(*order) + number(shut->id);
    return WordOf(*order);
  }

  std::deque<Memory> connections;
  Idle idle;
  RealtimeLink link;
};

// Each connection counts its streams by itself.
const OpenStream kOpenFirst{StreamId{1}, {"host", 443, Security::kTls}};
const Bytes kSeven{7};
const StreamTransmit kOnFirst{StreamId{1}, kSeven};

TEST_CASE("A connection that is left says goodbye beside the next one, on its own stream") {
  Rig rig;
  Memory& left = rig.Open();
  left.answers_goodbyes = false;
  left.says = {WireOrder(kOpenFirst)};
  CHECK(rig.Said() == "open-stream 1");

  left.goodbye = {kOnFirst};
  rig.link.Leave(RealtimeLink::kParting, At(10));
  Memory& next = rig.Open(At(10));
  next.says = {WireOrder(OpenSockets{}), WireOrder(kOpenFirst), kOnFirst};
  CHECK(rig.Said() == "bytes 1 close-sockets open-sockets open-stream 2 bytes 2");

  // The answer to what was asked before it was left comes late and leads to one more call.
  left.told.clear();
  next.told.clear();
  rig.link.HandleWire(StreamBytes{StreamId{1}, Bytes{1}}, At(200));
  left.goodbye = {WireOrder(CloseStream{StreamId{1}}),
                  WireOrder(OpenStream{StreamId{2}, kOpenFirst.endpoint}),
                  StreamTransmit{StreamId{2}, kSeven}};
  CHECK(rig.Said() == "close-stream 1 open-stream 3 bytes 3");
  rig.link.HandleWire(StreamConnected{StreamId{3}}, At(210));
  rig.link.HandleWire(StreamConnected{StreamId{2}}, At(220));
  rig.link.HandleWire(SocketsOpen{}, At(230));
  CHECK(left.told == std::vector<std::string>{"bytes", "connected"});
  CHECK(next.told == std::vector<std::string>{"connected", "open"});

  left.answers_goodbyes = true;
  CHECK(rig.Said() == "close-stream 3");
  CHECK(left.alive == 0);
  CHECK(next.alive == 1);
  CHECK(rig.link.farewells_cut() == 0);
}

TEST_CASE("A goodbye's datagrams leave before the sockets close, and none after that") {
  Rig rig;
  Memory& left = rig.Open();
  left.answers_goodbyes = false;
  left.goodbye = {DatagramTransmit{}, DatagramTransmit{}};
  rig.link.Leave(RealtimeLink::kParting, At(0));
  rig.Open();
  CHECK(rig.Said() == "datagram datagram close-sockets");
  left.goodbye = {DatagramTransmit{}};
  CHECK(rig.Said() == "");
}

TEST_CASE("A goodbye that takes half a second is cut and counted, and its stream closed") {
  Rig rig;
  Memory& left = rig.Open();
  left.answers_goodbyes = false;
  left.says = {WireOrder(kOpenFirst)};
  rig.Said();
  rig.link.Leave(RealtimeLink::kParting, At(100));
  rig.Said();
  CHECK(rig.idle.timer == "rts.farewell");
  CHECK(rig.idle.wake_at == At(100) + RealtimeLink::kParting);
  CHECK_FALSE(rig.link.is_quiet());
  rig.link.HandleTimeout(rig.idle.wake_at);
  CHECK(rig.Said() == "close-stream 1");
  CHECK(rig.link.is_quiet());
  CHECK(rig.link.farewells_cut() == 1);
  CHECK(left.alive == 0);
}

TEST_CASE("Connections left in a hurry say goodbye two at a time, and the oldest goes first") {
  Rig rig;
  for (int i = 0; i < 3; ++i) {
    rig.Open(At(i)).answers_goodbyes = false;
    rig.link.Leave(RealtimeLink::kParting, At(i));
  }
  CHECK(rig.link.farewells_cut() == 1);
  CHECK(rig.connections[0].alive == 0);
  CHECK(rig.connections[1].alive == 1);
  CHECK(rig.connections[2].alive == 1);
}

TEST_CASE("Who leaves for good shortens what was left before") {
  Rig rig;
  rig.Open().answers_goodbyes = false;
  rig.link.Leave(RealtimeLink::kParting, At(0));
  rig.link.Leave(TimeDelta::Millis(50), At(10));
  rig.Said();
  CHECK(rig.idle.wake_at == At(60));
}

TEST_CASE("What a connection that is left tells of its media is nobody's") {
  Rig rig;
  Memory& left = rig.Open();
  left.goodbye = {RealtimeTransport::Event(RealtimeTransport::Ready{}),
                  RealtimeTransport::Event(RealtimeTransport::Failed{{ErrorCode::kTimeout, ""}}),
                  WireOrder(OpenSockets{}), WireOrder(ResolveName{"stun.example"})};
  rig.link.Leave(RealtimeLink::kParting, At(0));
  CHECK(rig.Said() == "close-sockets");
  CHECK(rig.link.is_quiet());
}

}  // namespace
}  // namespace onair::session
