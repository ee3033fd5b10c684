// SPDX-License-Identifier: Apache-2.0
//
// What these tests share: conditions with a deadline instead of sleeps, a listener that
// remembers, and servers on loopback that behave badly on purpose.
#pragma once

#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/check.h"
#include "platform/runtime/byte_stream.h"
#include "platform/runtime/clock.h"
#include "platform/runtime/listener.h"
#include "platform/runtime/loop.h"
#include "platform/runtime/mutex.h"
#include "platform/runtime/resolver.h"

namespace onair::runtime::test {

// Far above what any step takes on a loaded machine under a sanitizer.
inline constexpr TimeDelta kPatience = TimeDelta::Seconds(20);

// FNV-1a, to compare megabytes without keeping them.
inline std::uint64_t Hash(ByteView bytes, std::uint64_t hash = 0xcbf29ce484222325U) {
  for (const std::uint8_t byte : bytes) hash = (hash ^ byte) * 0x100000001b3U;
  return hash;
}

// A value that one thread changes and another awaits. Thread-safe.
template <typename T>
class Awaited {
 public:
  template <typename Change>
  void Set(Change change) {
    MutexLock lock(mutex_);
    change(value_);
    changed_.NotifyAll();
  }
  T Get() const {
    MutexLock lock(mutex_);
    return value_;
  }
  // True as soon as `claim(value)` holds; false after kPatience.
  template <typename Claim>
  bool Wait(Claim claim) {
    const Timestamp deadline = Now() + kPatience;
    MutexLock lock(mutex_);
    while (!claim(value_)) {
      if (Now() >= deadline) return false;
      changed_.WaitUntil(mutex_, deadline);
    }
    return true;
  }

 private:
  mutable Mutex mutex_;
  CondVar changed_;
  T value_ ONAIR_GUARDED_BY(mutex_){};
};

// What a stream told its listener.
struct Told {
  int resolved = 0;
  int tcp_connected = 0;
  int connected = 0;
  int closed = 0;
  std::optional<Error> error;
  std::optional<Timestamp> closed_at;
  std::size_t bytes = 0;
  std::uint64_t hash = Hash({});
  int reports = 0;
  DataSize unsent = DataSize::Zero();
  DataSize unsent_max = DataSize::Zero();
};

class RecordingListener final : public ByteStreamListener {
 public:
  std::function<void()> then_connected;  // Loop thread, after it was recorded.
  std::function<void(ByteView)> then_bytes;

  bool WaitConnected() {
    return told.Wait([](const Told& t) { return t.connected > 0 || t.closed > 0; }) &&
           told.Get().connected > 0;
  }
  bool WaitClosed() {
    return told.Wait([](const Told& t) { return t.closed > 0; });
  }
  ErrorCode closed_with() { return told.Get().error.value().code; }

  void OnResolved(Timestamp) override {
    told.Set([](Told& t) { ++t.resolved; });
  }
  void OnTcpConnected(Timestamp) override {
    told.Set([](Told& t) { ++t.tcp_connected; });
  }
  void OnConnected(Timestamp) override {
    told.Set([](Told& t) { ++t.connected; });
    if (then_connected) then_connected();
  }
  void OnBytes(ByteView in, Timestamp) override {
    told.Set([&](Told& t) {
      t.bytes += in.size();
      t.hash = Hash(in, t.hash);
    });
    if (then_bytes) then_bytes(in);
  }
  void OnUnsent(DataSize unsent, Timestamp) override {
    told.Set([&](Told& t) {
      ++t.reports;
      t.unsent = unsent;
      t.unsent_max = std::max(t.unsent_max, unsent);
    });
  }
  void OnClosed(const Error& error, Timestamp now) override {
    told.Set([&](Told& t) {
      ++t.closed;
      t.error = error;
      t.closed_at = now;
    });
  }

  Awaited<Told> told;
};

// A loop on its own thread, with a stream that lives and dies there.
class Client {
 public:
  explicit Client(const ByteStreamConfig& config = {}) {
    ONAIR_CHECK(loop.Start().has_value());
    On([&] { stream = std::make_unique<ByteStream>(loop, config); });
  }
  ~Client() {
    On([&] { stream.reset(); });
  }
  void On(const std::function<void()>& task) { loop.RunAndWait(task); }
  void Open(const Endpoint& endpoint) {
    On([&] { stream->Open(endpoint, listener); });
  }

  RecordingListener listener;
  Loop loop{"test.client"};
  std::unique_ptr<ByteStream> stream;
};

// Accepts on loopback. `on_accept` decides what becomes of each stream, on the loop's thread.
class Server {
 public:
  using OnStream = std::function<void(Server&, ByteStream&, RecordingListener&)>;

  explicit Server(OnStream on_stream, TcpListenerConfig config = {},
                  const std::string& address = "127.0.0.1")
      : on_stream_(std::move(on_stream)) {
    ONAIR_CHECK(loop.Start().has_value());
    loop.RunAndWait([&] {
      listener = std::make_unique<TcpListener>(
          loop, config, [this](std::unique_ptr<ByteStream> s) { Take(std::move(s)); });
      const auto bound = listener->Listen(address, 0);
      ONAIR_CHECK(bound.has_value());
      port = *bound;
    });
  }
  ~Server() {
    loop.RunAndWait([&] {
      listener.reset();
      streams.clear();
    });
  }
  Endpoint endpoint(Security security = Security::kPlain) const {
    return Endpoint{"127.0.0.1", port, security};
  }
  // The first stream that was accepted; waits for it.
  RecordingListener& first() {
    ONAIR_CHECK(accepted.Wait([](int n) { return n > 0; }));
    RecordingListener* listener_of_first = nullptr;
    loop.RunAndWait([&] { listener_of_first = &streams.front()->listener; });
    return *listener_of_first;
  }
  TcpListenerStats stats() {
    TcpListenerStats now;
    loop.RunAndWait([&] { now = listener->stats(); });
    return now;
  }

  Loop loop{"test.server"};
  std::unique_ptr<TcpListener> listener;
  std::uint16_t port = 0;
  struct Held {
    RecordingListener listener;
    std::unique_ptr<ByteStream> stream;
  };
  std::vector<std::unique_ptr<Held>> streams;  // Loop thread only.
  Awaited<int> accepted;

 private:
  void Take(std::unique_ptr<ByteStream> stream) {
    streams.push_back(std::make_unique<Held>());
    Held& held = *streams.back();
    held.stream = std::move(stream);
    on_stream_(*this, *held.stream, held.listener);
    accepted.Set([](int& n) { ++n; });
  }
  OnStream on_stream_;
};

inline void Echo(Server&, ByteStream& stream, RecordingListener& listener) {
  listener.then_bytes = [&stream](ByteView in) { stream.Write(Bytes(in.begin(), in.end())); };
  stream.Attach(listener);
}
inline void Silent(Server&, ByteStream& stream, RecordingListener& listener) {
  stream.Attach(listener);
}
inline void NeverRead(Server&, ByteStream&, RecordingListener&) {}  // Not attached.

// A plain blocking listening socket under the test's own hand.
class RawServer {
 public:
  explicit RawServer(std::uint32_t address = INADDR_LOOPBACK, std::uint16_t at_port = 0,
                     int backlog = 16) {
    fd_ = socket(AF_INET, SOCK_STREAM, 0);
    const int on = 1;
    setsockopt(fd_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(address);
    at.sin_port = htons(at_port);
    ONAIR_CHECK(bind(fd_, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0);
    ONAIR_CHECK(listen(fd_, backlog) == 0);
    socklen_t size = sizeof at;
    getsockname(fd_, reinterpret_cast<sockaddr*>(&at), &size);
    address_ = at;
  }
  ~RawServer() {
    for (const int fd : fillers_) close(fd);
    close(fd_);
  }
  std::uint16_t port() const { return ntohs(address_.sin_port); }
  Endpoint endpoint() const { return Endpoint{"127.0.0.1", port(), Security::kPlain}; }
  int Accept() const { return accept(fd_, nullptr, nullptr); }

  // Fills the kernel's accept queue: further connection attempts get no answer at all, as
  // from a black hole. Needs a backlog of 0.
  void BecomeBlackHole() {
    for (int i = 0; i < 32; ++i) {
      const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
      fillers_.push_back(fd);
      static_cast<void>(connect(fd, reinterpret_cast<sockaddr*>(&address_), sizeof address_));
      pollfd wait{fd, POLLOUT, 0};
      if (poll(&wait, 1, 100) == 0) return;  // This one hangs: so will the next.
    }
    ONAIR_CHECK(false);
  }

 private:
  int fd_ = -1;
  sockaddr_in address_{};
  std::vector<int> fillers_;
};

// A port of loopback where nothing listens.
inline std::uint16_t DeadPort() {
  return RawServer().port();
}

// Answers from a table, in place; other names hang until the resolver is gone.
class TableResolver final : public Resolver {
 public:
  explicit TableResolver(std::map<std::string, std::vector<std::string>> table)
      : table_(std::move(table)) {}
  void Resolve(const std::string& host, ResolveDone done) override {
    const auto row = table_.find(host);
    if (row == table_.end()) {
      asked.Set([](int& n) { ++n; });
      return hanging_.Set([&](std::vector<ResolveDone>& all) { all.push_back(std::move(done)); });
    }
    std::vector<IpAddress> addresses;
    for (const std::string& text : row->second) addresses.push_back(*ParseAddress(text));
    done(std::move(addresses));
  }
  Awaited<int> asked;

 private:
  const std::map<std::string, std::vector<std::string>> table_;
  Awaited<std::vector<ResolveDone>> hanging_;
};

}  // namespace onair::runtime::test
