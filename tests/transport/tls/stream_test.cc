// SPDX-License-Identifier: Apache-2.0
//
// Client against server in memory. Keys are random, so the laws that compare bytes of two
// runs (cuts, same output) are checked on what arrives instead of what is sent.
#include "transport/tls/stream.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/rng.h"
#include "tests/laws/machine_laws.h"
#include "tests/transport/tls/test_certificates.h"

namespace onair::tls {
namespace {

constexpr Timestamp kStart = Timestamp::Zero();

const test::CertificateFiles& Files() {
  static const test::CertificateFiles files;
  return files;
}

Stream NewServer(const test::CertificateFiles& files = Files()) {
  return Stream::Server({ServerIdentity::Load(files.chain_file, files.key_file).value()}, kStart)
      .value();
}

ClientConfig ConfigFor(const std::string& host, const test::CertificateFiles& files = Files()) {
  return {host, Trust::Load(files.ca_file, VerifyPeer::kYes).value()};
}

// One end with all it said so far.
struct End {
  explicit End(Stream s) : stream(std::move(s)) {}

  Bytes Drain() {
    Bytes sent;
    for (int i = 0; i < 1000; ++i) {
      auto out = stream.Poll();
      if (const auto* idle = std::get_if<Idle>(&out)) {
        wake_at = idle->wake_at;
        return sent;
      }
      if (auto* transmit = std::get_if<Transmit>(&out)) {
        sent.insert(sent.end(), transmit->bytes.begin(), transmit->bytes.end());
        continue;
      }
      auto& event = std::get<Stream::Event>(out);
      if (std::holds_alternative<Stream::Secured>(event)) {
        is_secured = true;
        is_resumed = std::get<Stream::Secured>(event).is_resumed;
      }
      if (auto* given = std::get_if<Stream::Ticket>(&event)) ticket = given->ticket;
      if (auto* part = std::get_if<Stream::Plaintext>(&event)) {
        REQUIRE_FALSE(part->bytes.empty());
        text.append(part->bytes.begin(), part->bytes.end());
      }
      if (auto* closed = std::get_if<Stream::Closed>(&event)) {
        REQUIRE_FALSE(error);
        error = closed->error;
      }
    }
    FAIL("Poll() never settles");
    return sent;
  }

  Stream stream;
  bool is_secured = false;
  bool is_resumed = false;
  std::optional<SessionTicket> ticket;
  std::string text;
  std::optional<Error> error;
  Timestamp wake_at = kStart;
};

struct Pair {
  Pair(Stream c, Stream s) : client(std::move(c)), server(std::move(s)) {}
  explicit Pair(const ClientConfig& config, const test::CertificateFiles& files = Files())
      : Pair(Stream::Client(config, kStart).value(), NewServer(files)) {}

  // Carries bytes both ways, `stride` at a time, until both are quiet.
  void Run(std::size_t stride = 1 << 20) {
    for (int round = 0; round < 100; ++round) {
      const Bytes up = client.Drain();
      const Bytes down = server.Drain();
      if (up.empty() && down.empty()) return;
      Carry(up, server, stride);
      Carry(down, client, stride);
    }
    FAIL("the two never settle");
  }
  static void Carry(ByteView bytes, End& to, std::size_t stride) {
    for (std::size_t at = 0; at < bytes.size(); at += stride) {
      to.stream.HandleBytes(bytes.subspan(at, std::min(stride, bytes.size() - at)), kStart);
    }
  }

  End client;
  End server;
};

ByteView View(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

ErrorCode ClientFault(const ClientConfig& config, const test::CertificateFiles& files) {
  Pair pair(config, files);
  pair.Run();
  CHECK_FALSE(pair.client.is_secured);
  CHECK_FALSE(pair.server.is_secured);
  REQUIRE(pair.server.error);
  CHECK(pair.server.error->code == ErrorCode::kTlsHandshake);
  REQUIRE(pair.client.error);
  INFO(ToString(*pair.client.error));
  CHECK_FALSE(pair.client.error->detail.empty());
  return pair.client.error->code;
}

TEST_CASE("TLS carries text both ways once both ends are secured") {
  Pair pair(ConfigFor("edge.test"));
  pair.Run();
  REQUIRE(pair.client.is_secured);
  REQUIRE(pair.server.is_secured);
  CHECK_FALSE(pair.client.wake_at.is_finite());

  pair.client.stream.Write(View("question"), kStart);
  pair.server.stream.Write(View("answer"), kStart);
  pair.Run();

  CHECK(pair.server.text == "question");
  CHECK(pair.client.text == "answer");
}

TEST_CASE("TLS delivers the same text however its bytes are cut") {
  const std::string text(3000, 'x');
  for (const std::size_t stride : {1, 2, 3, 5, 17, 100, 1369, 1370}) {
    INFO("stride " << stride);
    Pair pair(ConfigFor("edge.test"));
    pair.Run(stride);
    pair.server.stream.Write(View(text), kStart);
    pair.Run(stride);
    REQUIRE(pair.client.text == text);
    REQUIRE_FALSE(pair.client.error);
  }
}

TEST_CASE("TLS carries a megabyte whole, in small records first and in full records later") {
  Pair pair(ConfigFor("edge.test"));
  pair.Run();
  const Bytes payload = Rng(7).TakeBytes(1 << 20);

  pair.server.stream.Write(payload, kStart);
  const Bytes sent = pair.server.Drain();
  pair.client.stream.HandleBytes(sent, kStart);
  pair.client.Drain();

  CHECK(ByteView(Bytes(pair.client.text.begin(), pair.client.text.end())).size() == payload.size());
  CHECK(std::equal(payload.begin(), payload.end(), pair.client.text.begin(),
                   [](std::uint8_t a, char b) { return a == static_cast<std::uint8_t>(b); }));
  // Record header: type, version (2), length (2).
  CHECK((sent[3] << 8 | sent[4]) <= 1448 - 5);
  CHECK(sent.size() < payload.size() + 64 * 1024 / 1370 * 30 + (1 << 20) / 16384 * 30 + 100);
}

TEST_CASE("TLS accepts a certificate for an address and for a wildcard name") {
  Pair by_address(ConfigFor("127.0.0.1"));
  by_address.Run();
  CHECK(by_address.client.is_secured);

  const test::CertificateFiles files({.names = {"DNS:*.edge.test", "IP:::1"}});
  Pair by_wildcard(ConfigFor("live.edge.test", files), files);
  by_wildcard.Run();
  CHECK(by_wildcard.client.is_secured);
  Pair by_ipv6(ConfigFor("::1", files), files);
  by_ipv6.Run();
  CHECK(by_ipv6.client.is_secured);
}

TEST_CASE("TLS refuses a certificate for another name") {
  CHECK(ClientFault(ConfigFor("other.test"), Files()) == ErrorCode::kTlsNameMismatch);
  CHECK(ClientFault(ConfigFor("127.0.0.2"), Files()) == ErrorCode::kTlsNameMismatch);
  CHECK(ClientFault(ConfigFor("deep.edge.test"), Files()) == ErrorCode::kTlsNameMismatch);
}

TEST_CASE("TLS goes by alternative names and never by a certificate's common name") {
  const test::CertificateFiles files({.names = {"IP:127.0.0.1"}, .common_name = "edge.test"});
  CHECK(ClientFault(ConfigFor("edge.test", files), files) == ErrorCode::kTlsNameMismatch);
}

TEST_CASE("TLS does not take a wildcard for a part of a name") {
  const test::CertificateFiles files({.names = {"DNS:ed*.test", "DNS:*"}});
  CHECK(ClientFault(ConfigFor("edge.test", files), files) == ErrorCode::kTlsNameMismatch);
}

TEST_CASE("TLS verifies hosts without their last dot and addresses without their zone") {
  Pair by_full_name(ConfigFor("edge.test."));
  by_full_name.Run();
  CHECK(by_full_name.client.is_secured);
  const test::CertificateFiles files({.names = {"IP:fe80::1"}});
  Pair by_zone(ConfigFor("fe80::1%eth0", files), files);
  by_zone.Run();
  CHECK(by_zone.client.is_secured);
  CHECK(Stream::Client(ConfigFor("."), kStart).error().code == ErrorCode::kInvalidConfig);
}

TEST_CASE("TLS resumes with a ticket, also after a connection that was lost") {
  const auto identity = ServerIdentity::Load(Files().chain_file, Files().key_file).value();
  ClientConfig config = ConfigFor("edge.test");
  const auto connect = [&](const ServerIdentity& to) {
    auto pair = std::make_unique<Pair>(Stream::Client(config, kStart).value(),
                                       Stream::Server({to}, kStart).value());
    pair->Run();
    REQUIRE(pair->client.is_secured);
    return pair;
  };
  auto first = connect(identity);
  CHECK_FALSE(first->client.is_resumed);
  first->client.stream.HandleEnd(kStart);  // No goodbye.
  first->client.Drain();
  REQUIRE(first->client.ticket);
  CHECK(first->client.ticket->is_single_use());
  config.resume = first->client.ticket;
  first.reset();

  const auto second = connect(identity);
  CHECK(second->client.is_resumed);
  CHECK(second->server.is_resumed);
  second->client.stream.Write(View("question"), kStart);
  second->Run();
  CHECK(second->server.text == "question");
  CHECK(second->client.ticket);

  // A server that does not know the ticket, such as a restarted one, verifies anew.
  CHECK_FALSE(connect(ServerIdentity::Load(Files().chain_file, Files().key_file).value())
                  ->client.is_resumed);
}

TEST_CASE("TLS verifies a stranger whatever ticket the client brings") {
  Pair known(ConfigFor("edge.test"));
  known.Run();
  REQUIRE(known.client.ticket);
  const test::CertificateFiles stranger;
  ClientConfig config = ConfigFor("edge.test");
  config.resume = known.client.ticket;
  CHECK(ClientFault(config, stranger) == ErrorCode::kTlsUntrusted);
}

TEST_CASE("TLS refuses a certificate from an unknown authority") {
  const test::CertificateFiles stranger;
  CHECK(ClientFault(ConfigFor("edge.test", Files()), stranger) == ErrorCode::kTlsUntrusted);
  const Trust system = Trust::Load("", VerifyPeer::kYes).value();
  CHECK(ClientFault({"edge.test", system}, Files()) == ErrorCode::kTlsUntrusted);
}

TEST_CASE("TLS refuses a certificate whose time has passed or has not come") {
  const test::CertificateFiles old({.valid_from_s = -7000, .valid_until_s = -60});
  CHECK(ClientFault(ConfigFor("edge.test", old), old) == ErrorCode::kTlsExpired);
  const test::CertificateFiles early({.valid_from_s = 600, .valid_until_s = 7000});
  CHECK(ClientFault(ConfigFor("edge.test", early), early) == ErrorCode::kTlsExpired);
}

TEST_CASE("TLS takes any certificate when the user does not want verification") {
  const test::CertificateFiles stranger({.names = {"DNS:other.test"}, .valid_until_s = -60});
  ClientConfig config = ConfigFor("edge.test");
  config.trust = Trust::Load("/not/read.pem", VerifyPeer::kNo).value();
  Pair pair(config, stranger);
  pair.Run();
  CHECK(pair.client.is_secured);
}

TEST_CASE("TLS tells a goodbye from a truncation") {
  Pair goodbye(ConfigFor("edge.test"));
  goodbye.Run();
  goodbye.server.stream.Write(View("last words"), kStart);
  goodbye.server.stream.Close(kStart);
  goodbye.Run();
  CHECK(goodbye.client.text == "last words");
  REQUIRE(goodbye.client.error);
  CHECK(goodbye.client.error->code == ErrorCode::kPeerClosed);
  goodbye.client.stream.HandleEnd(kStart);  // The socket's end adds nothing.
  goodbye.Run();

  Pair truncated(ConfigFor("edge.test"));
  truncated.Run();
  truncated.client.stream.HandleEnd(kStart);
  truncated.Run();
  REQUIRE(truncated.client.error);
  CHECK(truncated.client.error->code == ErrorCode::kConnectionLost);
}

TEST_CASE("TLS fails the handshake when the peer hangs up in it") {
  Pair pair(ConfigFor("edge.test"));
  pair.client.Drain();
  pair.client.stream.HandleEnd(kStart);
  pair.client.Drain();
  REQUIRE(pair.client.error);
  CHECK(pair.client.error->code == ErrorCode::kTlsHandshake);
}

TEST_CASE("TLS gives a silent peer up exactly at its deadline") {
  End client(Stream::Client(ConfigFor("edge.test"), kStart).value());
  CHECK_FALSE(client.Drain().empty());
  const Timestamp deadline = kStart + TimeDelta::Seconds(10);
  CHECK(client.wake_at == deadline);

  client.stream.HandleTimeout(deadline - TimeDelta::Micros(1));
  client.Drain();
  CHECK_FALSE(client.error);
  client.stream.HandleTimeout(deadline);
  client.Drain();

  REQUIRE(client.error);
  CHECK(client.error->code == ErrorCode::kTimeout);
  CHECK_FALSE(client.wake_at.is_finite());
}

TEST_CASE("TLS ends in a typed error when any byte of the handshake is turned") {
  Pair whole(ConfigFor("edge.test"));
  const Bytes hello = whole.client.Drain();
  whole.server.stream.HandleBytes(hello, kStart);
  const std::size_t size = whole.server.Drain().size();

  // Ends of an ECDSA signature differ in length from run to run: stay clear of the end.
  for (std::size_t at = 0; at + 16 < size; at += 7) {
    INFO("byte " << at);
    Pair pair(ConfigFor("edge.test"));
    pair.server.stream.HandleBytes(pair.client.Drain(), kStart);
    Bytes answer = pair.server.Drain();
    answer[at] ^= 0x55;
    pair.client.stream.HandleBytes(answer, kStart);
    pair.client.Drain();
    CHECK_FALSE(pair.client.is_secured);
    pair.client.stream.HandleEnd(kStart);
    pair.client.Drain();
    REQUIRE(pair.client.error);
    const ErrorCode code = pair.client.error->code;
    CHECK((code == ErrorCode::kTlsHandshake || code == ErrorCode::kTlsUntrusted));
  }
}

TEST_CASE("TLS loses the connection when a byte of a record is turned") {
  Pair pair(ConfigFor("edge.test"));
  pair.Run();
  pair.server.stream.Write(View("secret"), kStart);
  Bytes record = pair.server.Drain();
  record[record.size() / 2] ^= 1;
  pair.client.stream.HandleBytes(record, kStart);
  pair.client.Drain();
  CHECK(pair.client.text.empty());
  REQUIRE(pair.client.error);
  CHECK(pair.client.error->code == ErrorCode::kConnectionLost);
}

TEST_CASE("TLS answers garbage with a typed error at both ends") {
  const std::string_view garbage = "HTTP/1.1 400 Bad Request\r\n\r\n";
  End client(Stream::Client(ConfigFor("edge.test"), kStart).value());
  client.Drain();
  client.stream.HandleBytes(View(garbage), kStart);
  client.Drain();
  REQUIRE(client.error);
  CHECK(client.error->code == ErrorCode::kTlsHandshake);

  End server(NewServer());
  server.stream.HandleBytes(View("GET / HTTP/1.1\r\n\r\n"), kStart);
  server.Drain();
  REQUIRE(server.error);
  CHECK(server.error->code == ErrorCode::kTlsHandshake);
}

TEST_CASE("TLS refuses wrong settings before anything starts") {
  ClientConfig config = ConfigFor("");
  CHECK(Stream::Client(config, kStart).error().code == ErrorCode::kInvalidConfig);
  config = ConfigFor("edge.test");
  config.handshake_timeout = TimeDelta::Zero();
  CHECK(Stream::Client(config, kStart).error().detail.find("handshake_timeout") == 0);
  CHECK(Trust::Load("/no/such/file.pem", VerifyPeer::kYes).error().code ==
        ErrorCode::kFileNotFound);
  CHECK(Trust::Load(Files().key_file, VerifyPeer::kYes).error().code == ErrorCode::kFileRead);
}

TEST_CASE("TLS server identity tells absent files from useless ones") {
  CHECK(ServerIdentity::Load("/no/such/file.pem", Files().key_file).error().code ==
        ErrorCode::kFileNotFound);
  CHECK(ServerIdentity::Load(Files().chain_file, "/no/such/key.pem").error().code ==
        ErrorCode::kFileNotFound);
  CHECK(ServerIdentity::Load(Files().key_file, Files().key_file).error().code ==
        ErrorCode::kFileRead);
  const test::CertificateFiles other;
  CHECK(ServerIdentity::Load(Files().chain_file, other.key_file).error().code ==
        ErrorCode::kFileRead);
}

TEST_CASE("TLS keeps the laws that do not compare random bytes") {
  const auto make = [] {
    return std::make_unique<Stream>(Stream::Client(ConfigFor("edge.test"), kStart).value());
  };
  SECTION("its deadline does not spin") {
    auto client = make();
    laws::Said said;
    const Idle idle = laws::Settle(*client, said, 1000);
    CHECK(idle.timer == "tls.handshake");
    client->HandleTimeout(idle.wake_at);
    CHECK_FALSE(laws::Settle(*client, said, 1000).wake_at.is_finite());
  }
  SECTION("it is silent after its end") {
    const laws::Case script{.script = {{TimeDelta::Millis(10), {22, 3, 3, 0, 4, 1, 0, 0, 0}},
                                       {TimeDelta::Seconds(60), {}}}};
    laws::ExpectSilentAfterEnd(make, script, [](Stream& s, Timestamp now) { s.Close(now); });
    laws::ExpectSilentAfterEnd(
        make, script, [](Stream& s, Timestamp now) { s.HandleBytes(View("garbage"), now); });
  }
}

}  // namespace
}  // namespace onair::tls
