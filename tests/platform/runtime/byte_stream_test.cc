// SPDX-License-Identifier: Apache-2.0
#include "platform/runtime/byte_stream.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cerrno>
#include <string>

#include "core/base/rng.h"
#include "platform/runtime/socket_facts.h"
#include "tests/platform/runtime/runtime_world.h"

namespace onair::runtime {
namespace {

using namespace test;

ByteStreamConfig WithTable(std::map<std::string, std::vector<std::string>> table) {
  ByteStreamConfig config;
  config.resolver = std::make_shared<TableResolver>(std::move(table));
  return config;
}

// Sends `total` random bytes in pieces of all sizes; answers their hash. Loop thread.
std::uint64_t SendRandom(ByteStream& stream, std::size_t total, std::uint64_t seed) {
  Rng rng(seed);
  std::uint64_t hash = Hash({});
  for (std::size_t sent = 0; sent < total;) {
    Bytes piece = rng.TakeBytes(std::min(total - sent, std::size_t(1 + rng.Below(40'000))));
    sent += piece.size();
    hash = Hash(piece, hash);
    switch (rng.Below(3)) {
      case 0:
        stream.Write(std::move(piece));
        break;
      case 1:
        stream.Write(Buffer::Own(std::move(piece)));
        break;
      default:
        stream.Write(ByteView(piece));
        std::fill(piece.begin(), piece.end(), std::uint8_t{0});  // It was lent for the call.
        break;
    }
  }
  return hash;
}

TEST_CASE("Megabytes go both ways at once, whole and in order") {
  constexpr std::size_t kTotal = 6 * 1024 * 1024;
  std::uint64_t server_sent = 0;
  Server server([&](Server& s, ByteStream& stream, RecordingListener& listener) {
    listener.then_connected = [&] { server_sent = SendRandom(stream, kTotal, 2); };
    Silent(s, stream, listener);
  });
  std::uint64_t client_sent = 0;
  Client client;
  client.listener.then_connected = [&] { client_sent = SendRandom(*client.stream, kTotal, 1); };
  client.Open(server.endpoint());

  const auto all = [](const Told& t) { return t.bytes == kTotal || t.closed > 0; };
  REQUIRE(client.listener.told.Wait(all));
  RecordingListener& served = server.first();
  REQUIRE(served.told.Wait(all));
  CHECK(client.listener.told.Get().hash == server_sent);
  CHECK(served.told.Get().hash == client_sent);
  const Told told = client.listener.told.Get();
  CHECK(told.resolved == 1);
  CHECK(told.tcp_connected == 1);
  CHECK(told.connected == 1);
  CHECK(client.listener.told.Wait([](const Told& t) { return t.unsent == DataSize::Zero(); }));
  client.On([&] {
    CHECK(client.stream->stats().bytes_written.bytes() == std::int64_t(kTotal));
    CHECK(client.stream->stats().bytes_read.bytes() == std::int64_t(kTotal));
    CHECK(client.stream->peer() == "127.0.0.1:" + std::to_string(server.port));
  });
}

TEST_CASE("An echo returns what was sent") {
  Server server(Echo);
  std::uint64_t sent = 0;
  Client client;
  client.listener.then_connected = [&] { sent = SendRandom(*client.stream, 3'000'000, 3); };
  client.Open(server.endpoint());
  REQUIRE(client.listener.told.Wait([](const Told& t) { return t.bytes == 3'000'000; }));
  CHECK(client.listener.told.Get().hash == sent);
}

TEST_CASE("A port where nobody listens is refused with the system's number") {
  Client client;
  client.Open({"127.0.0.1", DeadPort(), Security::kPlain});
  REQUIRE(client.listener.WaitClosed());
  CHECK(client.listener.closed_with() == ErrorCode::kConnectRefused);
  CHECK(client.listener.told.Get().error->native_code == ECONNREFUSED);
  CHECK(client.listener.told.Get().connected == 0);
}

// Where the server's first client comes from, without the port.
std::string SeenFrom(Server& server) {
  static_cast<void>(server.first());
  std::string peer;
  server.loop.RunAndWait([&] { peer = server.streams.front()->stream->peer(); });
  return peer.substr(0, peer.rfind(':'));
}

TEST_CASE("A connection begins at the local address it was given") {
  Server server(Silent);
  Endpoint endpoint = server.endpoint();
  endpoint.from = IpAddress::V4(127, 0, 0, 2);
  Client client;
  client.Open(endpoint);

  REQUIRE(client.listener.WaitConnected());
  CHECK(SeenFrom(server) == "127.0.0.2");
}

TEST_CASE("A local address that this device does not have fails the connection") {
  Server server(Silent);
  Endpoint endpoint = server.endpoint();
  endpoint.from = IpAddress::V4(203, 0, 113, 9);  // RFC 5737: for documentation.
  Client client;
  client.Open(endpoint);

  REQUIRE(client.listener.WaitClosed());
  CHECK(client.listener.closed_with() == ErrorCode::kLocalAddress);
  CHECK(client.listener.told.Get().error->detail.ends_with("203.0.113.9"));
  CHECK(client.listener.told.Get().error->native_code == EADDRNOTAVAIL);
  CHECK(server.stats().accepted == 0);
}

TEST_CASE("Of a name's addresses only those of the local address's family are tried") {
  Server server(Silent);
  ByteStreamConfig config = WithTable({{"two.test", {"::1", "127.0.0.1"}}, {"six.test", {"::1"}}});
  Endpoint endpoint{"two.test", server.port, Security::kPlain};
  endpoint.from = IpAddress::V4(127, 0, 0, 2);
  Client client(config);
  client.Open(endpoint);
  REQUIRE(client.listener.WaitConnected());
  client.On([&] { CHECK(client.stream->stats().connect_attempts == 1); });

  endpoint.host = "six.test";
  Client other(config);
  other.Open(endpoint);
  REQUIRE(other.listener.WaitClosed());
  CHECK(other.listener.closed_with() == ErrorCode::kLocalAddress);
  other.On([&] { CHECK(other.stream->stats().connect_attempts == 0); });
}

TEST_CASE("A name that does not exist fails to resolve") {
  Client client;
  client.Open({"no-such-host.invalid", 1, Security::kPlain});
  REQUIRE(client.listener.WaitClosed());
  CHECK(client.listener.closed_with() == ErrorCode::kResolveFailed);
  CHECK(client.listener.told.Get().resolved == 0);
}

TEST_CASE("A name is resolved by the system's resolver") {
  Server server(Silent);
  Client client;
  client.Open({"localhost", server.port, Security::kPlain});
  CHECK(client.listener.WaitConnected());
}

TEST_CASE("A resolver that never answers is given up at the resolve timeout") {
  ByteStreamConfig config = WithTable({});
  config.resolve_timeout = TimeDelta::Millis(30);
  Client client(config);
  client.Open({"hangs.test", 1, Security::kPlain});
  REQUIRE(client.listener.WaitClosed());
  CHECK(client.listener.closed_with() == ErrorCode::kResolveFailed);
}

TEST_CASE("An address that swallows every packet times out") {
  RawServer hole(INADDR_LOOPBACK, 0, 0);
  hole.BecomeBlackHole();
  ByteStreamConfig config;
  config.connect_timeout = TimeDelta::Millis(150);
  Client client(config);
  const Timestamp start = Now();
  client.Open(hole.endpoint());
  REQUIRE(client.listener.WaitClosed());
  CHECK(client.listener.closed_with() == ErrorCode::kConnectTimeout);
  CHECK(*client.listener.told.Get().closed_at - start >= TimeDelta::Millis(150));
}

TEST_CASE("A dead first address costs one attempt delay, not the connect timeout") {
  Server server(Silent);
  RawServer hole(INADDR_LOOPBACK + 1, server.port, 0);  // 127.0.0.2, the same port.
  hole.BecomeBlackHole();
  ByteStreamConfig config = WithTable({{"two.test", {"127.0.0.2", "127.0.0.1"}}});
  config.attempt_delay = TimeDelta::Millis(40);
  config.connect_timeout = TimeDelta::Seconds(60);
  Client client(config);
  const Timestamp start = Now();
  client.Open({"two.test", server.port, Security::kPlain});
  REQUIRE(client.listener.WaitConnected());
  CHECK(Now() - start >= TimeDelta::Millis(40));
  client.On([&] {
    CHECK(client.stream->stats().connect_attempts == 2);
    CHECK(client.stream->peer() == "127.0.0.1:" + std::to_string(server.port));
  });
}

TEST_CASE("A refused first address does not even cost the attempt delay") {
  Server server(Silent);
  ByteStreamConfig config = WithTable({{"two.test", {"127.0.0.3", "127.0.0.1"}}});
  config.attempt_delay = TimeDelta::Seconds(2);
  Client client(config);
  const Timestamp start = Now();
  client.Open({"two.test", server.port, Security::kPlain});
  REQUIRE(client.listener.WaitConnected());
  CHECK(Now() - start < TimeDelta::Seconds(2));
}

TEST_CASE("A peer that never reads makes the backlog grow and abort still returns at once") {
  Server server(NeverRead);
  Client client;
  client.Open(server.endpoint());
  REQUIRE(client.listener.WaitConnected());
  constexpr std::int64_t kTotal = 12 * 1024 * 1024;
  client.On([&] { client.stream->Write(Bytes(kTotal, 7)); });

  // Whatever the kernels' buffers hold (some MB on loopback), most of it waits here.
  REQUIRE(client.listener.told.Wait([](const Told& t) { return t.reports >= 4; }));
  CHECK(client.listener.told.Get().unsent.bytes() > kTotal / 4);
  TimeDelta took = TimeDelta::Zero();
  client.On([&] {
    const Timestamp start = Now();
    client.stream->Abort();
    took = Now() - start;
    CHECK_FALSE(client.stream->is_open());
    CHECK(client.stream->unsent() == DataSize::Zero());
  });
  CHECK(took < TimeDelta::Millis(100));
  CHECK(client.listener.told.Get().closed == 0);
}

TEST_CASE("The backlog is told at once and again at the interval while it lasts") {
  Server server(NeverRead);
  ByteStreamConfig config;
  config.unsent_interval = TimeDelta::Millis(10);
  Client client(config);
  client.Open(server.endpoint());
  REQUIRE(client.listener.WaitConnected());
  client.On([&] { client.stream->Write(Bytes(100, 7)); });
  REQUIRE(client.listener.told.Wait([](const Told& t) { return t.reports >= 1; }));
  CHECK(client.listener.told.Wait([](const Told& t) { return t.unsent == DataSize::Zero(); }));

  client.On([&] { client.stream->Write(Bytes(12'000'000, 7)); });
  const int before = client.listener.told.Get().reports;
  CHECK(client.listener.told.Wait([&](const Told& t) { return t.reports >= before + 10; }));
}

TEST_CASE(
    "A drained kernel is told at once where reports are prompt, without waiting for a timer") {
  Server server(NeverRead);
  ByteStreamConfig config;
  config.unsent_interval = TimeDelta::Seconds(10);
  config.unsent_reports = UnsentReports::kPrompt;
  Client client(config);
  client.Open(server.endpoint());
  REQUIRE(client.listener.WaitConnected());
  client.On([&] { client.stream->LimitKernelUnsent(DataSize::Kibibytes(8)); });
  // Nothing waits here: the kernels hold all of it.
  const auto is_full = [&] {
    bool is = false;
    client.On([&] { is = *client.stream->facts()->unsent >= DataSize::Kibibytes(4); });
    return is;
  };
  for (int i = 0; i < 10'000 && !is_full(); ++i) {
    client.On([&] { client.stream->Write(Bytes(4096, 7)); });
  }
  REQUIRE(
      client.listener.told.Wait([](const Told& t) { return t.unsent >= DataSize::Kibibytes(4); }));

  static_cast<void>(server.first());  // Accepted: the kernel connects before the server looks.
  const Timestamp start = Now();
  server.loop.RunAndWait([&] {
    auto& held = *server.streams.front();
    held.stream->Attach(held.listener);
  });
  CHECK(client.listener.told.Wait([](const Told& t) { return t.unsent < DataSize::Kibibytes(4); }));
  CHECK(Now() - start < TimeDelta::Seconds(5));
}

TEST_CASE("Writing past the queue limit closes the stream") {
  Server server(NeverRead);
  ByteStreamConfig config;
  config.queue_limit = DataSize::Kibibytes(64);
  Client client(config);
  client.Open(server.endpoint());
  REQUIRE(client.listener.WaitConnected());
  client.On([&] {
    for (int i = 0; i < 2000; ++i) client.stream->Write(Bytes(32 * 1024, 7));
    CHECK(client.listener.told.Get().closed == 0);  // Never from inside a call.
  });
  REQUIRE(client.listener.WaitClosed());
  CHECK(client.listener.closed_with() == ErrorCode::kTimeout);  // Worth a reconnect.
  client.On([&] {
    CHECK(client.stream->stats().queued_max <= config.queue_limit);
    CHECK(client.stream->stats().bytes_dropped > DataSize::Zero());
  });
}

TEST_CASE("Closing after a flush loses nothing, however much waits") {
  Server server(Silent);
  Client client;
  std::uint64_t sent = 0;
  client.listener.then_connected = [&] {
    sent = SendRandom(*client.stream, 10'000'000, 4);
    client.stream->CloseAfterFlush(TimeDelta::Seconds(15));
    client.stream->Write(Bytes(10, 0));  // Too late: dropped.
  };
  const Timestamp start = Now();
  client.Open(server.endpoint());
  REQUIRE(client.listener.WaitClosed());
  CHECK(Now() - start < TimeDelta::Seconds(15));  // By the peer's goodbye, not by the deadline.
  CHECK(client.listener.closed_with() == ErrorCode::kPeerClosed);
  RecordingListener& served = server.first();
  REQUIRE(served.WaitClosed());
  CHECK(served.closed_with() == ErrorCode::kPeerClosed);
  CHECK(served.told.Get().bytes == 10'000'000);
  CHECK(served.told.Get().hash == sent);
}

TEST_CASE("Closing after a flush gives up at its deadline when the peer does not read") {
  Server server(NeverRead);
  Client client;
  client.Open(server.endpoint());
  REQUIRE(client.listener.WaitConnected());
  const Timestamp start = Now();
  client.On([&] {
    client.stream->Write(Bytes(12'000'000, 7));
    client.stream->CloseAfterFlush(TimeDelta::Millis(50));
  });
  REQUIRE(client.listener.WaitClosed());
  CHECK(client.listener.closed_with() == ErrorCode::kTimeout);
  CHECK(*client.listener.told.Get().closed_at - start >= TimeDelta::Millis(50));
}

TEST_CASE("A peer that said goodbye first still gets everything that is flushed") {
  RawServer raw;
  Client client;
  client.Open(raw.endpoint());
  const int fd = raw.Accept();
  REQUIRE(client.listener.WaitConnected());
  constexpr std::size_t kTotal = 8'000'000;
  client.On([&] {
    client.stream->Write(Bytes(kTotal, 7));
    client.stream->CloseAfterFlush(TimeDelta::Seconds(15));
  });
  shutdown(fd, SHUT_WR);
  Bytes part(100'000);
  std::size_t received = 0;
  for (ssize_t count = 1; count > 0; received += static_cast<std::size_t>(count)) {
    count = read(fd, part.data(), part.size());
    REQUIRE(count >= 0);
  }
  close(fd);
  CHECK(received == kTotal);
  REQUIRE(client.listener.WaitClosed());
  CHECK(client.listener.closed_with() == ErrorCode::kPeerClosed);
}

TEST_CASE("Closing before the connection stands ends at once") {
  RawServer hole(INADDR_LOOPBACK, 0, 0);
  hole.BecomeBlackHole();
  Client client;
  client.Open(hole.endpoint());
  client.On([&] { client.stream->CloseAfterFlush(TimeDelta::Seconds(10)); });
  const Timestamp start = Now();
  REQUIRE(client.listener.WaitClosed());
  CHECK(Now() - start < TimeDelta::Seconds(5));
}

TEST_CASE("A peer's reset is a lost connection") {
  RawServer raw;
  Client client;
  client.Open(raw.endpoint());
  const int fd = raw.Accept();
  REQUIRE(client.listener.WaitConnected());
  const linger at_once{1, 0};
  setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close(fd);
  REQUIRE(client.listener.WaitClosed());
  CHECK(client.listener.closed_with() == ErrorCode::kConnectionLost);
  CHECK(client.listener.told.Get().error->native_code == ECONNRESET);
}

TEST_CASE("Writing to a peer that is gone ends the stream and never the program") {
  RawServer raw;
  Client client;
  client.Open(raw.endpoint());
  close(raw.Accept());
  REQUIRE(client.listener.WaitConnected());
  for (int i = 0; i < 1000 && client.listener.told.Get().closed == 0; ++i) {
    client.On([&] { client.stream->Write(Bytes(10'000, 1)); });
  }
  CHECK(client.listener.WaitClosed());
}

TEST_CASE("A peer's goodbye ends the stream in good order after its last bytes") {
  RawServer raw;
  Client client;
  client.Open(raw.endpoint());
  const int fd = raw.Accept();
  REQUIRE(write(fd, "bye", 3) == 3);
  close(fd);
  REQUIRE(client.listener.WaitClosed());
  CHECK(client.listener.closed_with() == ErrorCode::kPeerClosed);
  CHECK(client.listener.told.Get().bytes == 3);
  CHECK(client.listener.told.Get().closed == 1);
}

TEST_CASE("A peer that ended its side gets all that a listener still has to say") {
  // Much more than socket buffers hold, said after the peer's end.
  constexpr std::size_t kTotal = 12 * 1024 * 1024;
  struct Answering final : ByteStreamListener {
    explicit Answering(ByteStream& s) : stream(s) {}
    void OnConnected(Timestamp) override {}
    void OnBytes(ByteView, Timestamp) override {}
    AfterPeerEnd OnPeerEnd(Timestamp) override {
      stream.Write(Bytes(kTotal / 2, 1));
      return AfterPeerEnd::kKeepSending;
    }
    void OnUnsent(DataSize unsent, Timestamp) override {
      if (unsent > DataSize::Zero() || is_done) return;
      is_done = true;
      stream.Write(Bytes(kTotal / 2, 2));
      stream.CloseAfterFlush(TimeDelta::Seconds(15));
    }
    void OnClosed(const Error& error, Timestamp) override {
      closed.Set([&](std::optional<Error>& e) { e = error; });
    }
    ByteStream& stream;
    bool is_done = false;
    Awaited<std::optional<Error>> closed;
  };
  std::unique_ptr<Answering> answering;
  Server server([&](Server&, ByteStream& stream, RecordingListener&) {
    answering = std::make_unique<Answering>(stream);
    stream.Attach(*answering);
  });
  const int client = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(server.port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(connect(client, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0);
  REQUIRE(write(client, "?", 1) == 1);
  shutdown(client, SHUT_WR);
  std::size_t got = 0;
  std::vector<char> piece(64 * 1024);
  for (ssize_t n = 0; (n = read(client, piece.data(), piece.size())) > 0;) {
    got += static_cast<std::size_t>(n);
  }
  close(client);
  CHECK(got == kTotal);
  server.first();  // From here `answering` is seen here too.
  REQUIRE(answering->closed.Wait([](const std::optional<Error>& e) { return e.has_value(); }));
  CHECK(answering->closed.Get()->code == ErrorCode::kPeerClosed);
}

TEST_CASE("A peer that is wholly gone ends a stream that keeps sending") {
  struct Keeping final : ByteStreamListener {
    explicit Keeping(ByteStream& s) : stream(s) {}
    void OnConnected(Timestamp) override {}
    void OnBytes(ByteView, Timestamp) override {}
    AfterPeerEnd OnPeerEnd(Timestamp) override {
      ended.Set([](int& n) { ++n; });
      return AfterPeerEnd::kKeepSending;
    }
    void OnClosed(const Error& error, Timestamp) override {
      closed.Set([&](std::optional<Error>& e) { e = error; });
    }
    ByteStream& stream;
    Awaited<int> ended;
    Awaited<std::optional<Error>> closed;
  };
  std::unique_ptr<Keeping> keeping;
  Server server([&](Server&, ByteStream& stream, RecordingListener&) {
    keeping = std::make_unique<Keeping>(stream);
    stream.Attach(*keeping);
  });
  {
    Client client;
    client.Open(server.endpoint());
    REQUIRE(client.listener.WaitConnected());
  }
  server.first();
  REQUIRE(keeping->ended.Wait([](int n) { return n == 1; }));
  const Timestamp deadline = Now() + kPatience;
  while (!keeping->closed.Get() && Now() < deadline) {
    server.loop.RunAndWait([&] { keeping->stream.Write(Bytes(100, 1)); });
  }
  REQUIRE(keeping->closed.Get());
  CHECK(keeping->closed.Get()->code == ErrorCode::kConnectionLost);
}

TEST_CASE("A stream may be destroyed inside each of its callbacks") {
  Server server([](Server& s, ByteStream& stream, RecordingListener& listener) {
    listener.then_connected = [&stream] { stream.Write(Bytes(100'000, 1)); };
    Silent(s, stream, listener);
  });
  for (const bool on_bytes : {false, true}) {
    Client client;
    Awaited<bool> gone;
    const auto destroy = [&] {
      client.stream.reset();
      gone.Set([](bool& g) { g = true; });
    };
    if (on_bytes) {
      client.listener.then_bytes = [&](ByteView) { destroy(); };
    } else {
      client.listener.then_connected = destroy;
    }
    client.Open(server.endpoint());
    REQUIRE(gone.Wait([](bool g) { return g; }));
    client.On([] {});
    CHECK(client.listener.told.Get().closed == 0);
  }
}

TEST_CASE("What is written outside the open state is dropped and counted") {
  Client client;
  client.On([&] {
    client.stream->Write(Bytes(10, 0));
    CHECK(client.stream->stats().bytes_dropped == DataSize::Bytes(10));
    CHECK_FALSE(client.stream->facts());
    CHECK(client.stream->unsent() == DataSize::Zero());
  });
}

TEST_CASE("The kernel tells the round trip and the true backlog of a connection") {
  Server server(Echo);
  Client client;
  client.listener.then_connected = [&] { client.stream->Write(Bytes(1000, 1)); };
  client.Open(server.endpoint());
  REQUIRE(client.listener.told.Wait([](const Told& t) { return t.bytes == 1000; }));
  client.On([&] {
    const auto info = client.stream->facts();
    REQUIRE(info);
    REQUIRE(info->rtt);
    CHECK(*info->rtt > TimeDelta::Zero());
    CHECK(*info->rtt < TimeDelta::Seconds(1));
    REQUIRE(info->unsent);
    CHECK(*info->unsent == DataSize::Zero());
    REQUIRE(info->unacked);
    CHECK(*info->unacked == DataSize::Zero());
    REQUIRE(info->bytes_acked);
    CHECK(*info->bytes_acked >= DataSize::Bytes(1000));
  });
}

TEST_CASE("The kernel keeps little unsent when told so") {
  Server server(NeverRead);
  ByteStreamConfig config;
  Client client(config);
  client.Open(server.endpoint());
  REQUIRE(client.listener.WaitConnected());
  client.On([&] { client.stream->Write(Bytes(12'000'000, 7)); });
  REQUIRE(client.listener.told.Wait([](const Told& t) { return t.reports >= 4; }));
  client.On([&] {
    // One segment may overshoot the mark; loopback segments have up to 64 KiB.
    CHECK(*client.stream->facts()->unsent <= DataSize::Kibibytes(16 + 64));
  });
}

TEST_CASE("Each field of the stream's config is checked against its range") {
  CHECK(ByteStreamConfig{}.Validate());
  const auto refused = [](const char* field, auto change) {
    ByteStreamConfig config;
    change(config);
    INFO(field);
    const Status status = config.Validate();
    REQUIRE_FALSE(status);
    CHECK(status.error().detail == std::string("ByteStreamConfig.") + field);
  };
  refused("resolve_timeout", [](auto& c) { c.resolve_timeout = TimeDelta::Zero(); });
  refused("connect_timeout", [](auto& c) { c.connect_timeout = TimeDelta::Seconds(121); });
  refused("attempt_delay", [](auto& c) { c.attempt_delay = TimeDelta::Millis(9); });
  refused("queue_limit", [](auto& c) { c.queue_limit = DataSize::Bytes(65535); });
  refused("kernel_unsent_limit", [](auto& c) { c.kernel_unsent_limit = DataSize::Bytes(-1); });
  refused("receive_window", [](auto& c) { c.receive_window = DataSize::Mebibytes(5); });
  refused("unsent_interval", [](auto& c) { c.unsent_interval = TimeDelta::Millis(9); });
  refused("handshake_timeout", [](auto& c) { c.handshake_timeout = TimeDelta::PlusInfinity(); });
}

TEST_CASE("Errors of connect() have one meaning each") {
  CHECK(ConnectErrorCode(ECONNREFUSED) == ErrorCode::kConnectRefused);
  CHECK(ConnectErrorCode(ETIMEDOUT) == ErrorCode::kConnectTimeout);
  CHECK(ConnectErrorCode(ENETUNREACH) == ErrorCode::kUnreachable);
  CHECK(ConnectErrorCode(EMFILE) == ErrorCode::kSocket);
}

}  // namespace
}  // namespace onair::runtime
