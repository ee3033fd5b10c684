// SPDX-License-Identifier: Apache-2.0
#include "transport/ice/turn_client.h"

#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <vector>

#include "tests/laws/datagram_laws.h"
#include "tests/support/print_units.h"
#include "tests/transport/ice/turn_server_model.h"

namespace onair::ice {
namespace {

using testing::TurnServerModel;

const SocketAddress kClient = *SocketAddress::Parse("10.0.0.2:5000");
const SocketAddress kServer = *SocketAddress::Parse("192.0.2.9:3478");
const SocketAddress kPeer = *SocketAddress::Parse("198.51.100.7:7000");

TurnConfig Config() {
  return {.path = {kClient, kServer}, .username = "user", .password = "secret"};
}

// A client and a server without any delay between them, in virtual time.
struct Room {
  explicit Room(const TurnConfig& config = Config())
      : server(kServer), client(config, Rng(1), Timestamp::Zero()) {
    Settle();
  }

  // Until neither has anything to say.
  void Settle() {
    for (int i = 0; i < 1000; ++i) {
      auto out = client.Poll();
      if (const auto* idle = std::get_if<Idle>(&out)) {
        wake = *idle;
        return;
      }
      if (const auto* transmit = std::get_if<DatagramTransmit>(&out)) {
        sent.emplace_back(transmit->bytes.begin(), transmit->bytes.end());
        if (is_server_silent) continue;
        for (auto& reply : server.OnClient(sent.back(), transmit->path.local)) Route(reply);
      } else {
        Take(std::get<TurnClient::Event>(out));
      }
    }
    FAIL("never settles");
  }
  void Route(const TurnServerModel::Sent& reply) {
    if (reply.path.remote == kClient) {
      client.HandleDatagram({reply.bytes, {kClient, kServer}}, now);
    } else {
      at_peer.push_back(reply);
    }
  }
  void Take(const TurnClient::Event& event) {
    if (const auto* one = std::get_if<TurnClient::Allocated>(&event)) allocated.push_back(*one);
    if (const auto* one = std::get_if<TurnClient::Data>(&event)) {
      data.emplace_back(one->bytes.begin(), one->bytes.end());
    }
    if (const auto* one = std::get_if<TurnClient::PeerRefused>(&event)) refused.push_back(*one);
    if (const auto* one = std::get_if<TurnClient::Closed>(&event)) closed.push_back(one->error);
  }
  void RunUntil(Timestamp end) {
    while (wake.wake_at <= end) {
      now = wake.wake_at;
      client.HandleTimeout(now);
      Settle();
      REQUIRE(wake.wake_at > now);
    }
    now = end;
  }
  void FromPeer(const Bytes& bytes) {
    for (auto& reply : server.OnPeer(bytes, *client.relayed(), kPeer)) Route(reply);
    Settle();
  }

  Timestamp now = Timestamp::Zero();
  Idle wake;
  bool is_server_silent = false;
  TurnServerModel server;
  TurnClient client;
  std::vector<Bytes> sent;
  std::vector<TurnServerModel::Sent> at_peer;
  std::vector<TurnClient::Allocated> allocated;
  std::vector<Bytes> data;
  std::vector<TurnClient::PeerRefused> refused;
  std::vector<Error> closed;
};

const Bytes kHello{'h', 'e', 'l', 'l', 'o'};

TEST_CASE("A TURN client gets its address with the second request") {
  Room room;

  CHECK(room.server.requests == 2);
  REQUIRE(room.allocated.size() == 1);
  CHECK(room.allocated[0].relayed == *SocketAddress::Parse("192.0.2.9:49152"));
  CHECK(room.allocated[0].mapped == kClient);
}

TEST_CASE("A TURN client gets an IPv6 address when it asks for one") {
  TurnConfig config = Config();
  config.relayed_family = IpAddress::Family::kV6;
  Room room(config);

  REQUIRE(room.allocated.size() == 1);
  CHECK_FALSE(room.allocated[0].relayed.ip.is_v4());
}

TEST_CASE("The first bytes to a peer travel behind their permission without a wait") {
  Room room;
  REQUIRE(room.client.Send(kPeer, kHello, room.now));
  room.Settle();

  REQUIRE(room.at_peer.size() == 1);
  CHECK(room.at_peer[0].bytes == kHello);
  CHECK(room.at_peer[0].path.local == *room.client.relayed());
  CHECK(room.server.indications == 1);
}

TEST_CASE("A bound channel carries both directions with four bytes of header") {
  Room room;
  REQUIRE(room.client.BindChannel(kPeer, room.now));
  room.Settle();
  room.sent.clear();
  REQUIRE(room.client.Send(kPeer, kHello, room.now));
  room.Settle();
  room.FromPeer(kHello);

  REQUIRE(room.sent.size() == 1);
  CHECK(room.sent[0].size() == 4 + kHello.size());
  CHECK(room.server.channel_data == 1);
  CHECK(room.data == std::vector<Bytes>{kHello});
}

TEST_CASE("Channel data is padded on a stream") {
  TurnConfig config = Config();
  config.transport = TurnTransport::kTcp;
  Room room(config);
  REQUIRE(room.client.BindChannel(kPeer, room.now));
  room.Settle();
  room.sent.clear();
  REQUIRE(room.client.Send(kPeer, kHello, room.now));
  room.Settle();

  REQUIRE(room.sent.size() == 1);
  CHECK(room.sent[0].size() == 12);
}

TEST_CASE("Data of a peer without a channel comes as an indication") {
  Room room;
  REQUIRE(room.client.Permit(kPeer, room.now));
  room.Settle();
  room.FromPeer(kHello);

  CHECK(room.data == std::vector<Bytes>{kHello});
}

TEST_CASE("Unwrap borrows what is inside and leaves other datagrams alone") {
  Room room;
  REQUIRE(room.client.Permit(kPeer, room.now));
  room.Settle();
  const auto relayed = room.server.OnPeer(kHello, *room.client.relayed(), kPeer);
  REQUIRE(relayed.size() == 1);
  const Bytes& wire = relayed[0].bytes;

  const auto inside = room.client.Unwrap({wire, {kClient, kServer}});
  REQUIRE(inside);
  CHECK(inside->peer == kPeer);
  CHECK(inside->bytes.data() > wire.data());
  CHECK(inside->bytes.data() < wire.data() + wire.size());
  CHECK_FALSE(room.client.Unwrap({wire, {kClient, kPeer}}));
  CHECK_FALSE(room.client.Unwrap({kHello, {kClient, kServer}}));
}

TEST_CASE("Wrong credentials end a TURN client after one more try") {
  TurnConfig config = Config();
  config.password = "wrong";
  Room room(config);

  CHECK(room.server.requests == 2);
  REQUIRE(room.closed.size() == 1);
  CHECK(room.closed[0].code == ErrorCode::kTurnUnauthorized);
  CHECK(room.closed[0].native_code == 401);
  CHECK_FALSE(room.wake.wake_at.is_finite());
}

TEST_CASE("A full server ends a TURN client with its error") {
  Room room;
  TurnConfig config = Config();
  TurnServerModel full(kServer);
  full.refuse_allocations_with = 486;
  TurnClient client(config, Rng(1), Timestamp::Zero());
  std::optional<Error> error;
  for (int i = 0; i < 20; ++i) {
    auto out = client.Poll();
    if (std::holds_alternative<Idle>(out)) break;
    if (const auto* transmit = std::get_if<DatagramTransmit>(&out)) {
      for (auto& reply : full.OnClient(transmit->bytes, kClient)) {
        client.HandleDatagram({reply.bytes, {kClient, kServer}}, Timestamp::Zero());
      }
    } else if (auto* event = std::get_if<TurnClient::Event>(&out)) {
      if (auto* closed = std::get_if<TurnClient::Closed>(event)) error = closed->error;
    }
  }

  REQUIRE(error);
  CHECK(error->code == ErrorCode::kTurnRefused);
  CHECK(error->native_code == 486);
}

TEST_CASE("A stale nonce costs one more round trip and nothing else") {
  Room room;
  room.server.stale_after = 1;
  REQUIRE(room.client.BindChannel(kPeer, room.now));
  room.Settle();
  REQUIRE(room.client.Send(kPeer, kHello, room.now));
  room.Settle();

  CHECK(room.closed.empty());
  CHECK(room.refused.empty());
  CHECK(room.server.channel_data == 1);
}

TEST_CASE("A server that says stale for ever is left") {
  Room room;
  for (int i = 0; i < 100 && room.closed.empty() && room.refused.empty(); ++i) {
    room.server.stale_after = 1;
    static_cast<void>(room.client.Permit(kPeer, room.now));
    for (int answered = 0; answered < 50; ++answered) {
      room.server.stale_after = 1;
      auto out = room.client.Poll();
      if (std::holds_alternative<Idle>(out)) break;
      if (const auto* transmit = std::get_if<DatagramTransmit>(&out)) {
        for (auto& reply : room.server.OnClient(transmit->bytes, kClient)) room.Route(reply);
      } else {
        room.Take(std::get<TurnClient::Event>(out));
      }
    }
  }

  CHECK(room.refused.size() + room.closed.size() == 1);
  CHECK(room.server.requests < 20);
}

TEST_CASE("An allocation, its permissions and channels are kept for an hour") {
  Room room;
  REQUIRE(room.client.BindChannel(kPeer, room.now));
  room.Settle();
  const int before = room.server.requests;
  room.RunUntil(Timestamp::Zero() + TimeDelta::Seconds(3600));
  REQUIRE(room.client.Send(kPeer, kHello, room.now));
  room.Settle();

  CHECK(room.closed.empty());
  CHECK(room.server.refreshes == 6);  // Every 540 s.
  CHECK(room.server.requests - before == 6 + 6 + 15);
  CHECK(room.server.channel_data == 1);
}

TEST_CASE("A silent server is asked seven times over 39.5 s") {
  Room room;
  TurnClient client(Config(), Rng(2), Timestamp::Zero());
  int asked = 0;
  std::optional<Error> error;
  Timestamp now = Timestamp::Zero();
  while (!error) {
    auto out = client.Poll();
    if (const auto* idle = std::get_if<Idle>(&out)) {
      now = idle->wake_at;
      client.HandleTimeout(now);
    } else if (std::holds_alternative<DatagramTransmit>(out)) {
      ++asked;
    } else {
      error = std::get<TurnClient::Closed>(std::get<TurnClient::Event>(out)).error;
    }
  }

  CHECK(asked == 7);
  CHECK(now == Timestamp::Zero() + TimeDelta::Millis(39'500));
  CHECK(error->code == ErrorCode::kTimeout);
}

TEST_CASE("A peer that the server forbids is told once") {
  Room room;
  room.server.refused_peers.insert(kPeer);
  REQUIRE(room.client.Permit(kPeer, room.now));
  room.Settle();
  room.RunUntil(Timestamp::Zero() + TimeDelta::Seconds(500));

  REQUIRE(room.refused.size() == 1);
  CHECK(room.refused[0].peer == kPeer);
  CHECK(room.refused[0].error == 403);
}

TEST_CASE("More peers than the limit are refused") {
  Room room;
  SocketAddress peer = kPeer;
  for (std::size_t i = 0; i < TurnClient::kMaxPeers; ++i) {
    ++peer.port;
    REQUIRE(room.client.Permit(peer, room.now));
    room.Settle();
  }
  const Status over = room.client.Permit(kPeer, room.now);
  REQUIRE_FALSE(over);
  CHECK(over.error().code == ErrorCode::kLimit);

  room.client.Forget(peer);
  CHECK(room.client.Permit(kPeer, room.now));
}

TEST_CASE("A peer that was forgotten is still heard and gets its channel again") {
  Room room;
  REQUIRE(room.client.BindChannel(kPeer, room.now));
  room.Settle();
  room.client.Forget(kPeer);
  room.FromPeer(kHello);
  CHECK(room.data == std::vector<Bytes>{kHello});

  REQUIRE(room.client.Permit(kPeer, room.now));
  room.Settle();
  room.FromPeer(kHello);
  CHECK(room.data.size() == 2);

  REQUIRE(room.client.BindChannel(kPeer, room.now));
  room.Settle();
  REQUIRE(room.client.Send(kPeer, kHello, room.now));
  room.Settle();
  CHECK(room.server.channel_data == 1);
  CHECK(room.refused.empty());
}

TEST_CASE("A peer that is forgotten costs no requests") {
  Room room;
  REQUIRE(room.client.BindChannel(kPeer, room.now));
  room.Settle();
  room.client.Forget(kPeer);
  room.Settle();
  const int before = room.server.requests;
  room.RunUntil(Timestamp::Zero() + TimeDelta::Seconds(3600));

  CHECK(room.server.requests - before == room.server.refreshes);
}

TEST_CASE("Of many forgotten peers the last keep their channels") {
  Room room;
  SocketAddress peer = kPeer;
  for (std::size_t i = 0; i < 3 * TurnClient::kMaxFormerPeers; ++i) {
    ++peer.port;
    REQUIRE(room.client.BindChannel(peer, room.now));
    room.Settle();
    room.client.Forget(peer);
  }
  for (auto& reply : room.server.OnPeer(kHello, *room.client.relayed(), peer)) room.Route(reply);
  room.Settle();
  CHECK(room.data == std::vector<Bytes>{kHello});

  SocketAddress first = kPeer;
  ++first.port;
  for (auto& reply : room.server.OnPeer(kHello, *room.client.relayed(), first)) room.Route(reply);
  room.Settle();
  CHECK(room.data.size() == 1);
}

TEST_CASE("Closing gives the allocation back") {
  Room room;
  room.client.Close(room.now);
  room.Settle();

  CHECK(room.server.released == 1);
  CHECK(room.closed.empty());
  CHECK_FALSE(room.wake.wake_at.is_finite());
}

TEST_CASE("Forged answers change nothing") {
  TurnClient client(Config(), Rng(1), Timestamp::Zero());
  auto out = client.Poll();
  const auto request = StunMessage::Parse(std::get<DatagramTransmit>(out).bytes);
  REQUIRE(request);
  const TransactionId id = request->transaction();
  std::array<std::uint8_t, 200> buffer{};
  const auto forge = [&](const TransactionId& used, std::string_view key, SocketAddress from) {
    StunWriter writer(buffer, StunMethod::kAllocate, StunClass::kSuccess, used);
    writer.XorAddress(StunAttribute::kXorRelayedAddress, kPeer).U32(StunAttribute::kLifetime, 600);
    client.HandleDatagram({writer.Integrity(AsBytes(key)).Finish(), {kClient, from}},
                          Timestamp::Zero());
  };
  forge(TransactionId{}, "", kServer);  // Another id.
  forge(id, "guess", kServer);          // Another key.
  forge(id, "", kPeer);                 // Another address.

  CHECK_FALSE(client.relayed());
  CHECK(client.ignored() == 3);
}

TEST_CASE("A TURN client keeps the laws of datagram machines") {
  const auto make = [] {
    return std::make_unique<TurnClient>(Config(), Rng(1), Timestamp::Zero());
  };
  // The server's side of a whole conversation.
  laws::DatagramCase c;
  c.damage = laws::DatagramCase::Damage::kMayPass;  // Refusals come unsigned.
  {
    Room room;
    TurnServerModel server(kServer);
    auto client = make();
    for (int i = 0; i < 20; ++i) {
      auto out = client->Poll();
      if (std::holds_alternative<Idle>(out)) break;
      const auto* transmit = std::get_if<DatagramTransmit>(&out);
      if (transmit == nullptr) continue;
      for (auto& reply : server.OnClient(transmit->bytes, kClient)) {
        c.script.push_back({TimeDelta::Millis(40), reply.bytes, {kClient, kServer}});
        client->HandleDatagram({reply.bytes, {kClient, kServer}}, Timestamp::Zero());
      }
    }
  }
  REQUIRE(c.script.size() == 2);
  c.script.push_back({TimeDelta::Seconds(700), {}});
  laws::ExpectAllDatagram(make, c);
  laws::ExpectSilentAfterEndDatagram(make, c,
                                     [](TurnClient& client, Timestamp now) { client.Close(now); });
}

TEST_CASE("A TURN configuration out of range is refused by name") {
  const auto refused = [](auto change) {
    TurnConfig config = Config();
    change(config);
    const Status status = config.Validate();
    return status ? std::string("accepted") : status.error().detail;
  };
  CHECK(Config().Validate());
  CHECK(refused([](TurnConfig& c) { c.path.remote.port = 0; }) == "turn.server");
  CHECK(refused([](TurnConfig& c) { c.username.clear(); }) == "turn.username");
  CHECK(refused([](TurnConfig& c) { c.username.assign(509, 'u'); }) == "turn.username");
  CHECK(refused([](TurnConfig& c) { c.password.assign(1025, 'p'); }) == "turn.password");
  CHECK(refused([](TurnConfig& c) { c.rto = TimeDelta::Millis(49); }) == "turn.rto");
}

}  // namespace
}  // namespace onair::ice
