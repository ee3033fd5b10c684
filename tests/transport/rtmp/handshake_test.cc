// SPDX-License-Identifier: Apache-2.0
#include "transport/rtmp/handshake.h"

#include <catch2/catch.hpp>

#include "tests/laws/machine_laws.h"
#include "tests/support/print_units.h"

namespace onair::rtmp {
namespace {

static_assert(Machine<ClientHandshake> && Machine<ServerHandshake>);

constexpr Timestamp kStart = Timestamp::Zero();
constexpr TimeDelta kTimeout = TimeDelta::Seconds(5);
constexpr std::size_t kFlight = 1 + 2 * kHandshakeBlock;

std::unique_ptr<ClientHandshake> Client(HandshakeStart start = HandshakeStart::kPatient) {
  Rng rng(1);
  return std::make_unique<ClientHandshake>(start, kTimeout, rng, kStart);
}
std::unique_ptr<ServerHandshake> Server() {
  Rng rng(2);
  return std::make_unique<ServerHandshake>(kTimeout, rng, kStart);
}

template <typename M>
Bytes Sent(M& machine) {
  auto out = machine.Poll();
  auto* transmit = std::get_if<Transmit>(&out);
  return transmit ? transmit->bytes : Bytes{};
}

template <typename T, typename M>
bool Says(M& machine) {
  auto out = machine.Poll();
  auto* event = std::get_if<typename M::Event>(&out);
  return event != nullptr && std::holds_alternative<T>(*event);
}

Bytes ServerFlight() {
  Bytes flight(kFlight);
  for (std::size_t i = 0; i < flight.size(); ++i) flight[i] = static_cast<std::uint8_t>(i * 31);
  flight[0] = 3;
  return flight;
}

TEST_CASE("The two handshakes finish against each other") {
  auto client = Client();
  auto server = Server();

  server->HandleBytes(Sent(*client), kStart);
  client->HandleBytes(Sent(*server), kStart);
  const Bytes c2 = Sent(*client);
  server->HandleBytes(c2, kStart);

  CHECK(c2.size() == kHandshakeBlock);
  CHECK(Says<ClientHandshake::Answered>(*client));
  CHECK(Says<ClientHandshake::Done>(*client));
  CHECK(Says<ServerHandshake::Done>(*server));
}

TEST_CASE("C2 leaves when S1 is in, without waiting for S2") {
  auto client = Client();
  Sent(*client);
  const Bytes flight = ServerFlight();

  client->HandleBytes(ByteView(flight).first(1 + kHandshakeBlock), kStart);

  const Bytes c2 = Sent(*client);
  CHECK(c2 == Bytes(flight.begin() + 1, flight.begin() + 1 + kHandshakeBlock));
  CHECK(Says<ClientHandshake::Answered>(*client));
  CHECK(client->Wanted() == kHandshakeBlock);
}

TEST_CASE("An eager client sends C0 C1 C2 at once and no second C2") {
  auto client = Client(HandshakeStart::kEager);
  CHECK(Sent(*client).size() == kFlight);

  client->HandleBytes(ServerFlight(), kStart);

  CHECK(Sent(*client).empty());
}

TEST_CASE("S2 echoes C1, and S0 S1 S2 leave together") {
  auto server = Server();
  Bytes c1 = ServerFlight();
  c1.resize(1 + kHandshakeBlock);

  server->HandleBytes(c1, kStart);

  const Bytes sent = Sent(*server);
  REQUIRE(sent.size() == kFlight);
  CHECK(Bytes(sent.begin() + 1 + kHandshakeBlock, sent.end()) == Bytes(c1.begin() + 1, c1.end()));
}

TEST_CASE("A client that wants the digest form is answered in the plain one") {
  auto server = Server();
  Bytes c1 = ServerFlight();
  c1[5] = 10;  // A Flash version instead of zeros.
  server->HandleBytes(c1, kStart);

  const Bytes sent = Sent(*server);
  REQUIRE(sent.size() == kFlight);
  CHECK(Bytes(sent.begin() + 5, sent.begin() + 9) == Bytes{0, 0, 0, 0});
  CHECK(Says<ServerHandshake::Done>(*server));
}

TEST_CASE("Another protocol version ends the handshake") {
  auto client = Client();
  Sent(*client);
  client->HandleBytes(Bytes{'H'}, kStart);
  CHECK(Says<ClientHandshake::Failed>(*client));

  auto server = Server();
  server->HandleBytes(Bytes{6}, kStart);
  CHECK(Says<ServerHandshake::Failed>(*server));
}

TEST_CASE("The handshake fails exactly at its deadline") {
  auto client = Client();
  Sent(*client);
  client->HandleTimeout(kStart + kTimeout - TimeDelta::Micros(1));
  auto out = client->Poll();
  REQUIRE(std::holds_alternative<Idle>(out));
  CHECK(std::get<Idle>(out).wake_at == kStart + kTimeout);
  CHECK(std::get<Idle>(out).timer == "rtmp.handshake");

  client->HandleTimeout(kStart + kTimeout);
  CHECK(Says<ClientHandshake::Failed>(*client));
}

TEST_CASE("Bytes behind the handshake are not wanted") {
  auto client = Client();
  Bytes more = ServerFlight();
  more.push_back(9);
  client->HandleBytes(more, kStart);
  CHECK(client->Wanted() == 0);
}

TEST_CASE("The handshakes obey the laws of machines") {
  const Bytes flight = ServerFlight();
  laws::Case script{.script = {{TimeDelta::Millis(40), flight}, {TimeDelta::Seconds(1), {}}},
                    .cut_stride = 7};
  SECTION("client") {
    const auto make = [] { return Client(); };
    laws::ExpectAll(make, script);
    laws::ExpectSilentAfterEnd(
        make, script, [](ClientHandshake& m, Timestamp now) { m.HandleBytes(Bytes{9}, now); });
  }
  SECTION("eager client") {
    laws::ExpectAll([] { return Client(HandshakeStart::kEager); }, script);
  }
  SECTION("server") {
    const auto make = [] { return Server(); };
    laws::ExpectAll(make, script);
    laws::ExpectSilentAfterEnd(
        make, script, [](ServerHandshake& m, Timestamp now) { m.HandleBytes(Bytes{9}, now); });
  }
}

}  // namespace
}  // namespace onair::rtmp
