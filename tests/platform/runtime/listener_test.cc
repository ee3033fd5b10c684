// SPDX-License-Identifier: Apache-2.0
#include "platform/runtime/listener.h"

#include <dlfcn.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <cerrno>
#include <chrono>
#include <string>
#include <thread>

#include "tests/platform/runtime/runtime_world.h"

namespace {
// What the system call accept4() says in this program; 0 leaves it alone.
std::atomic<int> accept_error{0};
std::atomic<int> accept_calls{0};
}  // namespace

// Stands before the C library's own: some faults of it cannot be brought about otherwise.
extern "C" int accept4(int fd, sockaddr* address, socklen_t* size, int flags) {
  using Accept = int (*)(int, sockaddr*, socklen_t*, int);
  static const auto real = reinterpret_cast<Accept>(dlsym(RTLD_NEXT, "accept4"));
  ++accept_calls;
  if (accept_error == 0) return real(fd, address, size, flags);
  errno = accept_error;
  return -1;
}

namespace onair::runtime {
namespace {

using namespace test;

TEST_CASE("A free port is found, a taken one and a wrong address are refused") {
  Server server(Silent);
  CHECK(server.port != 0);
  Loop loop("test.second");
  REQUIRE(loop.Start());
  loop.RunAndWait([&] {
    const auto listen = [&](const std::string& address, std::uint16_t port) {
      TcpListener listener(loop, {}, [](auto) {});
      return listener.Listen(address, port);
    };
    CHECK(listen("127.0.0.1", server.port).error().code == ErrorCode::kAddressInUse);
    CHECK(listen("localhost", 0).error().code == ErrorCode::kInvalidConfig);
    CHECK(listen("192.0.2.77", 0).error().code == ErrorCode::kSocket);
    CHECK(listen("127.0.0.1", 0).has_value());
  });
}

TEST_CASE("Connections past the limit are closed at once and counted") {
  TcpListenerConfig config;
  config.max_connections = 2;
  Server server(Silent, config);
  Client first;
  Client second;
  Client third;
  for (Client* client : {&first, &second}) {
    client->Open(server.endpoint());
    REQUIRE(client->listener.WaitConnected());
  }
  REQUIRE(server.accepted.Wait([](int n) { return n == 2; }));

  third.Open(server.endpoint());
  REQUIRE(third.listener.WaitClosed());
  CHECK(server.stats().refused == 1);
  CHECK(server.stats().open == 2);

  first.On([&] { first.stream->Abort(); });
  REQUIRE(server.first().WaitClosed());
  Client fourth;
  fourth.Open(server.endpoint());
  CHECK(fourth.listener.WaitConnected());
  REQUIRE(server.accepted.Wait([](int n) { return n == 3; }));
  CHECK(server.stats().accepted == 3);
}

TEST_CASE("A stream that is not wanted is refused by destroying it") {
  Loop loop("test.server");
  REQUIRE(loop.Start());
  std::unique_ptr<TcpListener> listener;
  Result<std::uint16_t> port = 0;
  loop.RunAndWait([&] {
    listener = std::make_unique<TcpListener>(loop, TcpListenerConfig{}, [](auto) {});
    port = listener->Listen("127.0.0.1", 0);
  });
  REQUIRE(port);
  Client client;
  client.Open({"127.0.0.1", *port, Security::kPlain});
  CHECK(client.listener.WaitClosed());
  loop.RunAndWait([&] {
    CHECK(listener->stats().open == 0);
    listener.reset();
  });
}

TEST_CASE("With no descriptor left clients are turned away, and later ones served again") {
  Server server(Silent);
  Client client;
  Client after;
  rlimit normal{};
  REQUIRE(getrlimit(RLIMIT_NOFILE, &normal) == 0);
  std::vector<int> fillers;
  client.Open(server.endpoint());  // The client's own socket exists before the famine.
  REQUIRE(client.listener.WaitConnected());
  REQUIRE(server.accepted.Wait([](int n) { return n == 1; }));

  const int waiting = socket(AF_INET, SOCK_STREAM, 0);
  const rlimit low{static_cast<rlim_t>(waiting + 1), normal.rlim_max};
  REQUIRE(setrlimit(RLIMIT_NOFILE, &low) == 0);
  for (int fd = dup(0); fd >= 0; fd = dup(0)) fillers.push_back(fd);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  to.sin_port = htons(server.port);
  const int connected = connect(waiting, reinterpret_cast<sockaddr*>(&to), sizeof to);
  pollfd end{waiting, POLLIN, 0};
  const int told = poll(&end, 1, static_cast<int>(kPatience.ms()));
  for (const int fd : fillers) close(fd);
  setrlimit(RLIMIT_NOFILE, &normal);
  close(waiting);

  CHECK(connected == 0);
  CHECK(told == 1);  // Its connection was accepted and closed instead of left hanging.
  after.Open(server.endpoint());
  CHECK(after.listener.WaitConnected());
  REQUIRE(server.accepted.Wait([](int n) { return n == 2; }));
  CHECK(server.stats().accept_failed >= 1);
}

TEST_CASE("A listener that cannot accept tries again at a pace, not in a circle") {
  const int error = GENERATE(ENOBUFS, ENOMEM, EPERM);
  Server server(Silent);
  Client client;
  accept_error = error;
  const int before = accept_calls;
  client.Open(server.endpoint());
  REQUIRE(client.listener.WaitConnected());  // By the kernel, into the backlog.
  std::this_thread::sleep_for(std::chrono::milliseconds(350));
  const int tried = accept_calls - before;
  accept_error = 0;

  CHECK(tried >= 1);
  CHECK(tried <= 10);
  CHECK(server.accepted.Wait([](int n) { return n == 1; }));
  CHECK(server.stats().accept_failed >= 1);
}

TEST_CASE("A listener may be destroyed by the callback that got its stream") {
  Loop loop("test.server");
  REQUIRE(loop.Start());
  std::unique_ptr<TcpListener> listener;
  Result<std::uint16_t> port = 0;
  Awaited<bool> gone;
  loop.RunAndWait([&] {
    listener = std::make_unique<TcpListener>(loop, TcpListenerConfig{}, [&](auto) {
      listener.reset();
      gone.Set([](bool& g) { g = true; });
    });
    port = listener->Listen("127.0.0.1", 0);
  });
  Client client;
  client.Open({"127.0.0.1", *port, Security::kPlain});
  CHECK(gone.Wait([](bool g) { return g; }));
  CHECK(client.listener.WaitClosed());
}

TEST_CASE("A hundred connections at a time are all served") {
  Server server(Echo);
  Loop loop("test.clients");
  REQUIRE(loop.Start());
  constexpr int kClients = 100;
  std::vector<std::unique_ptr<RecordingListener>> listeners;
  std::vector<std::unique_ptr<ByteStream>> streams;
  loop.RunAndWait([&] {
    for (int i = 0; i < kClients; ++i) {
      listeners.push_back(std::make_unique<RecordingListener>());
      streams.push_back(std::make_unique<ByteStream>(loop, ByteStreamConfig{}));
      ByteStream& stream = *streams.back();
      listeners.back()->then_connected = [&stream, i] { stream.Write(Bytes(1000 + i, 1)); };
      stream.Open(server.endpoint(), *listeners.back());
    }
  });
  for (int i = 0; i < kClients; ++i) {
    CHECK(listeners[i]->told.Wait([i](const Told& t) { return t.bytes == 1000u + i; }));
  }
  CHECK(server.stats().open == kClients);
  loop.RunAndWait([&] { streams.clear(); });
}

TEST_CASE("The listener's config is checked before anything starts") {
  TcpListenerConfig config;
  config.max_connections = 0;
  CHECK(config.Validate().error().detail == "TcpListenerConfig.max_connections");
  config = {};
  config.backlog = 5000;
  CHECK(config.Validate().error().detail == "TcpListenerConfig.backlog");
  config = {};
  config.streams.attempt_delay = TimeDelta::Zero();
  CHECK(config.Validate().error().detail == "ByteStreamConfig.attempt_delay");
}

}  // namespace
}  // namespace onair::runtime
