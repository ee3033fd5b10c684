// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <string>

#include "platform/runtime/byte_stream.h"
#include "tests/platform/runtime/runtime_world.h"
#include "tests/transport/tls/test_certificates.h"

namespace onair::runtime {
namespace {

using namespace test;

const tls::test::CertificateFiles& Files() {
  static const tls::test::CertificateFiles files(tls::test::CertificateOptions{});
  return files;
}

TcpListenerConfig Secured(const tls::test::CertificateFiles& files = Files()) {
  TcpListenerConfig config;
  const auto identity = tls::ServerIdentity::Load(files.chain_file, files.key_file);
  ONAIR_CHECK(identity.has_value());
  config.tls = tls::ServerConfig{.identity = *identity};
  return config;
}

ByteStreamConfig Trusting(const std::map<std::string, std::vector<std::string>>& table = {}) {
  ByteStreamConfig config;
  config.ca_file = Files().ca_file;
  config.resolver = std::make_shared<TableResolver>(table);
  return config;
}

TEST_CASE("Megabytes pass a TLS echo, whole and in order") {
  Server server(Echo, Secured());
  Client client(Trusting());
  constexpr std::size_t kTotal = 3 * 1024 * 1024;
  std::uint64_t sent = Hash({});
  client.listener.then_connected = [&] {
    for (std::size_t i = 0; i < kTotal / 4096; ++i) {
      Bytes piece(4096, static_cast<std::uint8_t>(i * 31));
      sent = Hash(piece, sent);
      client.stream->Write(std::move(piece));
    }
  };
  client.Open(server.endpoint(Security::kTls));
  REQUIRE(client.listener.told.Wait([](const Told& t) { return t.bytes == kTotal || t.closed; }));
  CHECK(client.listener.told.Get().hash == sent);
  CHECK(client.listener.told.Get().tcp_connected == 1);
}

TEST_CASE("A TLS stream says goodbye properly and loses nothing") {
  Server server(Silent, Secured());
  Client client(Trusting());
  client.listener.then_connected = [&] {
    client.stream->Write(Bytes(2'000'000, 5));
    client.stream->CloseAfterFlush(TimeDelta::Seconds(15));
  };
  client.Open(server.endpoint(Security::kTls));
  REQUIRE(client.listener.WaitClosed());
  CHECK(client.listener.closed_with() == ErrorCode::kPeerClosed);
  RecordingListener& served = server.first();
  REQUIRE(served.WaitClosed());
  CHECK(served.closed_with() == ErrorCode::kPeerClosed);
  CHECK(served.told.Get().bytes == 2'000'000);
}

TEST_CASE("A certificate for another host is refused") {
  Server server(Silent, Secured());
  Client client(Trusting({{"other.test", {"127.0.0.1"}}}));
  client.Open({"other.test", server.port, Security::kTls});
  REQUIRE(client.listener.WaitClosed());
  CHECK(client.listener.closed_with() == ErrorCode::kTlsNameMismatch);
  CHECK(client.listener.told.Get().connected == 0);
}

TEST_CASE("The right name is accepted, also when it is resolved to a loopback address") {
  Server server(Silent, Secured());
  Client client(Trusting({{"edge.test", {"127.0.0.1"}}}));
  client.Open({"edge.test", server.port, Security::kTls});
  CHECK(client.listener.WaitConnected());
}

TEST_CASE("A certificate of an unknown issuer is refused unless verification is off") {
  const tls::test::CertificateFiles strangers(tls::test::CertificateOptions{});
  Server server(Silent, Secured(strangers));
  Client client(Trusting());
  client.Open(server.endpoint(Security::kTls));
  REQUIRE(client.listener.WaitClosed());
  CHECK(client.listener.closed_with() == ErrorCode::kTlsUntrusted);

  ByteStreamConfig careless = Trusting();
  careless.verify = tls::VerifyPeer::kNo;
  Client other(careless);
  other.Open(server.endpoint(Security::kTls));
  CHECK(other.listener.WaitConnected());
}

TEST_CASE("The second TLS connection to a server resumes the first, with other trust it does not") {
  const tls::test::CertificateFiles files;
  ByteStreamConfig config;
  config.ca_file = files.ca_file;
  Server server(Echo, Secured(files));
  const auto is_resumed = [&](const ByteStreamConfig& with) {
    Client client(with);
    client.listener.then_connected = [&] { client.stream->Write(Bytes(1, 'x')); };
    client.Open(server.endpoint(Security::kTls));
    // The echo comes behind the server's tickets.
    REQUIRE(client.listener.told.Wait([](const Told& t) { return t.bytes == 1 || t.closed; }));
    bool answer = false;
    client.On([&] { answer = client.stream->stats().is_tls_resumed; });
    return answer;
  };
  CHECK_FALSE(is_resumed(config));
  CHECK(is_resumed(config));

  ByteStreamConfig careless = config;
  careless.verify = tls::VerifyPeer::kNo;
  CHECK_FALSE(is_resumed(careless));

  // What was taken without verification is no passport where it is asked for.
  const tls::test::CertificateFiles strangers;
  ByteStreamConfig strict;
  strict.ca_file = strangers.ca_file;
  Client client(strict);
  client.Open(server.endpoint(Security::kTls));
  REQUIRE(client.listener.WaitClosed());
  CHECK(client.listener.closed_with() == ErrorCode::kTlsUntrusted);
}

TEST_CASE("A TLS handshake that gets no answer ends at its timeout") {
  Server server(Silent);  // Plain, and silent.
  ByteStreamConfig config = Trusting();
  config.handshake_timeout = TimeDelta::Millis(80);
  Client client(config);
  client.Open(server.endpoint(Security::kTls));
  REQUIRE(client.listener.WaitClosed());
  CHECK(client.listener.closed_with() == ErrorCode::kTimeout);
}

TEST_CASE("A peer that speaks no TLS fails the handshake") {
  Server server([](Server& s, ByteStream& stream, RecordingListener& listener) {
    listener.then_connected = [&stream] { stream.Write(Bytes(1000, 'x')); };
    Silent(s, stream, listener);
  });
  Client client(Trusting());
  client.Open(server.endpoint(Security::kTls));
  REQUIRE(client.listener.WaitClosed());
  CHECK(client.listener.closed_with() == ErrorCode::kTlsHandshake);
}

TEST_CASE("A TLS connection that is cut without goodbye counts as lost") {
  Server server(Silent, Secured());
  Client client(Trusting());
  client.Open(server.endpoint(Security::kTls));
  REQUIRE(client.listener.WaitConnected());
  REQUIRE(server.first().WaitConnected());
  server.loop.RunAndWait([&] { server.streams.front()->stream->Abort(); });
  REQUIRE(client.listener.WaitClosed());
  CHECK(client.listener.closed_with() == ErrorCode::kConnectionLost);
}

}  // namespace
}  // namespace onair::runtime
