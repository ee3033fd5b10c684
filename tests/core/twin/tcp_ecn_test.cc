// SPDX-License-Identifier: Apache-2.0
//
// RFC 3168 in the modelled TCP: who agrees to it, what a mark does, and what queues that mark
// save over queues that drop.
#include <catch2/catch.hpp>
#include <deque>
#include <functional>

#include "core/twin/codel.h"
#include "core/twin/fq_codel.h"
#include "core/twin/pie.h"
#include "tests/core/twin/link_scene.h"
#include "tests/core/twin/tcp_scene.h"
#include "tests/support/print_units.h"

namespace onair::twin {
namespace {

using EcnUse = TcpConfig::EcnUse;
constexpr TimeDelta kOneWay = TimeDelta::Millis(25);

// Shows each packet to a test, which may change or lose it (false).
class Tap final : public Link {
 public:
  using See = std::function<bool(Packet& packet, const TcpSegment& segment)>;
  explicit Tap(See see) : see_(std::move(see)) {}

  void HandlePacket(Packet packet, Timestamp) override {
    const auto segment = Decode(packet.bytes);
    REQUIRE(segment.has_value());
    if (see_(packet, *segment)) passing_.push_back(std::move(packet));
  }
  void HandleTimeout(Timestamp) override {}
  LinkOutput Poll() override {
    if (passing_.empty()) return Idle{};
    Packet packet = std::move(passing_.front());
    passing_.pop_front();
    return packet;
  }
  LinkStats stats() const override { return {}; }

 private:
  See see_;
  std::deque<Packet> passing_;
};

std::unique_ptr<Path> Tapped(Tap::See see) {
  auto path = std::make_unique<Path>();
  path->Then(std::make_unique<Tap>(std::move(see))).Then(std::make_unique<Delay>(kOneWay));
  return path;
}

TcpSetup EcnSetup(TcpAlgorithm algorithm, EcnUse client = EcnUse::kAsks,
                  EcnUse server = EcnUse::kWhenAsked) {
  TcpSetup setup = SetupOf(algorithm);
  setup.client.ecn = client;
  setup.server.ecn = server;
  return setup;
}

// What went up and down of one connection that sends `bytes`.
struct Seen {
  struct One {
    std::uint8_t flags;
    Ecn ecn;
    std::uint64_t seq;
    std::uint64_t ack;
    std::size_t size;
    bool has(TcpSegment::Flag flag) const { return (flags & flag) != 0; }
  };
  std::vector<One> up;
  std::vector<One> down;
  TcpInfo client;
  TcpInfo server;
  std::int64_t bytes = 0;
};
using Change = std::function<bool(Packet& packet, const TcpSegment& segment)>;
Seen SeenOf(const TcpSetup& setup, std::size_t bytes, const Change& change = nullptr) {
  World world;
  Seen seen;
  const auto note = [](std::vector<Seen::One>& list, const Packet& p, const TcpSegment& s) {
    list.push_back({s.flags, p.ecn, s.seq, s.ack, s.payload.size()});
  };
  SharedNetwork network(world, Tapped([&](Packet& p, const TcpSegment& s) {
                          note(seen.up, p, s);
                          return change ? change(p, s) : true;
                        }),
                        Tapped([&](Packet& p, const TcpSegment& s) {
                          note(seen.down, p, s);
                          return true;
                        }));
  TcpFlow flow(network, setup);
  flow.connection.ConnectAndAccept();
  flow.connection.client().Write(Bytes(bytes));
  world.RunFor(TimeDelta::Seconds(20));
  seen.client = *flow.connection.client().tcp_info();
  seen.server = *flow.connection.server().tcp_info();
  seen.bytes = flow.reader.bytes;
  return seen;
}

// Marks the new data of these places in the stream, by segments from 0.
Change Mark(std::vector<std::uint64_t> places) {
  return [places](Packet& packet, const TcpSegment& segment) {
    for (const std::uint64_t place : places) {
      if (packet.ecn != Ecn::kNotEct && segment.seq == place * 1448) packet.ecn = Ecn::kCe;
    }
    return true;
  };
}

constexpr std::size_t kBulk = 200 * 1448;

TEST_CASE("A SYN that asks for ECN is agreed to, and new data alone may be marked") {
  const Seen seen = SeenOf(EcnSetup(TcpAlgorithm::kCubic), kBulk);
  CHECK(seen.up[0].flags == (TcpSegment::kSyn | TcpSegment::kEce | TcpSegment::kCwr));
  CHECK(seen.down[0].flags == (TcpSegment::kSyn | TcpSegment::kAck | TcpSegment::kEce));
  CHECK(seen.client.has_ecn);
  CHECK(seen.server.has_ecn);
  for (const auto& one : seen.up) CHECK((one.ecn == Ecn::kEct0) == (one.size > 0));
  for (const auto& one : seen.down) CHECK(one.ecn == Ecn::kNotEct);
}

TEST_CASE("As Linux comes, nobody asks for ECN and nothing may be marked") {
  const Seen seen = SeenOf(SetupOf(TcpAlgorithm::kCubic), kBulk);
  CHECK(seen.up[0].flags == TcpSegment::kSyn);
  CHECK_FALSE(seen.client.has_ecn);
  for (const auto& one : seen.up) CHECK(one.ecn == Ecn::kNotEct);
}

TEST_CASE("A server that never uses ECN is pushed to without") {
  const Seen seen = SeenOf(EcnSetup(TcpAlgorithm::kCubic, EcnUse::kAsks, EcnUse::kNever), kBulk);
  CHECK_FALSE(seen.down[0].has(TcpSegment::kEce));
  CHECK_FALSE(seen.client.has_ecn);
  CHECK_FALSE(seen.server.has_ecn);
  CHECK(seen.bytes == kBulk);
}

TEST_CASE("Where SYNs that ask for ECN are lost the next one does not ask") {
  const Seen seen = SeenOf(EcnSetup(TcpAlgorithm::kCubic), kBulk,
                           [](Packet&, const TcpSegment& s) { return !s.has(TcpSegment::kEce); });
  CHECK(seen.up[1].flags == TcpSegment::kSyn);
  CHECK_FALSE(seen.client.has_ecn);
  CHECK(seen.bytes == kBulk);
}

TEST_CASE("A mark shrinks the window once, as a loss would, and nothing is sent again") {
  for (const TcpAlgorithm algorithm : {TcpAlgorithm::kReno, TcpAlgorithm::kCubic}) {
    const Seen one = SeenOf(EcnSetup(algorithm), kBulk, Mark({40}));
    const Seen three = SeenOf(EcnSetup(algorithm), kBulk, Mark({40, 44, 48}));
    const Seen none = SeenOf(EcnSetup(algorithm), kBulk);
    CHECK(one.server.marks == 1);
    CHECK(three.server.marks == 3);
    CHECK(one.client.mark_echoes == 1);
    CHECK(three.client.mark_echoes == 1);
    CHECK(three.client.segments_retransmitted == 0);
    CHECK(three.client.window == one.client.window);
    CHECK(one.client.window < none.client.window);
    CHECK(three.bytes == kBulk);
  }
}

TEST_CASE("A mark in the next window shrinks the window again") {
  const Seen seen = SeenOf(EcnSetup(TcpAlgorithm::kReno), kBulk, Mark({40, 120}));
  CHECK(seen.client.mark_echoes == 2);
  CHECK(seen.client.segments_retransmitted == 0);
}

TEST_CASE("The receiver echoes a mark until the sender says that it reduced") {
  const Seen seen = SeenOf(EcnSetup(TcpAlgorithm::kCubic), kBulk, Mark({40}));
  std::uint64_t told_at = 0;
  int words = 0;
  for (const auto& one : seen.up) {
    if (!one.has(TcpSegment::kCwr) || one.has(TcpSegment::kSyn)) continue;
    ++words;
    told_at = one.seq;
    CHECK(one.size > 0);
  }
  CHECK(words == 1);
  for (const auto& one : seen.down) {
    if (one.has(TcpSegment::kSyn)) continue;
    const bool is_between = one.ack > 40 * 1448 && one.ack <= told_at;
    CHECK(one.has(TcpSegment::kEce) == is_between);
  }
}

TEST_CASE("A sender that lost the word of its reduction reduces and says it again") {
  bool has_lost = false;
  Change mark = Mark({40});
  const Seen seen =
      SeenOf(EcnSetup(TcpAlgorithm::kCubic), kBulk, [&](Packet& p, const TcpSegment& s) {
        const bool is_word = s.has(TcpSegment::kCwr) && !s.has(TcpSegment::kSyn);
        return mark(p, s) && !(is_word && !std::exchange(has_lost, true));
      });
  CHECK(has_lost);
  CHECK(seen.client.segments_retransmitted >= 1);
  CHECK(seen.bytes == kBulk);
  CHECK_FALSE(seen.down.back().has(TcpSegment::kEce));
}

TEST_CASE("What is sent again cannot be marked, and a loss is told of like a mark") {
  bool has_lost = false;
  const Seen seen =
      SeenOf(EcnSetup(TcpAlgorithm::kCubic), kBulk, [&](Packet&, const TcpSegment& s) {
        return !(s.seq == 40 * 1448 && s.payload.size() > 0 && !std::exchange(has_lost, true));
      });
  int sent = 0;
  int words = 0;
  for (const auto& one : seen.up) {
    if (one.seq == 40 * 1448 && one.size > 0)
      CHECK(one.ecn == (sent++ == 0 ? Ecn::kEct0 : Ecn::kNotEct));
    words += one.has(TcpSegment::kCwr) && !one.has(TcpSegment::kSyn) ? 1 : 0;
  }
  CHECK(sent >= 2);
  CHECK(words == 1);
  CHECK(seen.client.mark_echoes == 0);
}

TEST_CASE("BBR goes by its model of the path and lets marks pass") {
  const Seen marked = SeenOf(EcnSetup(TcpAlgorithm::kBbr), kBulk, Mark({40}));
  const Seen none = SeenOf(EcnSetup(TcpAlgorithm::kBbr), kBulk);
  CHECK(marked.client.mark_echoes == 1);
  CHECK(marked.client.window == none.client.window);
  CHECK_FALSE(marked.down.back().has(TcpSegment::kEce));
}

// A bulk flow through a queue that manages itself.
struct Managed {
  TcpInfo info;
  double utilisation = 0;
  std::int64_t dropped = 0;
  std::int64_t marked = 0;
};
Managed ThroughQueue(std::unique_ptr<PacketQueue> queue, const TcpSetup& setup) {
  const DataRate rate = DataRate::KilobitsPerSec(10'000);
  const TimeDelta span = TimeDelta::Seconds(30);
  World world;
  const PacketQueue* seen = queue.get();
  auto up = std::make_unique<Path>();
  up->Then(std::make_unique<RateLimit>(RateSchedule(rate), std::move(queue)))
      .Then(std::make_unique<Delay>(kOneWay));
  SharedNetwork network(world, std::move(up), FreeWay(kOneWay));
  TcpFlow flow(network, setup);
  flow.connection.ConnectAndAccept();
  flow.connection.client().Write(Bytes(60 << 20));
  world.RunFor(span);
  return {*flow.connection.client().tcp_info(),
          (DataSize::Bytes(flow.reader.bytes) / span).kbps_f() / rate.kbps_f(), seen->dropped(),
          seen->marked()};
}

TEST_CASE("Where a queue marks, a flow that may be marked loses nothing and gets about as much") {
  const auto make = [](int kind) -> std::unique_ptr<PacketQueue> {
    if (kind == 0) return std::make_unique<Codel>();
    if (kind == 1) return std::make_unique<FqCodel>();
    return std::make_unique<Pie>(PieConfig{.mark_limit = 1}, Rng(5));
  };
  for (const TcpAlgorithm algorithm : {TcpAlgorithm::kReno, TcpAlgorithm::kCubic}) {
    for (const int kind : {0, 1, 2}) {
      INFO("algorithm " << static_cast<int>(algorithm) << ", queue " << kind);
      const Managed marks = ThroughQueue(make(kind), EcnSetup(algorithm));
      const Managed drops = ThroughQueue(make(kind), SetupOf(algorithm));
      CHECK(drops.marked == 0);
      CHECK(drops.dropped > 3);
      CHECK(drops.info.segments_retransmitted >= drops.dropped);
      CHECK(marks.marked > 3);
      CHECK(marks.dropped == 0);
      CHECK(marks.info.segments_retransmitted == 0);
      CHECK(marks.info.mark_echoes > 3);
      CHECK(marks.info.mark_echoes <= marks.marked);
      CHECK(marks.utilisation > drops.utilisation - 0.06);
      CHECK(marks.utilisation > 0.75);
    }
  }
}

}  // namespace
}  // namespace onair::twin
