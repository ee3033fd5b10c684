// SPDX-License-Identifier: Apache-2.0
//
// What ICE costs a packet of media, direct and by a relay's channel, and what a check costs.
//   ice_bench [packets]
// Exit 1 when a packet of media allocates.
#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <utility>
#include <vector>

#include "tests/bench/stopwatch.h"
#include "tests/support/count_new.h"
#include "tests/transport/ice/turn_server_model.h"
#include "transport/ice/agent.h"

namespace {

using namespace onair;
using namespace onair::ice;

const SocketAddress kOurs = *SocketAddress::Parse("198.51.100.1:5000");
const SocketAddress kPeer = *SocketAddress::Parse("198.51.100.2:6000");
const SocketAddress kServer = *SocketAddress::Parse("192.0.2.9:3478");
const Credentials kLocal{"aaaa", std::string(22, 'a')};
const Credentials kRemote{"bbbb", std::string(22, 'b')};

// An agent whose peer answers at once, directly or behind the relay.
class Line {
 public:
  explicit Line(bool is_relayed) : server_(kServer) {
    AgentConfig config{.local = kLocal};
    if (is_relayed) {
      config.turn_servers = {{kServer, TurnTransport::kUdp, "user", "secret"}};
    }
    is_relayed_ = is_relayed;
    auto made = Agent::Create(config, Rng(1), NullTrace(), now_);
    if (!made) std::abort();
    agent_ = std::make_unique<Agent>(std::move(*made));
    if (!agent_->AddLocalAddress(kOurs, 0, now_)) std::abort();
    if (!agent_->SetRemoteCredentials(kRemote, Implementation::kFull, now_)) std::abort();
    agent_->AddRemoteCandidate({.foundation = "1", .priority = 1, .address = kPeer}, now_);
    for (int i = 0; i < 20; ++i) Settle();
    if (!agent_->selected_path()) std::abort();
  }

  Agent& agent() { return *agent_; }
  Timestamp now() const { return now_; }

  // Answers all that was sent; moves 50 ms on.
  void Settle() {
    std::vector<std::pair<Bytes, DatagramPath>> sent;
    Drain([&](const DatagramTransmit& out) {
      sent.emplace_back(Bytes(out.bytes.begin(), out.bytes.end()), out.path);
    });
    for (const auto& [bytes, path] : sent) {
      if (path.remote == kServer) {
        for (auto& reply : server_.OnClient(bytes, kOurs)) Route(reply);
      } else if (!is_relayed_) {
        Hear(Answer(bytes, kOurs), {kOurs, kPeer});
      }
    }
    now_ += TimeDelta::Millis(50);
    agent_->HandleTimeout(now_);
  }
  template <typename OnTransmit>
  void Drain(OnTransmit on_transmit) {
    for (;;) {
      auto out = agent_->Poll();
      if (std::holds_alternative<Idle>(out)) return;
      if (const auto* transmit = std::get_if<DatagramTransmit>(&out)) on_transmit(*transmit);
    }
  }
  void Hear(ByteView bytes, const DatagramPath& path) {
    agent_->HandleDatagram({bytes, path}, now_);
  }

 private:
  void Route(const ice::testing::TurnServerModel::Sent& reply) {
    if (reply.path.remote == kOurs) return Hear(reply.bytes, {kOurs, kServer});
    const Bytes answer = Answer(reply.bytes, reply.path.local);
    for (auto& back : server_.OnPeer(answer, reply.path.local, kPeer)) Route(back);
  }
  static Bytes Answer(ByteView request, const SocketAddress& seen) {
    const auto message = StunMessage::Parse(request);
    if (!message || message->kind() != StunClass::kRequest) return {};
    CheckBuffer buffer;
    const ByteView made = WriteAnswer(buffer, message->transaction(), seen, kRemote);
    return Bytes(made.begin(), made.end());
  }

  bool is_relayed_ = false;
  Timestamp now_ = Timestamp::Zero();
  ice::testing::TurnServerModel server_;
  std::unique_ptr<Agent> agent_;
};

// Prints the cost of one; false: it allocated.
template <typename Work>
bool Measure(const char* what, int count, Work work) {
  for (int i = 0; i < 300; ++i) work();  // Buffers grow.
  const std::int64_t before = onair::test::NewCalls();
  const bench::Stopwatch watch;
  for (int i = 0; i < count; ++i) work();
  const double ns = watch.Seconds() * 1e9 / count;
  const std::int64_t allocations = onair::test::NewCalls() - before;
  std::printf("%-34s %8.0f ns  %.2f allocations\n", what, ns,
              static_cast<double>(allocations) / count);
  return allocations == 0;
}

}  // namespace

int main(int argc, char** argv) {
  const int count = argc > 1 ? std::atoi(argv[1]) : 200'000;
  const Bytes packet(1200, 0x80);
  bool is_free = true;
  for (const bool is_relayed : {false, true}) {
    Line line(is_relayed);
    Agent& agent = line.agent();
    is_free &= Measure(is_relayed ? "send by a channel" : "send, direct", count, [&] {
      if (!agent.Send(packet, line.now())) std::abort();
      line.Drain([](const DatagramTransmit&) {});
    });
    if (is_relayed) {
      Bytes wire(4 + packet.size());
      wire = {0x40, 0x00, 0x04, 0xb0};
      wire.insert(wire.end(), packet.begin(), packet.end());
      is_free &= Measure("receive by a channel", count, [&] {
        line.Hear(wire, {kOurs, kServer});
        line.Drain([](const DatagramTransmit&) {});
      });
      continue;
    }
    is_free &= Measure("receive, direct, as an event", count, [&] {
      line.Hear(packet, {kOurs, kPeer});
      line.Drain([](const DatagramTransmit&) {});
    });
    is_free &= Measure("receive, direct, AcceptsFrom()", count, [&] {
      if (!agent.AcceptsFrom({kOurs, kPeer}, line.now())) std::abort();
    });
    CheckBuffer buffer;
    const ByteView request =
        WriteCheck(buffer, TransactionId{1}, {1, Role::kControlled, 1, false}, kRemote, kLocal);
    static_cast<void>(Measure("answer a check", count / 10, [&] {
      line.Hear(request, {kOurs, kPeer});
      line.Drain([](const DatagramTransmit&) {});
    }));
    Bytes forged(request.begin(), request.end());
    forged[50] ^= 1;
    static_cast<void>(Measure("drop a damaged check", count / 10, [&] {
      line.Hear(forged, {kOurs, kPeer});
      line.Drain([](const DatagramTransmit&) {});
    }));
  }
  return is_free ? 0 : 1;
}
