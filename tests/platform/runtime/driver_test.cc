// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <optional>
#include <string>
#include <variant>

#include "platform/runtime/machine_driver.h"
#include "platform/runtime/session_driver.h"
#include "tests/platform/runtime/runtime_world.h"

namespace onair::runtime {
namespace {

using namespace test;

// A session that says "hello" when connected, ticks every 5 ms, asks for the next stream when
// one is closed, and says "bye" when stopped. Knows how it was driven.
class ToySession {
 public:
  struct OpenStream {
    Endpoint endpoint;
  };
  struct CloseStream {};
  struct OpenStandby {
    Endpoint endpoint;
  };
  struct StandbyTransmit {
    Bytes bytes;
  };
  struct CloseStandby {};
  struct PromoteStandby {};
  struct Heard {
    std::string text;
  };
  using Event = std::variant<OpenStream, CloseStream, OpenStandby, StandbyTransmit, CloseStandby,
                             PromoteStandby, Heard>;

  explicit ToySession(Endpoint endpoint) : endpoint_(std::move(endpoint)) {}

  void HandleResolved(Timestamp) { Say(Heard{"resolved"}); }
  void HandleTcpConnected(Timestamp) { Say(Heard{"tcp"}); }
  void HandleConnected(Timestamp now) {
    Say(Heard{"connected"});
    Say(Transmit{{'h', 'e', 'l', 'l', 'o'}});
    tick_ = now + TimeDelta::Millis(5);
  }
  void HandleClosed(const Error& error, Timestamp) {
    Say(Heard{std::string(Describe(error.code).name)});
    tick_ = Timestamp::PlusInfinity();
    if (reconnects_-- > 0) Say(OpenStream{endpoint_});
  }
  void HandleBytes(ByteView in, Timestamp) { Say(Heard{std::string(in.begin(), in.end())}); }
  void HandleUnsent(DataSize, Timestamp) { Say(Heard{"unsent"}); }
  void HandleStandbyConnected(Timestamp) {
    Say(Heard{"standby connected"});
    Say(StandbyTransmit{{'s'}});
  }
  void HandleStandbyClosed(const Error& error, Timestamp) {
    Say(Heard{"standby " + std::string(Describe(error.code).name)});
  }
  void HandleStandbyBytes(ByteView in, Timestamp) {
    Say(Heard{"standby " + std::string(in.begin(), in.end())});
  }
  void HandleTimeout(Timestamp now) {
    if (now < tick_) return;
    Say(Heard{"tick"});
    tick_ = now + TimeDelta::Millis(5);
  }
  void Start(int reconnects) {
    reconnects_ = reconnects;
    Say(OpenStream{endpoint_});
  }
  void SwitchStream() {
    Say(Transmit{{'a'}});
    Say(CloseStream{});
    Say(OpenStream{endpoint_});
  }
  void Leave() { Say(CloseStream{}); }
  void StandBy(Endpoint endpoint) { Say(OpenStandby{std::move(endpoint)}); }
  void GiveUpStandby() { Say(CloseStandby{}); }
  void HandOver() {
    Say(Transmit{{'x'}});
    Say(PromoteStandby{});
    Say(Transmit{{'n', 'e', 'w'}});
  }
  void Stop(Timestamp) {
    Say(Transmit{{'b', 'y', 'e'}});
    Say(CloseStream{});
    tick_ = Timestamp::PlusInfinity();
  }
  Output<Event> Poll() {
    if (out_.empty()) return Idle{tick_, "toy.tick"};
    auto first = std::move(out_.front());
    out_.erase(out_.begin());
    return first;
  }

 private:
  void Say(Transmit transmit) { out_.emplace_back(std::move(transmit)); }
  void Say(Event event) { out_.emplace_back(std::move(event)); }

  const Endpoint endpoint_;
  int reconnects_ = 0;
  Timestamp tick_ = Timestamp::PlusInfinity();
  std::vector<Output<Event>> out_;
};

// A toy session on its own loop; what it heard can be awaited.
struct ToyWorld {
  explicit ToyWorld(Endpoint endpoint) : session(std::move(endpoint)) {
    ONAIR_CHECK(loop.Start().has_value());
    loop.RunAndWait([&] {
      driver = std::make_unique<SessionDriver<ToySession>>(
          loop, ByteStreamConfig{}, session, [this](ToySession::Event&& event, Timestamp) {
            const auto& text = std::get<ToySession::Heard>(event).text;
            if (text != "unsent") heard.Set([&](auto& all) { all.push_back(text); });
          });
    });
  }
  ~ToyWorld() {
    loop.RunAndWait([&] { driver.reset(); });
  }
  void Do(std::function<void(ToySession&)> command) {
    loop.RunAndWait([&] { driver->Do([&](ToySession& s, Timestamp) { command(s); }); });
  }
  bool Hears(const std::string& text, int times = 1) {
    return heard.Wait([&](const auto& all) { return std::ranges::count(all, text) >= times; });
  }
  Awaited<std::vector<std::string>> heard;
  Loop loop{"test.toy"};
  ToySession session;
  std::unique_ptr<SessionDriver<ToySession>> driver;
};

TEST_CASE("A session is connected, told each stage in order, and woken at its deadlines") {
  Server server(Echo);
  ToyWorld toy(server.endpoint());
  toy.Do([](ToySession& s) { s.Start(0); });
  REQUIRE(toy.Hears("hello"));
  REQUIRE(toy.Hears("tick", 3));
  const auto heard = toy.heard.Get();
  CHECK(std::vector(heard.begin(), heard.begin() + 3) ==
        std::vector<std::string>{"resolved", "tcp", "connected"});
  toy.loop.RunAndWait([&] {
    REQUIRE(toy.driver->wake_ups().rows().size() == 1);
    CHECK(toy.driver->wake_ups().rows()[0].timer == "toy.tick");
    CHECK(toy.driver->wake_ups().rows()[0].count >= 3);
    CHECK(toy.driver->stream_stats().bytes_written.bytes() == 5);
  });
}

TEST_CASE("A session that reconnects gets a new stream each time the old one breaks") {
  Server server([](Server&, ByteStream& stream, RecordingListener&) { stream.Abort(); });
  ToyWorld toy(server.endpoint());
  toy.Do([](ToySession& s) { s.Start(5); });
  CHECK(server.accepted.Wait([](int n) { return n == 6; }));
}

TEST_CASE("A failed connection is told with its error") {
  ToyWorld toy({"127.0.0.1", DeadPort(), Security::kPlain});
  toy.Do([](ToySession& s) { s.Start(0); });
  CHECK(toy.Hears("net.connect_refused"));
}

TEST_CASE("Stopping lets the last words out, then tells, once") {
  Server server(Silent);
  ToyWorld toy(server.endpoint());
  toy.Do([](ToySession& s) { s.Start(0); });
  REQUIRE(toy.Hears("connected"));
  Awaited<int> stopped;
  toy.loop.RunAndWait([&] {
    toy.driver->Stop(TimeDelta::Seconds(10), [&] {
      toy.driver.reset();  // Allowed here.
      stopped.Set([](int& n) { ++n; });
    });
  });
  REQUIRE(stopped.Wait([](int n) { return n == 1; }));
  RecordingListener& served = server.first();
  REQUIRE(served.WaitClosed());
  CHECK(served.told.Get().bytes == 8);  // "hello" "bye"
  CHECK(served.closed_with() == ErrorCode::kPeerClosed);
}

TEST_CASE("Stopping a session without a connection tells at once") {
  ToyWorld toy({"127.0.0.1", 1, Security::kPlain});
  bool stopped = false;
  toy.loop.RunAndWait([&] { toy.driver->Stop(TimeDelta::Seconds(60), [&] { stopped = true; }); });
  CHECK(stopped);
}

TEST_CASE("Stopping ends at its deadline when the peer does not say goodbye") {
  RawServer raw;
  ToyWorld toy(raw.endpoint());
  toy.Do([](ToySession& s) { s.Start(0); });
  const int fd = raw.Accept();
  REQUIRE(toy.Hears("connected"));
  Awaited<int> stopped;
  const Timestamp start = Now();
  toy.loop.RunAndWait(
      [&] { toy.driver->Stop(TimeDelta::Millis(60), [&] { stopped.Set([](int& n) { ++n; }); }); });
  REQUIRE(stopped.Wait([](int n) { return n == 1; }));
  CHECK(Now() - start >= TimeDelta::Millis(60));
  close(fd);
}

TEST_CASE("Stopping ends at its deadline also when a stream was leaving before") {
  RawServer raw;
  ToyWorld toy(raw.endpoint());
  toy.Do([](ToySession& s) { s.Start(0); });
  const int fd = raw.Accept();
  REQUIRE(toy.Hears("connected"));
  toy.Do([](ToySession& s) { s.Leave(); });  // Has a second, by the driver's own measure.
  Awaited<int> stopped;
  const Timestamp start = Now();
  toy.loop.RunAndWait(
      [&] { toy.driver->Stop(TimeDelta::Millis(60), [&] { stopped.Set([](int& n) { ++n; }); }); });
  REQUIRE(stopped.Wait([](int n) { return n == 1; }));
  CHECK(Now() - start >= TimeDelta::Millis(60));
  CHECK(Now() - start < TimeDelta::Millis(800));
  close(fd);
}

TEST_CASE("A stream that is left still delivers while the next one opens, unheard") {
  Server server(Echo);
  ToyWorld toy(server.endpoint());
  toy.Do([](ToySession& s) { s.Start(0); });
  REQUIRE(toy.Hears("hello"));
  toy.Do([](ToySession& s) { s.SwitchStream(); });
  REQUIRE(toy.Hears("connected", 2));
  REQUIRE(toy.Hears("hello", 2));
  RecordingListener& first = server.first();
  REQUIRE(first.WaitClosed());
  CHECK(first.told.Get().bytes == 6);  // "hello" "a"
  CHECK(std::ranges::count(toy.heard.Get(), "a") == 0);
  CHECK(std::ranges::count(toy.heard.Get(), "net.peer_closed") == 0);
}

TEST_CASE("A standby speaks beside the present stream and takes its place when it is promoted") {
  Server old_server(Echo);
  Server new_server(Echo);
  ToyWorld toy(old_server.endpoint());
  toy.Do([](ToySession& s) { s.Start(0); });
  REQUIRE(toy.Hears("hello"));
  toy.Do([&](ToySession& s) { s.StandBy(new_server.endpoint()); });
  REQUIRE(toy.Hears("standby s"));

  toy.Do([](ToySession& s) { s.HandOver(); });

  REQUIRE(toy.Hears("new"));
  REQUIRE(old_server.first().WaitClosed());
  CHECK(old_server.first().told.Get().bytes == 6);  // "hello" "x"
  CHECK(new_server.first().told.Get().bytes == 4);  // "s" "new"
  CHECK(std::ranges::count(toy.heard.Get(), "x") == 0);
}

TEST_CASE("A standby that fails or is given up leaves the present stream alone") {
  Server server(Echo);
  ToyWorld toy(server.endpoint());
  toy.Do([](ToySession& s) { s.Start(0); });
  REQUIRE(toy.Hears("hello"));
  toy.Do([](ToySession& s) { s.StandBy({"127.0.0.1", DeadPort(), Security::kPlain}); });
  REQUIRE(toy.Hears("standby net.connect_refused"));
  toy.Do([&](ToySession& s) { s.StandBy(server.endpoint()); });
  REQUIRE(toy.Hears("standby s"));
  toy.Do([](ToySession& s) { s.GiveUpStandby(); });

  toy.Do([](ToySession& s) { s.SwitchStream(); });
  REQUIRE(toy.Hears("hello", 2));
  CHECK(std::ranges::count(toy.heard.Get(), "standby net.peer_closed") == 0);
}

// Answers each line with its length; a line "quit" ends it.
class ToyServerMachine {
 public:
  struct Quit {};
  struct Ended {};
  using Event = std::variant<Quit, Ended>;
  void HandleBytes(ByteView in, Timestamp) {
    for (const std::uint8_t byte : in) {
      if (byte != '\n') {
        line_.push_back(static_cast<char>(byte));
        continue;
      }
      if (line_ == "quit") out_.emplace_back(Event(Quit{}));
      const std::string answer = std::to_string(line_.size()) + "\n";
      out_.emplace_back(Transmit{Bytes(answer.begin(), answer.end())});
      line_.clear();
    }
  }
  void HandleUnsent(DataSize, Timestamp) {}
  void HandleTimeout(Timestamp) {}
  void HandleEnd(Timestamp) { out_.emplace_back(Event(Ended{})); }
  Output<Event> Poll() {
    if (out_.empty()) return Idle{};
    auto first = std::move(out_.front());
    out_.erase(out_.begin());
    return first;
  }

 private:
  std::string line_;
  std::vector<Output<Event>> out_;
};
static_assert(Machine<ToyServerMachine>);

TEST_CASE("An accepted stream drives a machine, which may be freed in its last callback") {
  struct Connection {
    ToyServerMachine machine;
    std::unique_ptr<MachineDriver<ToyServerMachine>> driver;
  };
  Awaited<std::vector<std::string>> told;
  const auto tell = [&](const std::string& text) {
    told.Set([&](auto& all) { all.push_back(text); });
  };
  Loop loop("test.edge");
  REQUIRE(loop.Start());
  std::unique_ptr<Connection> connection;
  std::unique_ptr<TcpListener> listener;
  Result<std::uint16_t> port = 0;
  loop.RunAndWait([&] {
    listener = std::make_unique<TcpListener>(loop, TcpListenerConfig{}, [&](auto stream) {
      connection = std::make_unique<Connection>();
      connection->driver = std::make_unique<MachineDriver<ToyServerMachine>>(
          loop, std::move(stream), connection->machine,
          MachineDriver<ToyServerMachine>::Handlers{
              [&](ToyServerMachine::Event&& event, Timestamp) {
                if (std::holds_alternative<ToyServerMachine::Quit>(event)) {
                  tell("quit");
                  connection->driver->Close(TimeDelta::Seconds(5));
                } else {
                  tell("ended");
                }
              },
              [&](const Error& error, Timestamp) {
                connection.reset();
                tell(std::string(Describe(error.code).name));
              }});
      connection->driver->Start();
    });
    port = listener->Listen("127.0.0.1", 0);
  });
  REQUIRE(port);

  SECTION("closed by the server after its answer") {
    Client client;
    client.listener.then_connected = [&] {
      const std::string text = "four\nquit\n";
      client.stream->Write(Bytes(text.begin(), text.end()));
    };
    client.Open({"127.0.0.1", *port, Security::kPlain});
    REQUIRE(client.listener.WaitClosed());
    CHECK(client.listener.closed_with() == ErrorCode::kPeerClosed);
    CHECK(client.listener.told.Get().bytes == 4);  // "4\n4\n"
    REQUIRE(told.Wait([](const auto& all) { return all.size() == 3; }));
    CHECK(told.Get() == std::vector<std::string>{"quit", "ended", "net.peer_closed"});
  }
  SECTION("closed by the client") {
    {
      Client client;
      client.Open({"127.0.0.1", *port, Security::kPlain});
      REQUIRE(client.listener.WaitConnected());
    }
    REQUIRE(told.Wait([](const auto& all) { return all.size() == 2; }));
    CHECK(told.Get() == std::vector<std::string>{"ended", "net.peer_closed"});
  }
  loop.RunAndWait([&] {
    listener.reset();
    connection.reset();
  });
}

}  // namespace
}  // namespace onair::runtime
