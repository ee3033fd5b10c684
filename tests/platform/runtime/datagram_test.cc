// SPDX-License-Identifier: Apache-2.0
#include <sys/socket.h>

#include <catch2/catch.hpp>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "platform/runtime/datagram_driver.h"
#include "platform/runtime/datagram_socket.h"
#include "platform/runtime/local_addresses.h"
#include "platform/runtime/realtime_driver.h"
#include "tests/platform/runtime/runtime_world.h"

namespace onair::runtime {
namespace {

using namespace test;

SocketAddress Loopback4(std::uint16_t port = 0) {
  return {IpAddress::V4(127, 0, 0, 1), port};
}

struct Got {
  std::string text;
  DatagramPath path;
  Ecn ecn;
};

// A socket on a loop of its own, and what came in.
struct Peer {
  explicit Peer(const SocketAddress& at, DatagramSocketConfig config = {}) {
    REQUIRE(loop.Start());
    loop.RunAndWait([&] {
      socket =
          std::make_unique<DatagramSocket>(loop, config, [this](const Datagram& in, Timestamp) {
            got.Set([&](std::vector<Got>& all) {
              all.push_back({{in.bytes.begin(), in.bytes.end()}, in.path, in.ecn});
            });
          });
      bound = socket->Bind(at);
    });
    REQUIRE(bound.has_value());
  }
  ~Peer() { loop.Stop(); }

  void Send(const Bytes& bytes, const SocketAddress& to, Ecn ecn = Ecn::kNotEct) {
    loop.RunAndWait([&] { socket->Send({bytes, {*bound, to}, ecn}); });
  }
  DatagramSocketStats stats() {
    DatagramSocketStats stats;
    loop.RunAndWait([&] { stats = socket->stats(); });
    return stats;
  }

  Loop loop{"test.udp"};
  std::unique_ptr<DatagramSocket> socket;
  Result<SocketAddress> bound = SocketAddress{};
  Awaited<std::vector<Got>> got;
};

TEST_CASE("A datagram arrives whole, with its path and its congestion mark") {
  for (const char* host : {"127.0.0.1", "::1"}) {
    CAPTURE(host);
    const SocketAddress any{*IpAddress::Parse(host), 0};
    Peer a(any);
    Peer b(any);
    for (const Ecn ecn : {Ecn::kNotEct, Ecn::kEct1, Ecn::kEct0, Ecn::kCe}) {
      a.Send({'h', 'i'}, *b.bound, ecn);
    }
    REQUIRE(b.got.Wait([](const auto& all) { return all.size() == 4; }));
    const auto all = b.got.Get();
    CHECK(all[0].text == "hi");
    CHECK(all[0].path == DatagramPath{*b.bound, *a.bound});
    CHECK(all[0].ecn == Ecn::kNotEct);
    CHECK(all[1].ecn == Ecn::kEct1);
    CHECK(all[2].ecn == Ecn::kEct0);
    CHECK(all[3].ecn == Ecn::kCe);
    CHECK(a.stats().sent == 4);
    CHECK(b.stats().bytes_received == DataSize::Bytes(8));
  }
}

TEST_CASE("A taken port, an address of others and a wrong setting are refused by name") {
  Peer peer(Loopback4());
  peer.loop.RunAndWait([&] {
    const auto bind = [&](const SocketAddress& at, DatagramSocketConfig config = {}) {
      return DatagramSocket(peer.loop, config, {}).Bind(at).error();
    };
    CHECK(bind(*peer.bound).code == ErrorCode::kAddressInUse);
    CHECK(bind({IpAddress::V4(192, 0, 2, 77), 0}).code == ErrorCode::kUnreachable);
    const Error wrong = bind(Loopback4(), {.receive_buffer = DataSize::Bytes(1)});
    CHECK(wrong.code == ErrorCode::kInvalidConfig);
    CHECK(wrong.detail == "DatagramSocketConfig.receive_buffer");
    CHECK(peer.socket->Bind(Loopback4()).error().code == ErrorCode::kInvalidState);
  });
}

TEST_CASE("What cannot be sent or is too long to be ours is dropped and counted") {
  Peer a(Loopback4());
  Peer b(Loopback4());
  a.Send(Bytes(3000), *b.bound);
  a.Send({1}, {*IpAddress::Parse("::1"), 9});  // The other family.
  a.Send({1}, *b.bound);

  REQUIRE(b.got.Wait([](const auto& all) { return all.size() == 1; }));
  CHECK(b.stats().truncated == 1);
  CHECK(a.stats().send_failed == 1);
  CHECK(a.stats().sent == 2);
}

TEST_CASE("A port that nobody listens on does not disturb the socket") {
  Peer a(Loopback4());
  Peer b(Loopback4());
  const std::uint16_t closed = [] { return Peer(Loopback4()).bound->port; }();
  for (int i = 0; i < 10; ++i) a.Send({1}, Loopback4(closed));
  a.Send({2}, *b.bound);
  b.Send({3}, *a.bound);

  CHECK(b.got.Wait([](const auto& all) { return all.size() == 1; }));
  CHECK(a.got.Wait([](const auto& all) { return all.size() == 1; }));
}

// Sends a byte to its peer every 2 ms, five in all; answers nothing.
class Ticker {
 public:
  struct Done {};
  using Event = std::variant<Done>;

  Ticker(const DatagramPath& path, Timestamp now) : path_(path), due_(now) {}
  void HandleDatagram(const Datagram&, Timestamp) {}
  void HandleTimeout(Timestamp now) {
    if (sent_ < 5 && now >= due_) is_due_ = true;
    now_ = now;
  }
  DatagramOutput<Event> Poll() {
    if (is_due_) {
      is_due_ = false;
      ++sent_;
      due_ = now_ + TimeDelta::Millis(2);
      return DatagramTransmit{byte_, path_, Ecn::kNotEct};
    }
    if (sent_ == 5 && !is_told_) {
      is_told_ = true;
      return Event(Done{});
    }
    return sent_ < 5 ? Idle{due_, "ticker"} : Idle{};
  }

 private:
  DatagramPath path_;
  Timestamp due_;
  Timestamp now_ = Timestamp::MinusInfinity();
  Bytes byte_{7};
  int sent_ = 0;
  bool is_due_ = false;
  bool is_told_ = false;
};

TEST_CASE("A driver gives a machine its time, its sockets and its owner") {
  Peer peer(Loopback4());
  Loop loop("test.driver");
  REQUIRE(loop.Start());
  Awaited<int> done;
  std::unique_ptr<Ticker> ticker;
  std::unique_ptr<DatagramDriver<Ticker>> driver;
  loop.RunAndWait([&] {
    // Where it will be bound is not known before: the machine is made behind the socket.
    ticker = std::make_unique<Ticker>(DatagramPath{}, Now());
    driver = std::make_unique<DatagramDriver<Ticker>>(
        loop, *ticker, [&](Ticker::Event&&, Timestamp) { done.Set([](int& n) { ++n; }); });
    const auto bound = driver->Bind(Loopback4());
    REQUIRE(bound.has_value());
    *ticker = Ticker({*bound, *peer.bound}, Now());
    driver->Do([](Ticker&, Timestamp) {});
  });
  CHECK(done.Wait([](int n) { return n == 1; }));
  CHECK(peer.got.Wait([](const auto& all) { return all.size() == 5; }));
  loop.RunAndWait([&] {
    CHECK(driver->wake_ups().total() >= 5);
    CHECK(driver->sockets().without_socket() == 0);
    driver.reset();
  });
}

// Sends "ping" to its peer from each socket of the peer's host, and asks for other sockets when
// that is answered.
class ToyRealtime {
 public:
  struct Heard {
    std::string text;
  };
  using Event = std::variant<Heard>;

  explicit ToyRealtime(const SocketAddress& peer) : peer_(peer) {}

  void HandleTimeout(Timestamp) {}
  void HandleWire(const WireInput& in, Timestamp) {
    if (const auto* bound = std::get_if<SocketBound>(&in)) {
      REQUIRE(!bound->interface.empty());
      if (bound->local.ip == peer_.ip) local_ = bound->local;
    } else if (std::holds_alternative<SocketGone>(in)) {
      FAIL("no address went");
    } else if (std::holds_alternative<SocketsOpen>(in)) {
      said_.push_back(Event(Heard{"open"}));
      ping_ = local_.has_value() && !std::exchange(has_sent_, true);
    } else if (const auto* datagram = std::get_if<Datagram>(&in)) {
      CHECK(datagram->path == DatagramPath{*local_, peer_});
      const std::string text(datagram->bytes.begin(), datagram->bytes.end());
      said_.push_back(Event(Heard{text}));
      is_ended_ = text == "bye";
      if (!is_ended_) said_.push_back(WireOrder(CloseSockets{}));
    } else if (const auto* name = std::get_if<NameResolved>(&in)) {
      said_.push_back(Event(Heard{name->host + " " + std::to_string(name->addresses.size())}));
    }
  }
  void Start() { said_.push_back(WireOrder(OpenSockets{})); }
  void LookUp(const std::string& host) { said_.push_back(WireOrder(ResolveName{host})); }
  // Says farewell and is not gone before it is answered.
  void Stop(Timestamp) { ping_ = true; }
  bool is_ended() const { return is_ended_; }
  RealtimeOutput<Event> Poll() {
    if (std::exchange(ping_, false)) return DatagramTransmit{bytes_, {*local_, peer_}, Ecn::kEct0};
    if (said_.empty()) return Idle{};
    auto first = std::move(said_.front());
    said_.erase(said_.begin());
    return first;
  }

 private:
  const SocketAddress peer_;
  const Bytes bytes_{'p', 'i', 'n', 'g'};
  std::optional<SocketAddress> local_;
  std::vector<RealtimeOutput<Event>> said_;
  bool ping_ = false;
  bool has_sent_ = false;
  bool is_ended_ = false;
};

TEST_CASE(
    "A session asks for sockets on all local addresses and closes them from inside an input") {
  Peer peer(Loopback4());
  Loop loop("test.session");
  REQUIRE(loop.Start());
  Awaited<std::vector<std::string>> heard;
  ToyRealtime session(*peer.bound);
  std::unique_ptr<RealtimeDriver<ToyRealtime>> driver;
  loop.RunAndWait([&] {
    driver = std::make_unique<RealtimeDriver<ToyRealtime>>(
        loop, ByteStreamConfig{}, session, [&](ToyRealtime::Event&& event, Timestamp) {
          heard.Set([&](auto& all) { all.push_back(std::get<ToyRealtime::Heard>(event).text); });
        });
    driver->Do([](ToyRealtime& s, Timestamp) { s.Start(); });
    const auto bound = driver->sockets().addresses();
    CHECK_FALSE(bound.empty());
    // Asked again, nothing has changed: every socket stays.
    driver->Do([](ToyRealtime& s, Timestamp) { s.Start(); });
    CHECK(driver->sockets().addresses() == bound);
  });
  REQUIRE(peer.got.Wait([](const auto& all) { return all.size() == 1; }));
  const Got ping = peer.got.Get()[0];
  CHECK(ping.text == "ping");
  CHECK(ping.ecn == Ecn::kEct0);
  peer.Send({'p', 'o', 'n', 'g'}, ping.path.remote);
  peer.Send({'l', 'a', 't', 'e'}, ping.path.remote);

  REQUIRE(heard.Wait([](const auto& all) { return all.size() >= 3; }));
  loop.RunAndWait([&] {
    CHECK(driver->sockets().addresses().empty());
    driver.reset();
  });
  CHECK(heard.Get() == std::vector<std::string>{"open", "open", "pong"});
}

TEST_CASE("A session's names are looked up, and answers that come after the driver are nobody's") {
  // Answers when it is told to.
  struct LateResolver final : Resolver {
    void Resolve(const std::string& host, ResolveDone done) override {
      asked.Set([&](auto& all) { all.emplace_back(host, std::move(done)); });
    }
    Awaited<std::vector<std::pair<std::string, ResolveDone>>> asked;
  };
  Loop loop("test.names");
  REQUIRE(loop.Start());
  const auto late = std::make_shared<LateResolver>();
  Awaited<std::vector<std::string>> heard;
  ToyRealtime session({});
  std::unique_ptr<RealtimeDriver<ToyRealtime>> driver;
  loop.RunAndWait([&] {
    ByteStreamConfig streams;
    streams.resolver = late;
    driver = std::make_unique<RealtimeDriver<ToyRealtime>>(
        loop, streams, session, [&](ToyRealtime::Event&& event, Timestamp) {
          heard.Set([&](auto& all) { all.push_back(std::get<ToyRealtime::Heard>(event).text); });
        });
    driver->Do([](ToyRealtime& s, Timestamp) {
      s.LookUp("stun.example");
      s.LookUp("nowhere.example");
      s.LookUp("late.example");
    });
  });
  const auto asked = late->asked.Get();
  REQUIRE(asked.size() == 3);
  asked[0].second(std::vector{IpAddress::V4(192, 0, 2, 1), IpAddress::V4(192, 0, 2, 2)});
  asked[1].second(Fail(ErrorCode::kResolveFailed, "nowhere.example"));
  CHECK(heard.Wait([](const auto& all) {
    return all == std::vector<std::string>{"stun.example 2", "nowhere.example 0"};
  }));
  loop.RunAndWait([&] { driver.reset(); });
  asked[2].second(std::vector{IpAddress::V4(192, 0, 2, 3)});
  loop.RunAndWait([] {});
  CHECK(heard.Get().size() == 2);
}

TEST_CASE("A driver lets a session's farewell be answered before it closes the sockets") {
  Peer peer(Loopback4());
  Loop loop("test.farewell");
  REQUIRE(loop.Start());
  Awaited<int> stopped;
  ToyRealtime session(*peer.bound);
  std::unique_ptr<RealtimeDriver<ToyRealtime>> driver;
  loop.RunAndWait([&] {
    driver = std::make_unique<RealtimeDriver<ToyRealtime>>(loop, ByteStreamConfig{}, session,
                                                           [](ToyRealtime::Event&&, Timestamp) {});
    driver->Do([](ToyRealtime& s, Timestamp) { s.Start(); });
    driver->Stop(TimeDelta::Seconds(1), [&] { stopped.Set([](int& n) { ++n; }); });
  });
  REQUIRE(peer.got.Wait([](const auto& all) { return all.size() == 2; }));
  CHECK(stopped.Get() == 0);
  peer.Send({'b', 'y', 'e'}, peer.got.Get()[1].path.remote);
  CHECK(stopped.Wait([](int n) { return n == 1; }));
  loop.RunAndWait([&] {
    CHECK(driver->sockets().addresses().empty());
    driver.reset();
  });
}

TEST_CASE("The machine's own addresses are listed without those that mean nothing elsewhere") {
  const auto all = ListLocalAddresses(Loopback::kInclude);
  REQUIRE(all.has_value());
  bool has_loopback = false;
  for (const LocalAddress& address : *all) {
    CHECK_FALSE(address.interface.empty());
    CHECK_FALSE(address.ip.is_link_local());
    has_loopback |= address.ip.is_loopback();
  }
  CHECK(has_loopback);
  const auto offered = ListLocalAddresses();
  REQUIRE(offered.has_value());
  for (const LocalAddress& address : *offered) CHECK_FALSE(address.ip.is_loopback());
}

}  // namespace
}  // namespace onair::runtime
