// SPDX-License-Identifier: Apache-2.0
#include "platform/runtime/socket_facts.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <chrono>
#include <optional>
#include <thread>

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

// A receiver that reads nothing, and who sends to it all that it takes.
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

  // What came and waits, once no more does.
  int Fill() {
    std::array<char, 4096> bytes{};
    int before = -1;
    for (int same = 0; same < 10;) {
      while (send(sender_->get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) > 0) {
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      int waits = 0;
      REQUIRE(ioctl(receiver_.get(), FIONREAD, &waits) == 0);
      same = waits == before ? same + 1 : 0;
      before = waits;
    }
    return before;
  }

 private:
  Socket listener_, receiver_;
  std::optional<Socket> sender_;
};

TEST_CASE("A receiver's window is what it is told, and wide again when it is told so") {
  Pair usual, narrow, wide_again;
  LimitReceiveWindow(narrow.receiver(), DataSize::Kibibytes(16));
  LimitReceiveWindow(wide_again.receiver(), DataSize::Kibibytes(16));
  LimitReceiveWindow(wide_again.receiver(), DataSize::Zero());

  const int most = usual.Fill();
  CAPTURE(most);
  CHECK(narrow.Fill() < most * 3 / 4);  // The window of the handshake was told before.
  CHECK(wide_again.Fill() >= most);
}

}  // namespace
}  // namespace onair::runtime
