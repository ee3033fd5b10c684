// SPDX-License-Identifier: Apache-2.0
//
// Stopping at every stage of a connection's life: in time, and without leaving anything.
#include <catch2/catch.hpp>
#include <filesystem>
#include <functional>
#include <string>

#include "platform/runtime/byte_stream.h"
#include "tests/platform/runtime/runtime_world.h"

namespace onair::runtime {
namespace {

using namespace test;

constexpr int kRounds = 100;
constexpr TimeDelta kStopWithin = TimeDelta::Millis(500);

std::ptrdiff_t Descriptors() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
}

struct Stage {
  Endpoint endpoint;
  ByteStreamConfig config;
  // Brings the stream to the stage that is to be interrupted.
  std::function<void(Client&)> reach;
};

// Half the rounds stop the loop under the living stream, half destroy the stream first.
void StopOften(const Stage& stage) {
  const auto before = Descriptors();
  for (int round = 0; round < kRounds; ++round) {
    auto client = std::make_unique<Client>(stage.config);
    client->Open(stage.endpoint);
    stage.reach(*client);
    const Timestamp start = Now();
    if (round % 2 == 0) client->loop.Stop();
    client.reset();
    INFO("round " << round);
    REQUIRE(Now() - start < kStopWithin);
  }
  CHECK(Descriptors() <= before + 1);  // A server's last accepted socket may still be open.
}

TEST_CASE("A stream stops in time while its name is being resolved") {
  const auto resolver =
      std::make_shared<TableResolver>(std::map<std::string, std::vector<std::string>>{});
  ByteStreamConfig config;
  config.resolver = resolver;
  StopOften({{"hangs.test", 1, Security::kPlain}, config, [](Client&) {}});
  CHECK(resolver->asked.Get() == kRounds);
}

TEST_CASE("A stream stops in time while the system resolves its name") {
  // The questions' own threads end when the system answers, so descriptors are not counted.
  for (int round = 0; round < kRounds; ++round) {
    auto client = std::make_unique<Client>();
    client->Open({"no-such-host.invalid", 1, Security::kPlain});
    const Timestamp start = Now();
    client.reset();
    REQUIRE(Now() - start < kStopWithin);
  }
}

TEST_CASE("A stream stops in time while it connects") {
  RawServer hole(INADDR_LOOPBACK, 0, 0);
  hole.BecomeBlackHole();
  StopOften({hole.endpoint(), {}, [](Client& client) {
               ONAIR_CHECK(client.listener.told.Wait([](const Told& t) { return t.resolved; }));
             }});
}

TEST_CASE("A stream stops in time while its TLS handshake hangs") {
  RawServer raw(INADDR_LOOPBACK, 0, 4096);
  Endpoint endpoint = raw.endpoint();
  endpoint.security = Security::kTls;
  ByteStreamConfig config;
  config.verify = tls::VerifyPeer::kNo;  // Reading the system's certificates takes long.
  StopOften({endpoint, config, [](Client& client) {
               ONAIR_CHECK(client.listener.told.Wait(
                   [](const Told& t) { return t.tcp_connected > 0 || t.closed > 0; }));
             }});
}

TEST_CASE("A stream stops in time while it is open and quiet") {
  RawServer raw(INADDR_LOOPBACK, 0, 4096);
  StopOften(
      {raw.endpoint(), {}, [](Client& client) { ONAIR_CHECK(client.listener.WaitConnected()); }});
}

TEST_CASE("A stream stops in time with a backlog that nobody reads") {
  RawServer raw(INADDR_LOOPBACK, 0, 4096);
  StopOften({raw.endpoint(), {}, [](Client& client) {
               ONAIR_CHECK(client.listener.WaitConnected());
               client.On([&] { client.stream->Write(Bytes(4'000'000, 1)); });
             }});
}

TEST_CASE("A stream stops in time while it flushes") {
  RawServer raw(INADDR_LOOPBACK, 0, 4096);
  StopOften({raw.endpoint(), {}, [](Client& client) {
               ONAIR_CHECK(client.listener.WaitConnected());
               client.On([&] {
                 client.stream->Write(Bytes(4'000'000, 1));
                 client.stream->CloseAfterFlush(TimeDelta::Seconds(60));
               });
             }});
}

TEST_CASE("A server stops in time while data flows both ways") {
  for (int round = 0; round < 20; ++round) {
    auto server = std::make_unique<Server>(Echo);
    Client client;
    client.listener.then_connected = [&] { client.stream->Write(Bytes(200'000, 1)); };
    client.listener.then_bytes = [&](ByteView in) {
      client.stream->Write(Bytes(in.begin(), in.end()));
    };
    client.Open(server->endpoint());
    REQUIRE(client.listener.told.Wait([](const Told& t) { return t.bytes > 400'000; }));
    const Timestamp start = Now();
    server.reset();
    REQUIRE(Now() - start < kStopWithin);
    CHECK(client.listener.WaitClosed());
  }
}

TEST_CASE("A stream that outlives its loop stays silent and gives its socket back") {
  RawServer raw;
  const auto before = Descriptors();
  RecordingListener listener;
  std::unique_ptr<ByteStream> stream;
  {
    Loop loop("test.short");
    REQUIRE(loop.Start());
    loop.RunAndWait([&] {
      stream = std::make_unique<ByteStream>(loop, ByteStreamConfig{});
      stream->Open(raw.endpoint(), listener);
    });
    REQUIRE(listener.WaitConnected());
  }
  stream->Write(Bytes(10, 1));
  stream.reset();
  CHECK(Descriptors() <= before);
  CHECK(listener.told.Get().closed == 0);
}

}  // namespace
}  // namespace onair::runtime
