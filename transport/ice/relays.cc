// SPDX-License-Identifier: Apache-2.0
#include "transport/ice/relays.h"

#include <algorithm>
#include <utility>

#include "core/machine/timer_table.h"
#include "transport/ice/check_list.h"
#include "transport/ice/gathering.h"

namespace onair::ice {

static_assert(TurnClient::kMaxPeers >= CheckList::kMaxPairs, "every pair may be checked");

void Relays::AddBase(const SocketAddress& base, std::uint16_t cost, Timestamp now) {
  bases_.push_back({base, cost});
  for (const TurnServer& server : servers_) Begin(server, bases_.back(), now);
}

Status Relays::AddServer(const TurnServer& server, Timestamp now) {
  if (std::ranges::find(servers_, server) != servers_.end()) return {};
  if (servers_.size() == AgentConfig::kMaxServers) return Fail(ErrorCode::kLimit, "TURN servers");
  servers_.push_back(server);
  for (const Base& base : bases_) Begin(server, base, now);
  return {};
}

void Relays::BeginAgain(Timestamp now) {
  for (const Base& base : bases_) {
    for (const TurnServer& server : servers_) Begin(server, base, now);
  }
}

void Relays::Begin(const TurnServer& server, const Base& base, Timestamp now) {
  if (relays_.size() == kMaxRelays) return;
  const bool is_stream = server.transport != TurnTransport::kUdp;
  if (!is_stream && !CanReach(base.address.ip, server.address.ip)) return;
  // A stream leaves by whatever way the system chooses: one for all bases.
  const bool is_begun = std::ranges::any_of(relays_, [&](const Relay& relay) {
    return !relay.is_over && relay.server == server && (is_stream || relay.base == base.address);
  });
  if (is_begun) return;
  Relay& relay = relays_.emplace_back(Relay{next_number_++, server, base.address, base.cost});
  relay.is_wanted = is_stream;
  if (!is_stream) Open(relay, {base.address, server.address}, now);
}

void Relays::Open(Relay& relay, const DatagramPath& path, Timestamp now) {
  TurnConfig config{.path = path, .transport = relay.server.transport};
  config.username = relay.server.username;
  config.password = relay.server.password;
  config.relayed_family = relay.server.relayed_family;
  relay.client = std::make_unique<TurnClient>(config, Rng(rng_.Next()), now);
}

void Relays::RemoveBase(const SocketAddress& base) {
  std::erase_if(bases_, [&](const Base& one) { return one.address == base; });
  std::erase_if(relays_,
                [&](const Relay& relay) { return relay.base == base && !relay.is_stream(); });
}

std::optional<Relays::Wanted> Relays::TakeWantedStream() {
  for (Relay& relay : relays_) {
    if (!std::exchange(relay.is_wanted, false)) continue;
    return Wanted{static_cast<StreamId>(relay.number), relay.server};
  }
  return std::nullopt;
}

void Relays::HandleStreamOpened(StreamId id, const DatagramPath& ends, Timestamp now) {
  Relay* relay = Find(static_cast<int>(id));
  if (relay == nullptr || !relay->is_stream() || relay->is_over || relay->client) return;
  Open(*relay, {ends.local, relay->server.address}, now);
}

void Relays::HandleStreamClosed(StreamId id, const Error& why) {
  Relay* relay = Find(static_cast<int>(id));
  if (relay != nullptr && relay->is_stream()) End(*relay, why);
}

void Relays::End(Relay& relay, const Error& why) {
  if (std::exchange(relay.is_over, true)) return;
  lost_.push_back({relay.number, why});
}

bool Relays::Owns(const DatagramPath& path) const {
  return std::ranges::any_of(relays_, [&](const Relay& relay) {
    return relay.client && !relay.is_stream() && relay.client->path() == path;
  });
}

std::optional<Relays::Inner> Relays::HandleDatagram(const Datagram& in, Timestamp now) {
  for (Relay& relay : relays_) {
    const bool is_its = relay.client && !relay.is_stream() && relay.client->path() == in.path;
    if (is_its) return TakeFrame(relay, in, now);
  }
  return std::nullopt;
}

void Relays::HandleStreamBytes(StreamId id, ByteView in, Timestamp now,
                               const std::function<void(const Inner&)>& take) {
  Relay* relay = Find(static_cast<int>(id));
  if (relay == nullptr || !relay->client || relay->is_over) return;
  relay->deframer.HandleBytes(in);
  while (const auto frame = relay->deframer.Next()) {
    const auto inner = TakeFrame(*relay, {*frame, relay->client->path()}, now);
    if (inner) take(*inner);
  }
  if (!relay->deframer.is_broken()) return;
  relay->client->Close(now);
  End(*relay, {ErrorCode::kTurnRefused, "the TURN server's stream carries no TURN"});
}

std::optional<Relays::Inner> Relays::TakeFrame(Relay& relay, const Datagram& in, Timestamp now) {
  if (const auto data = relay.client->Unwrap(in)) {
    return Inner{data->bytes, {*relay.client->relayed(), data->peer}};
  }
  relay.client->HandleDatagram(in, now);
  return std::nullopt;
}

void Relays::HandleTimeout(Timestamp now) {
  for (Relay& relay : relays_) {
    if (relay.client) relay.client->HandleTimeout(now);
  }
}

void Relays::Send(int number, const SocketAddress& peer, ByteView bytes, Timestamp now) {
  Relay* relay = Find(number);
  if (relay == nullptr || !relay->client || relay->is_over) return;
  // Over its limits or not allocated any more: as lost as on any other path.
  static_cast<void>(relay->client->Send(peer, bytes, now).has_value());
}

void Relays::BindChannel(int number, const SocketAddress& peer, Timestamp now) {
  Relay* relay = Find(number);
  if (relay == nullptr || !relay->client || relay->is_over) return;
  static_cast<void>(relay->client->BindChannel(peer, now).has_value());
}

void Relays::Forget(int number, const SocketAddress& peer) {
  Relay* relay = Find(number);
  if (relay != nullptr && relay->client) relay->client->Forget(peer);
}

void Relays::Close(Timestamp now) {
  for (Relay& relay : relays_) {
    if (relay.client) relay.client->Close(now);
    relay.is_wanted = false;
    relay.is_over = true;
  }
  lost_.clear();
}

DatagramOutput<Relays::Event> Relays::Poll() {
  if (!lost_.empty()) {
    Event event = std::move(lost_.back());
    lost_.pop_back();
    return event;
  }
  Idle wake;
  for (std::size_t i = 0; i < relays_.size();) {
    Relay& relay = relays_[i];
    auto out = relay.client ? relay.client->Poll() : DatagramOutput<TurnClient::Event>(Idle{});
    if (const auto* idle = std::get_if<Idle>(&out)) {
      wake = Earlier(wake, *idle);
      if (relay.is_over) {  // It has said its last and leaves room for another.
        relays_.erase(relays_.begin() + static_cast<std::ptrdiff_t>(i));
      } else {
        ++i;
      }
    } else if (const auto* transmit = std::get_if<DatagramTransmit>(&out)) {
      if (!relay.is_stream()) return *transmit;
      return StreamBytes{static_cast<StreamId>(relay.number), transmit->bytes};
    } else if (auto event = Translate(relay, std::get<TurnClient::Event>(out))) {
      return std::move(*event);
    }
  }
  return wake;
}

std::optional<Relays::Event> Relays::Translate(Relay& relay, const TurnClient::Event& event) {
  if (const auto* one = std::get_if<TurnClient::Allocated>(&event)) {
    const std::uint16_t preference =
        Gathering::LocalPreference(relay.cost, one->relayed.ip, relay.server.transport,
                                   static_cast<std::size_t>(relay.number));
    LocalEnd end{.address = one->relayed, .base = relay.base, .type = CandidateType::kRelayed};
    end.priority = Priority(CandidateType::kRelayed, preference, 1);
    end.reflexive_priority = end.priority;
    end.network_cost = relay.cost;
    end.foundation = Foundation(CandidateType::kRelayed, relay.base.ip, relay.server.address.ip,
                                relay.server.transport);
    end.relay = relay.number;
    return Allocated{end, one->mapped, relay.server.address};
  }
  if (const auto* one = std::get_if<TurnClient::PeerRefused>(&event)) {
    return PeerRefused{{*relay.client->relayed(), one->peer}};
  }
  if (const auto* one = std::get_if<TurnClient::Closed>(&event)) {
    if (std::exchange(relay.is_over, true)) return std::nullopt;
    return Lost{relay.number, one->error};
  }
  return std::nullopt;  // Data is unwrapped before it can become an event.
}

bool Relays::is_waiting() const {
  return std::ranges::any_of(relays_, [](const Relay& relay) {
    return !relay.is_over && (!relay.client || !relay.client->relayed());
  });
}

std::int64_t Relays::dropped() const {
  std::int64_t dropped = 0;
  for (const Relay& relay : relays_) {
    if (relay.client) dropped += relay.client->dropped();
  }
  return dropped;
}

Relays::Relay* Relays::Find(int number) {
  const auto at = std::ranges::find(relays_, number, &Relay::number);
  return at == relays_.end() ? nullptr : &*at;
}

}  // namespace onair::ice
