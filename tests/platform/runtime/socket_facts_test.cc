// SPDX-License-Identifier: Apache-2.0
#include "platform/runtime/socket_facts.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <optional>

namespace onair::runtime {
namespace {

class Socket {
 public:
  explicit Socket(int descriptor) : descriptor_(descriptor) { REQUIRE(descriptor >= 0); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  ~Socket() { close(descriptor_); }
  int get() const { return descriptor_; }

 private:
  const int descriptor_;
};

// A receiver and who sends to it.
class Pair {
 public:
  Pair() : listener_(socket(AF_INET, SOCK_STREAM, 0)), receiver_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    auto* address = reinterpret_cast<sockaddr*>(&at);
    REQUIRE(bind(listener_.get(), address, size) == 0);
    REQUIRE(listen(listener_.get(), 1) == 0);
    REQUIRE(getsockname(listener_.get(), address, &size) == 0);
    REQUIRE(connect(receiver_.get(), address, size) == 0);
    sender_.emplace(accept(listener_.get(), nullptr, nullptr));
    REQUIRE(fcntl(sender_->get(), F_SETFL, O_NONBLOCK) == 0);
  }
  int receiver() const { return receiver_.get(); }

  // Sends so much, and reads all of it.
  void Pass(std::int64_t total) {
    std::array<char, 65'536> bytes{};
    for (std::int64_t read_so_far = 0; read_so_far < total;) {
      static_cast<void>(send(sender_->get(), bytes.data(), bytes.size(), MSG_NOSIGNAL));
      const auto got = recv(receiver_.get(), bytes.data(), bytes.size(), 0);
      REQUIRE(got > 0);
      read_so_far += got;
    }
  }
  // What the receiver offers at most.
  std::uint32_t window() const {
    tcp_info info{};
    socklen_t size = sizeof info;
    REQUIRE(getsockopt(receiver_.get(), IPPROTO_TCP, TCP_INFO, &info, &size) == 0);
    return info.tcpi_rcv_ssthresh;
  }

 private:
  Socket listener_, receiver_;
  std::optional<Socket> sender_;
};

TEST_CASE("A receiver's window is what it is told, and opens again when it is told so") {
  Pair pair;
  LimitReceiveWindow(pair.receiver(), DataSize::Kibibytes(16));
  pair.Pass(1'000'000);
  const auto first = pair.window();
  LimitReceiveWindow(pair.receiver(), DataSize::Kibibytes(32));
  pair.Pass(1'000'000);
  const auto second = pair.window();
  LimitReceiveWindow(pair.receiver(), DataSize::Zero());
  pair.Pass(8'000'000);
  CAPTURE(first, second, pair.window());
  CHECK(first <= 40 * 1024);  // A buffer is twice what it is told, for what a packet costs besides.
  CHECK(second >= first);
  CHECK(second <= 72 * 1024);
  CHECK(pair.window() > 96 * 1024);
}

}  // namespace
}  // namespace onair::runtime
