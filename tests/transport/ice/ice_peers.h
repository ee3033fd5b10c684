// SPDX-License-Identifier: Apache-2.0
//
// Agents in a small internet, with a signalling channel between them.
#pragma once

#include <catch2/catch.hpp>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/transport/ice/ice_network.h"
#include "transport/ice/agent.h"
#include "transport/ice/turn_stream.h"

namespace onair::ice::testing {

inline Credentials MakeTestCredentials(char name, int generation = 0) {
  return {std::string(4, name) + std::to_string(generation), std::string(24, name)};
}

inline AgentConfig MakeConfig(char name, Role role) {
  return {.local = MakeTestCredentials(name), .role = role};
}

// One agent with its sockets; does what a driver does.
class Peer {
 public:
  Peer(twin::World& world, Network& network, const AgentConfig& config)
      : world_(world),
        network_(network),
        implementation(config.implementation),
        agent(Made(config, world)),
        wake_(world, "agent", [this] {
          agent.HandleTimeout(world_.now());
          Pump();
        }) {}

  void AddSocket(const SocketAddress& address, Router* router = nullptr, std::uint16_t cost = 0) {
    network_.AddSocket(address, router, [this](ByteView bytes, const DatagramPath& path) {
      agent.HandleDatagram({bytes, path}, world_.now());
      Pump();
    });
    REQUIRE(agent.AddLocalAddress(address, cost, world_.now()));
    Pump();
  }
  void Say(const Bytes& bytes) {
    if (!agent.Send(bytes, world_.now())) ++unsendable;
    Pump();
  }
  template <typename Command>
  void Do(Command command) {
    command(agent, world_.now());
    Pump();
  }

  void Pump() {
    for (int i = 0; i < 10'000; ++i) {
      auto out = agent.Poll();
      if (const auto* idle = std::get_if<Idle>(&out)) return wake_.Set(Checked(*idle));
      if (const auto* transmit = std::get_if<DatagramTransmit>(&out)) {
        network_.Send(transmit->bytes, transmit->path);
      } else {
        Take(std::get<Agent::Event>(out));
      }
    }
    FAIL("an agent never settles");
  }

  std::optional<SelectedPath> selected() const { return agent.selected_path(); }
  bool is_connected() const { return agent.state() == Agent::State::kConnected; }
  int Count(SwitchReason reason) const {
    int count = 0;
    for (const auto& [at, change] : switches) count += change.reason == reason ? 1 : 0;
    return count;
  }
  const PathReport* Report() const {
    reports_ = agent.paths();
    for (const PathReport& report : reports_) {
      if (report.is_selected) return &report;
    }
    return nullptr;
  }

 private:
  twin::World& world_;
  Network& network_;

 public:
  Implementation implementation;
  Agent agent;
  std::function<void(const Candidate&)> on_candidate = [](const Candidate&) {};
  std::vector<Candidate> candidates;
  std::vector<std::pair<Timestamp, Agent::SelectedPathChanged>> switches;
  std::vector<std::pair<Timestamp, Agent::State>> states;
  std::vector<std::pair<Timestamp, std::string>> heard;
  std::vector<Error> failed;
  std::vector<Error> relays_lost;
  int gathered = 0;
  int role_changes = 0;
  int restarts_failed = 0;
  int unsendable = 0;

 private:
  static Agent Made(const AgentConfig& config, twin::World& world) {
    auto made = Agent::Create(config, world.ForkRng(), NullTrace(), world.now());
    REQUIRE(made);
    return std::move(*made);
  }
  Timestamp Checked(const Idle& idle) {
    INFO("timer " << std::string(idle.timer));
    REQUIRE(idle.wake_at > world_.now());
    return idle.wake_at;
  }

  void Take(const Agent::Event& event) {
    const Timestamp now = world_.now();
    if (const auto* one = std::get_if<Agent::LocalCandidate>(&event)) {
      candidates.push_back(one->candidate);
      on_candidate(one->candidate);
    } else if (std::holds_alternative<Agent::GatheringDone>(event)) {
      ++gathered;
    } else if (const auto* change = std::get_if<Agent::SelectedPathChanged>(&event)) {
      switches.emplace_back(now, *change);
    } else if (const auto* state = std::get_if<Agent::StateChanged>(&event)) {
      states.emplace_back(now, state->state);
    } else if (const auto* data = std::get_if<Agent::Data>(&event)) {
      heard.emplace_back(now, std::string(data->bytes.begin(), data->bytes.end()));
    } else if (const auto* failure = std::get_if<Agent::Failed>(&event)) {
      failed.push_back(failure->error);
    } else if (const auto* lost = std::get_if<Agent::RelayLost>(&event)) {
      relays_lost.push_back(lost->error);
    } else if (std::holds_alternative<Agent::RoleChanged>(event)) {
      ++role_changes;
    } else if (std::holds_alternative<Agent::RestartFailed>(event)) {
      ++restarts_failed;
    } else if (const auto* wanted = std::get_if<Agent::StreamWanted>(&event)) {
      OpenStream(wanted->id);
    } else if (const auto* bytes = std::get_if<Agent::StreamBytes>(&event)) {
      WriteStream(bytes->id, Bytes(bytes->bytes.begin(), bytes->bytes.end()));
    }
  }

  // TCP to the TURN server: in order, nothing lost, the same delay.
  void OpenStream(StreamId id) {
    const SocketAddress end = At("203.0.113.200:" + std::to_string(4000 + static_cast<int>(id)));
    stream_ends_[id] = end;
    network_.AddSocket(end, nullptr, [this, id](ByteView bytes, const DatagramPath&) {
      Bytes padded(bytes.begin(), bytes.end());
      while (padded.size() % 4 != 0) padded.push_back(0);
      agent.HandleStreamBytes(id, padded, world_.now());
      Pump();
    });
    world_.At(world_.now() + TimeDelta::Millis(50), "tcp", [this, id, end] {
      agent.HandleStreamOpened(id, {end, network_.server.address()}, world_.now());
      Pump();
    });
  }
  void WriteStream(StreamId id, const Bytes& bytes) {
    network_.Send(bytes, {stream_ends_.at(id), network_.server.address()});
  }

  twin::Alarm wake_;
  std::map<StreamId, SocketAddress> stream_ends_;
  mutable std::vector<PathReport> reports_;
};

// Two peers and what they tell each other through a server that both reach.
struct Pairing {
  explicit Pairing(TimeDelta one_way = TimeDelta::Millis(25), double loss = 0,
                   std::uint64_t seed = 1)
      : world(Timestamp::Zero(), seed), network(world, one_way, loss) {}

  void MakePeers(const AgentConfig& a_config, const AgentConfig& b_config) {
    a = std::make_unique<Peer>(world, network, a_config);
    b = std::make_unique<Peer>(world, network, b_config);
    Join(*a, *b);
    Join(*b, *a);
  }
  void MakePeers() {
    MakePeers(MakeConfig('a', Role::kControlling), MakeConfig('b', Role::kControlled));
  }
  // Offer and answer are exchanged now; candidates trickle after `signalling`.
  void Join(Peer& from, Peer& to) {
    from.on_candidate = [this, &to](const Candidate& candidate) {
      world.At(world.now() + signalling, "trickle", [&to, candidate] {
        to.Do([&](Agent& agent, Timestamp now) { agent.AddRemoteCandidate(candidate, now); });
      });
    };
  }
  void Start() {
    Exchange(*a, *b);
    Exchange(*b, *a);
  }
  void Exchange(Peer& from, Peer& to) {
    from.Do([](Agent& agent, Timestamp now) { agent.FinishLocalAddresses(now); });
    const Credentials credentials = from.agent.local_credentials();
    to.Do([&](Agent& agent, Timestamp now) {
      REQUIRE(agent.SetRemoteCredentials(credentials, from.implementation, now));
    });
  }
  void Restart(int generation) {
    a->Do([&](Agent& agent, Timestamp now) {
      REQUIRE(agent.Restart(MakeTestCredentials('a', generation), now));
    });
    b->Do([&](Agent& agent, Timestamp now) {
      REQUIRE(agent.Restart(MakeTestCredentials('b', generation), now));
    });
    Start();
  }
  bool AreConnected() const { return a->is_connected() && b->is_connected(); }
  // Both say a word each 20 ms, as media does, until then.
  void TalkFor(TimeDelta span) {
    const Timestamp end = world.now() + span;
    while (world.now() < end) {
      a->Say({'a'});
      b->Say({'b'});
      world.RunFor(TimeDelta::Millis(20));
    }
  }
  // A word each way arrives.
  bool Talks() {
    world.RunFor(TimeDelta::Millis(200));  // What is on its way arrives.
    const std::size_t at_a = a->heard.size();
    const std::size_t at_b = b->heard.size();
    a->Say({'p', 'i', 'n', 'g'});
    b->Say({'p', 'o', 'n', 'g'});
    world.RunFor(TimeDelta::Seconds(1));
    return a->heard.size() == at_a + 1 && b->heard.size() == at_b + 1;
  }

  twin::World world;
  Network network;
  TimeDelta signalling = TimeDelta::Millis(10);
  std::unique_ptr<Peer> a;
  std::unique_ptr<Peer> b;
};

}  // namespace onair::ice::testing
