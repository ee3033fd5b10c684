// SPDX-License-Identifier: Apache-2.0
//
// A device with two ways to the network, as far as a kernel can tell: two namespaces with two
// links between them. Wants root and Linux; says so where it cannot run.
#include "platform/runtime/bind_from.h"

#include <netinet/in.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <future>
#include <optional>
#include <string>
#include <thread>

#include "platform/runtime/datagram_socket.h"
#include "tests/platform/runtime/runtime_world.h"

namespace onair::runtime {
namespace {

using namespace test;

constexpr std::uint32_t kServer = 0x0a4e0909;  // 10.78.9.9
constexpr std::uint16_t kDatagramPort = 7700;
constexpr IpAddress kSecondWay = IpAddress::V4(10, 78, 2, 1);

bool Run(const std::string& command) {
  return std::system((command + " >/dev/null 2>&1").c_str()) == 0;
}

// The far side of both links: a thread in a network of its own, with a server.
class FarSide {
 public:
  FarSide() : thread_([this] { Live(); }) {}
  ~FarSide() {
    if (!has_asked_) ask_.set_value(false);
    leave_.set_value();
    thread_.join();
  }
  // Of its thread; 0 where it may not have a network of its own.
  int id() const { return id_; }
  // A UDP socket of the far network, once Serve() has returned; it waits a second for what comes.
  int datagrams() const { return datagrams_; }
  // Once.
  Endpoint Serve() {
    has_asked_ = true;
    ask_.set_value(true);
    return serves_at_.get_future().get();
  }

 private:
  void Live() {
    const bool has_network = unshare(CLONE_NEWNET) == 0;
    told_id_.set_value(has_network ? static_cast<int>(syscall(SYS_gettid)) : 0);
    if (!ask_.get_future().get()) return;
    const RawServer server(kServer);
    datagrams_ = BindDatagrams();
    serves_at_.set_value({"10.78.9.9", server.port(), Security::kPlain});
    leave_.get_future().wait();
    close(datagrams_);
  }

  static int BindDatagrams() {
    const int fd = socket(AF_INET, SOCK_DGRAM, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(kDatagramPort);
    at.sin_addr.s_addr = htonl(kServer);
    static_cast<void>(bind(fd, reinterpret_cast<const sockaddr*>(&at), sizeof at));
    const timeval patience{1, 0};
    static_cast<void>(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience));
    return fd;
  }

  bool has_asked_ = false;
  int datagrams_ = -1;
  std::promise<int> told_id_;
  std::promise<bool> ask_;
  std::promise<Endpoint> serves_at_;
  std::promise<void> leave_;
  std::thread thread_;
  const int id_ = told_id_.get_future().get();
};

// The kernel lets traffic through a new link a while after both ends are up: up to a second, and
// what is sent before is lost.
bool IsUp(const std::string& where, const std::string& link) {
  for (int i = 0; i < 500; ++i) {
    if (Run(where + "ip -o link show " + link + " | grep -q 'state UP'")) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

bool JoinByTwoLinks(int far) {
  const std::string there = "nsenter --net=/proc/" + std::to_string(far) + "/ns/net ";
  for (const char* way : {"1", "2"}) {
    const std::string w = way;
    const std::string net = "10.78." + w + ".";
    const bool is_joined =
        Run("ip link add way" + w + " type veth peer name far" + w + " netns " +
            std::to_string(far)) &&
        Run("ip addr add " + net + "1/24 dev way" + w) && Run("ip link set way" + w + " up") &&
        Run(there + "ip addr add " + net + "2/24 dev far" + w) &&
        Run(there + "ip link set far" + w + " up") && IsUp("", "way" + w) &&
        IsUp(there, "far" + w) && Run("ip route add 10.78.9.9/32 via " + net + "2 metric " + w);
    if (!is_joined) return false;
  }
  return Run("ip link set lo up") && Run(there + "ip link set lo up") &&
         Run(there + "ip addr add 10.78.9.9/32 dev lo");
}
// As radio that fades: the near side keeps its address and its routes.
bool LoseFirstWay(int far) {
  return Run("nsenter --net=/proc/" + std::to_string(far) + "/ns/net ip link set far1 down");
}

// Whether a connection comes about within a second.
bool Connects(Endpoint endpoint, const std::optional<IpAddress>& from) {
  ByteStreamConfig config;
  config.connect_timeout = TimeDelta::Seconds(1);
  endpoint.from = from;
  Client client(config);
  client.Open(endpoint);
  return client.listener.WaitConnected();
}

// Whether a datagram from the second way's address is heard at the far end within a second.
bool IsHeard(const FarSide& far, const std::string& interface) {
  Loop loop("test.way");
  REQUIRE(loop.Start());
  std::unique_ptr<DatagramSocket> socket;
  loop.RunAndWait([&] {
    socket = std::make_unique<DatagramSocket>(loop, DatagramSocketConfig{}, [](auto&&...) {});
    const auto bound = socket->Bind({kSecondWay, 0});
    if (!bound) return;
    if (!interface.empty()) socket->LeaveBy(interface);
    const Bytes bytes(20, 7);
    socket->Send({bytes, {*bound, {IpAddress::V4(10, 78, 9, 9), kDatagramPort}}, Ecn::kNotEct});
  });
  char in[64];
  const bool is_heard = recv(far.datagrams(), in, sizeof in, 0) == 20;
  loop.Stop();
  return is_heard;
}

// On a thread of its own, whose network is thrown away with it.
void ExpectTheGivenWay() {
  FarSide far;
  if (far.id() == 0 || unshare(CLONE_NEWNET) != 0 || !JoinByTwoLinks(far.id())) {
    std::printf("SKIP: networks of its own want root, iproute2 and util-linux\n");
    return;
  }
  const Endpoint server = far.Serve();
  CHECK(Connects(server, std::nullopt));
  CHECK(Connects(server, kSecondWay));
  CHECK(IsHeard(far, "way2"));

  CHECK(LoseFirstWay(far.id()));
  // The system goes on to choose the way that its routes prefer.
  CHECK_FALSE(Connects(server, std::nullopt));
  CHECK(Connects(server, kSecondWay));
  CHECK_FALSE(IsHeard(far, ""));
  CHECK(IsHeard(far, "way2"));
}

TEST_CASE("Connections and datagrams from an interface's address leave by that interface") {
  std::thread(ExpectTheGivenWay).join();
}

}  // namespace
}  // namespace onair::runtime
