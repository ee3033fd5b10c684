// SPDX-License-Identifier: Apache-2.0
#include "transport/ice/gathering.h"

#include <catch2/catch.hpp>
#include <vector>

#include "tests/support/print_units.h"

namespace onair::ice {
namespace {

const SocketAddress kBase = *SocketAddress::Parse("10.0.0.2:5000");
const SocketAddress kServer = *SocketAddress::Parse("192.0.2.9:3478");
const SocketAddress kSeen = *SocketAddress::Parse("203.0.113.1:20000");
const Timestamp kStart = Timestamp::Zero();

struct Room {
  Room() {
    AgentConfig config{.local = {"aaaa", std::string(22, 'a')}};
    config.stun_servers = {kServer, *SocketAddress::Parse("[2001:db8::9]:3478")};
    gathering.emplace(config);
    REQUIRE(gathering->AddBase(kBase, 10, ids, queue, kStart));
  }
  // The server's word about the request that waits in the queue.
  bool Answer(const SocketAddress& seen) {
    const auto request = queue.Pop();
    REQUIRE(request);
    const auto id = StunMessage::Parse(request->bytes)->transaction();
    std::array<std::uint8_t, 100> buffer{};
    StunWriter writer(buffer, StunMethod::kBinding, StunClass::kSuccess, id);
    writer.XorAddress(StunAttribute::kXorMappedAddress, seen);
    return gathering->HandleAnswer(*StunMessage::Parse(writer.Finish()), {kBase, kServer}, kStart);
  }
  std::vector<Candidate> Found() {
    std::vector<Candidate> all;
    while (auto found = gathering->TakeFound()) all.push_back(found->candidate);
    return all;
  }

  Rng rng{1};
  TransactionIds ids{{}, rng};
  DatagramQueue queue;
  std::optional<Gathering> gathering;
};

TEST_CASE("A socket is a candidate at once and asks the servers of its family") {
  Room room;
  const auto found = room.Found();
  REQUIRE(found.size() == 1);
  CHECK(found[0].address == kBase);
  CHECK(found[0].type == CandidateType::kHost);
  CHECK(found[0].network_cost == 10);
  CHECK(room.gathering->is_waiting());
  CHECK(room.queue.Pop()->path == DatagramPath{kBase, kServer});
  CHECK_FALSE(room.queue.Pop());
}

TEST_CASE("What a server sees is a candidate unless it is known") {
  Room room;
  room.Found();
  CHECK(room.Answer(kSeen));
  const auto found = room.Found();
  REQUIRE(found.size() == 1);
  CHECK(found[0].address == kSeen);
  CHECK(found[0].type == CandidateType::kServerReflexive);
  CHECK(found[0].related == kBase);
  CHECK_FALSE(room.gathering->is_waiting());

  Room open;
  open.Found();
  CHECK(open.Answer(kBase));
  CHECK(open.Found().empty());
}

TEST_CASE("A mapping is asked for again every 15 seconds and a new one is told") {
  Room room;
  CHECK(room.Answer(kSeen));
  room.Found();
  CHECK(room.gathering->deadline() == kStart + TimeDelta::Seconds(15));
  room.gathering->HandleTimeout(room.ids, room.queue, kStart + TimeDelta::Seconds(15));
  SocketAddress moved = kSeen;
  moved.port = 20'001;
  CHECK(room.Answer(moved));
  REQUIRE(room.Found().size() == 1);
}

TEST_CASE("A mapping that moves for ever leaves one candidate") {
  Room room;
  Timestamp now = kStart;
  for (std::uint16_t i = 0; i < 100; ++i) {
    CHECK(room.Answer({kSeen.ip, static_cast<std::uint16_t>(kSeen.port + i)}));
    now = now + TimeDelta::Seconds(15);
    room.gathering->HandleTimeout(room.ids, room.queue, now);
  }
  CHECK(room.gathering->candidates().size() == 2);
}

TEST_CASE("A server that is heard of late is asked from every base, once") {
  Room room;
  room.queue.Pop();
  const SocketAddress second = *SocketAddress::Parse("10.1.0.2:5000");
  REQUIRE(room.gathering->AddBase(second, 0, room.ids, room.queue, kStart));
  room.queue.Pop();
  const SocketAddress late = *SocketAddress::Parse("192.0.2.10:3478");
  REQUIRE(room.gathering->AddServer(late, room.ids, room.queue, kStart));
  REQUIRE(room.gathering->AddServer(late, room.ids, room.queue, kStart));
  CHECK(room.queue.Pop()->path == DatagramPath{kBase, late});
  CHECK(room.queue.Pop()->path == DatagramPath{second, late});
  CHECK_FALSE(room.queue.Pop());
}

TEST_CASE("More servers than an agent asks are refused") {
  Room room;  // With two already.
  SocketAddress server = kServer;
  for (int i = 0; i < 2; ++i) {
    ++server.port;
    CHECK(room.gathering->AddServer(server, room.ids, room.queue, kStart));
  }
  ++server.port;
  const Status added = room.gathering->AddServer(server, room.ids, room.queue, kStart);
  REQUIRE_FALSE(added);
  CHECK(added.error().code == ErrorCode::kLimit);
}

TEST_CASE("Candidates are told once, and again after a restart, without those that are gone") {
  Room room;
  CHECK(room.Answer(kSeen));
  CHECK(room.Found().size() == 2);
  CHECK(room.Found().empty());
  room.gathering->Repeat();
  CHECK(room.Found().size() == 2);
  room.gathering->RemoveBase(kBase);
  room.gathering->Repeat();
  CHECK(room.Found().empty());
  CHECK_FALSE(room.gathering->deadline().is_finite());
}

TEST_CASE("Dear networks, IPv4 and long ways to a relay rank lower") {
  const IpAddress v4 = IpAddress::V4(10, 0, 0, 1);
  const IpAddress v6 = *IpAddress::Parse("2001:db8::1");
  const auto rank = [](std::uint16_t cost, const IpAddress& ip, TurnTransport way) {
    return Gathering::LocalPreference(cost, ip, way, 0);
  };
  CHECK(rank(0, v6, TurnTransport::kUdp) > rank(0, v4, TurnTransport::kUdp));
  CHECK(rank(0, v4, TurnTransport::kUdp) > rank(10, v6, TurnTransport::kUdp));
  CHECK(rank(999, v4, TurnTransport::kUdp) > rank(0, v6, TurnTransport::kTcp));
  CHECK(rank(999, v4, TurnTransport::kTcp) > rank(0, v6, TurnTransport::kTls));
}

}  // namespace
}  // namespace onair::ice
