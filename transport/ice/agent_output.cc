// SPDX-License-Identifier: Apache-2.0
//
// What an agent answers and tells of itself.
#include <algorithm>
#include <utility>

#include "core/machine/timer_table.h"
#include "transport/ice/agent.h"

namespace onair::ice {
namespace {

SelectedPath Describe(const Pair& pair) {
  SelectedPath path{.path = pair.path(), .base = pair.local.base};
  path.is_relayed = pair.is_relayed();
  path.local_type = pair.local.type;
  path.remote_type = pair.remote.type;
  path.network_cost = pair.local.network_cost;
  return path;
}

}  // namespace

DatagramOutput<Agent::Event> Agent::Poll() {
  for (;;) {
    if (auto transmit = outbox_.Pop()) return *transmit;
    auto relayed = relays_.Poll();
    if (auto* transmit = std::get_if<DatagramTransmit>(&relayed)) return *transmit;
    if (auto* event = std::get_if<Relays::Event>(&relayed)) {
      if (auto* bytes = std::get_if<Relays::StreamBytes>(event)) {
        return Event(StreamBytes{bytes->id, bytes->bytes});
      }
      if (state_ != State::kClosed) OnRelayEvent(*event);
      continue;
    }
    if (auto event = events_.Pop()) return std::move(*event);
    if (auto data = inbox_.Pop()) return Event(Data{data->bytes, data->path});
    if (state_ == State::kClosed) return Idle{};
    return Earlier(std::get<Idle>(relayed), Wake());
  }
}

Idle Agent::Wake() {
  Idle wake{gathering_.deadline(), "ice.stun"};
  const auto sooner = [&](Timestamp at, std::string_view name) {
    if (at < wake.wake_at) wake = {at, name};
  };
  sooner(gathering_ends_at_, "ice.gathering");
  if (state_ != State::kFailed) {
    if (MayCheck() && checks_.NextToCheck() != nullptr) sooner(pace_at_, "ice.pace");
    sooner(give_up_at_, "ice.patience");
    sooner(FirstDeadline(), "ice.path");
  }
  return wake.wake_at.is_finite() ? wake : Idle{};
}

std::string_view ToString(Agent::State state) {
  switch (state) {
    case Agent::State::kNew:
      return "new";
    case Agent::State::kChecking:
      return "checking";
    case Agent::State::kConnected:
      return "connected";
    case Agent::State::kDisconnected:
      return "disconnected";
    case Agent::State::kFailed:
      return "failed";
    case Agent::State::kClosed:
      return "closed";
  }
  return "unknown";
}

std::string_view ToString(SwitchReason reason) {
  switch (reason) {
    case SwitchReason::kFirst:
      return "first";
    case SwitchReason::kBetter:
      return "better";
    case SwitchReason::kNominated:
      return "nominated";
    case SwitchReason::kQuiet:
      return "quiet";
    case SwitchReason::kRemoved:
      return "removed";
    case SwitchReason::kConsentLost:
      return "consent_lost";
    case SwitchReason::kRestarted:
      return "restarted";
  }
  return "unknown";
}

std::optional<SelectedPath> Agent::selected_path() const {
  const Pair* pair = checks_.Find(selected_);
  if (pair == nullptr) return std::nullopt;
  return Describe(*pair);
}

std::vector<PathReport> Agent::paths() const {
  std::vector<const Pair*> ordered;
  for (const Pair& pair : checks_.pairs()) ordered.push_back(&pair);
  std::ranges::sort(ordered, [](const Pair* a, const Pair* b) { return IsBetter(*a, *b); });
  std::vector<PathReport> reports;
  for (const Pair* pair : ordered) {
    PathReport report{.path = Describe(*pair), .state = pair->state};
    report.is_selected = pair->id == selected_;
    report.is_nominated = pair->is_nominated;
    report.rtt = pair->quality.rtt();
    report.min_rtt = pair->quality.min_rtt();
    report.loss = pair->quality.loss();
    if (pair->last_received.is_finite()) report.last_received = pair->last_received;
    if (pair->last_answer.is_finite()) report.last_answer = pair->last_answer;
    reports.push_back(report);
  }
  return reports;
}

AgentStats Agent::stats() const {
  AgentStats stats = stats_;
  stats.candidates_dropped += checks_.dropped();
  stats.datagrams_dropped = outbox_.dropped() + inbox_.dropped() + relays_.dropped();
  return stats;
}

}  // namespace onair::ice
