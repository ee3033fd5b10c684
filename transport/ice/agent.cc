// SPDX-License-Identifier: Apache-2.0
//
// What comes into an agent. Checks: agent_checks.cc; which path is used: agent_paths.cc; what
// leaves it: agent_output.cc.
#include "transport/ice/agent.h"

#include <algorithm>
#include <utility>

#include "transport/ice/digest.h"

namespace onair::ice {
namespace {

bool IsUsable(const SocketAddress& address) {
  return address.port != 0 && !address.ip.is_any();
}

}  // namespace

Result<Agent> Agent::Create(const AgentConfig& config, Rng rng, TraceSink& trace, Timestamp now) {
  if (const Status valid = config.Validate(); !valid) return Forward(valid);
  if (!HmacSha1({}, {})) return onair::Fail(ErrorCode::kUnsupported, "ICE wants a build with TLS");
  return Agent(config, rng, trace, now);
}

Agent::Agent(const AgentConfig& config, Rng rng, TraceSink& trace, Timestamp now)
    : config_(config),
      rng_(rng),
      trace_(&trace),
      ids_(AsBytes(config.local.password), rng_),
      now_(now),
      role_(config.implementation == Implementation::kLite ? Role::kControlled : config.role),
      tie_breaker_(rng_.Next()),
      current_{config.local},
      gathering_(config),
      relays_(config, Rng(rng_.Next())),
      checks_(role_) {}

void Agent::Advance(Timestamp now) {
  now_ = std::max(now_, now);
}

// --- What the world says.

void Agent::HandleDatagram(const Datagram& in, Timestamp now) {
  Advance(now);
  if (state_ == State::kClosed) return;
  if (relays_.Owns(in.path)) {
    // A TURN server is often a STUN server too.
    const auto message = StunMessage::Parse(in.bytes);
    if (!message || !gathering_.HandleAnswer(*message, in.path, now_)) {
      const auto inner = relays_.HandleDatagram(in, now_);
      if (inner) HandleInner(inner->bytes, inner->path);
    }
  } else {
    HandleInner(in.bytes, in.path);
  }
  Settle();
}

void Agent::HandleInner(ByteView bytes, const DatagramPath& path) {
  if (bytes.empty()) return;
  // RFC 7983 section 7: 0 to 3 is STUN, broken or not.
  if (bytes[0] > 3) return HandleData(bytes, path);
  const auto message = StunMessage::Parse(bytes);
  if (!message || message->method() != StunMethod::kBinding) {
    ++stats_.ignored;
    return;
  }
  switch (message->kind()) {
    case StunClass::kRequest:
      return OnRequest(*message, path);
    case StunClass::kIndication:
      return;  // A keep-alive; anybody may have sent it.
    case StunClass::kSuccess:
    case StunClass::kError:
      if (!gathering_.HandleAnswer(*message, path, now_)) OnAnswer(*message, path);
  }
}

void Agent::HandleData(ByteView bytes, const DatagramPath& path) {
  if (!AcceptsFrom(path, now_)) {
    ++stats_.strange_data;
    return;
  }
  inbox_.Push(bytes, path);
}

bool Agent::AcceptsFrom(const DatagramPath& path, Timestamp now) {
  Advance(now);
  Pair* pair = checks_.FindOpen(path);
  if (pair == nullptr) return false;
  pair->last_received = now_;
  pair->unanswered = 0;
  return true;
}

void Agent::HandleTimeout(Timestamp now) {
  Advance(now);
  if (state_ == State::kClosed) return;
  gathering_.HandleTimeout(ids_, outbox_, now_);
  relays_.HandleTimeout(now_);
  Settle();
}

void Agent::HandleStreamOpened(StreamId id, const DatagramPath& ends, Timestamp now) {
  Advance(now);
  if (state_ == State::kClosed) return;
  relays_.HandleStreamOpened(id, ends, now_);
  Settle();
}

void Agent::HandleStreamBytes(StreamId id, ByteView in, Timestamp now) {
  Advance(now);
  if (state_ == State::kClosed) return;
  relays_.HandleStreamBytes(
      id, in, now_, [this](const Relays::Inner& inner) { HandleInner(inner.bytes, inner.path); });
  Settle();
}

void Agent::HandleStreamClosed(StreamId id, const Error& why, Timestamp now) {
  Advance(now);
  if (state_ == State::kClosed) return;
  relays_.HandleStreamClosed(id, why);
  Settle();
}

void Agent::HandlePathSuspect(Timestamp now) {
  Advance(now);
  if (selected_ == 0 || suspected_at_ || config_.implementation == Implementation::kLite) return;
  suspected_at_ = now_;
  // Asked at once, not when their last request is old enough.
  for (Pair& pair : checks_.pairs()) {
    if (pair.is_valid()) SendPing(pair, pair.id == selected_ && role_ == Role::kControlling);
  }
  Settle();
}

// --- What the application says.

Status Agent::AddLocalAddress(const SocketAddress& base, std::uint16_t network_cost,
                              Timestamp now) {
  Advance(now);
  if (state_ == State::kClosed) return onair::Fail(ErrorCode::kInvalidState, "closed");
  if (!IsUsable(base)) return onair::Fail(ErrorCode::kInvalidConfig, "local address");
  if (gathering_.has_base(base)) return {};
  const std::uint16_t cost = std::min<std::uint16_t>(network_cost, 999);
  const Status added = gathering_.AddBase(base, cost, ids_, outbox_, now_);
  if (!added) return added;
  relays_.AddBase(base, cost, now_);
  Settle();
  return {};
}

void Agent::RemoveLocalAddress(const SocketAddress& base, Timestamp now) {
  Advance(now);
  if (state_ == State::kClosed || !gathering_.has_base(base)) return;
  gathering_.RemoveBase(base);
  relays_.RemoveBase(base);
  const bool had_path = selected_ != 0;
  checks_.RemoveLocals([&](const LocalEnd& end) { return end.base == base; });
  if (had_path && checks_.Find(selected_) == nullptr) Deselect(SwitchReason::kRemoved);
  Settle();
}

Status Agent::AddStunServer(const SocketAddress& server, Timestamp now) {
  Advance(now);
  if (state_ == State::kClosed) return onair::Fail(ErrorCode::kInvalidState, "closed");
  if (!IsUsable(server)) return onair::Fail(ErrorCode::kInvalidConfig, "STUN server");
  const Status added = gathering_.AddServer(server, ids_, outbox_, now_);
  if (added) GatherAgain();
  return added;
}

Status Agent::AddTurnServer(const TurnServer& server, Timestamp now) {
  Advance(now);
  if (state_ == State::kClosed) return onair::Fail(ErrorCode::kInvalidState, "closed");
  if (const Status valid = server.Validate(); !valid) return valid;
  const Status added = relays_.AddServer(server, now_);
  if (added) GatherAgain();
  return added;
}

void Agent::GatherAgain() {
  if (is_local_finished_) {
    is_gathering_told_ = false;
    gathering_ends_at_ = now_ + config_.gathering_timeout;
  }
  Settle();
}

void Agent::FinishLocalAddresses(Timestamp now) {
  Advance(now);
  if (state_ == State::kClosed || is_local_finished_) return;
  is_local_finished_ = true;
  gathering_ends_at_ = now_ + config_.gathering_timeout;
  Settle();
}

void Agent::SetRole(Role role, Timestamp now) {
  Advance(now);
  const bool is_late = current_.remote || state_ == State::kClosed;
  if (is_late || config_.implementation == Implementation::kLite || role == role_) return;
  SwitchRole(role);
}

Status Agent::SetRemoteCredentials(const Credentials& remote, Implementation peer, Timestamp now) {
  Advance(now);
  if (const Status valid = remote.Validate(); !valid) return valid;
  if (state_ == State::kClosed) return onair::Fail(ErrorCode::kInvalidState, "closed");
  if (current_.remote == remote) return {};
  if (current_.remote) {
    return onair::Fail(ErrorCode::kInvalidState, "the peer's ICE restart wants ours first");
  }
  current_.remote = remote;
  is_peer_lite_ = peer == Implementation::kLite;
  // RFC 8445 section 6.1.1: the full side controls.
  const bool controls = is_peer_lite_ && config_.implementation == Implementation::kFull;
  if (controls && role_ == Role::kControlled) SwitchRole(Role::kControlling);
  give_up_at_ = now_ + config_.patience;
  if (state_ == State::kNew) SetState(State::kChecking);
  Settle();
  return {};
}

void Agent::AddRemoteCandidate(const Candidate& candidate, Timestamp now) {
  Advance(now);
  if (state_ == State::kClosed || config_.implementation == Implementation::kLite) return;
  const bool is_of_others =
      !candidate.ufrag.empty() && current_.remote && candidate.ufrag != current_.remote->ufrag;
  const std::int64_t before = checks_.dropped();
  if (is_of_others || candidate.component != 1 || !IsUsable(candidate.address)) {
    ++stats_.candidates_dropped;
    return;
  }
  checks_.AddRemote({.address = candidate.address,
                     .type = candidate.type,
                     .priority = candidate.priority,
                     .network_cost = candidate.network_cost,
                     .foundation = Crc32(AsBytes(candidate.foundation))});
  // What was dropped changes nothing, so ten thousand of them cost next to nothing.
  if (checks_.dropped() == before) Settle();
}

Status Agent::Restart(const Credentials& local, Timestamp now) {
  Advance(now);
  if (const Status valid = local.Validate(); !valid) return valid;
  if (state_ == State::kClosed) return onair::Fail(ErrorCode::kInvalidState, "closed");
  const bool has_path = selected_ != 0;
  // A second restart in a row keeps the credentials that the path in use was made with.
  if (has_path && !previous_) previous_ = current_;
  if (!has_path) previous_.reset();
  current_ = {local};
  for (const Pair& pair : checks_.pairs()) {
    if (pair.id != selected_) Forget(pair);
  }
  checks_.Restart(selected_);
  is_settled_ = false;
  settle_at_ = give_up_at_ = Timestamp::PlusInfinity();
  gathering_.Repeat();
  relays_.BeginAgain(now_);
  is_gathering_told_ = false;
  if (is_local_finished_) gathering_ends_at_ = now_ + config_.gathering_timeout;
  if (!has_path) SetState(State::kNew);
  Settle();
  return {};
}

Status Agent::Send(ByteView payload, Timestamp now) {
  Advance(now);
  if (payload.size() > kMaxDatagramBytes) return onair::Fail(ErrorCode::kLimit, "ICE datagram");
  const Pair* pair = checks_.Find(selected_);
  if (pair == nullptr) return onair::Fail(ErrorCode::kInvalidState, "no path");
  Transmit(pair->path(), pair->local.relay, payload);
  return {};
}

void Agent::Close(Timestamp now) {
  Advance(now);
  if (state_ == State::kClosed) return;
  state_ = State::kClosed;
  selected_ = 0;
  events_.Clear();
  outbox_.Clear();
  inbox_.Clear();
  relays_.Close(now_);
}

// --- What follows from an input.

void Agent::Settle() {
  TakeFound();
  while (const auto wanted = relays_.TakeWantedStream()) {
    const TurnServer& server = wanted->server;
    Tell(StreamWanted{wanted->id, server.address, server.transport, server.host});
  }
  if (state_ != State::kFailed) RunPaths();
  const bool is_gathered =
      (is_local_finished_ && !gathering_.is_waiting() && !relays_.is_waiting()) ||
      now_ >= gathering_ends_at_;
  if (is_gathered && !is_gathering_told_) {
    is_gathering_told_ = true;
    gathering_ends_at_ = Timestamp::PlusInfinity();
    Tell(GatheringDone{});
  }
}

void Agent::TakeFound() {
  while (auto found = gathering_.TakeFound()) {
    found->candidate.ufrag = current_.local.ufrag;
    if (found->end) checks_.AddLocal(*found->end);
    Tell(LocalCandidate{std::move(found->candidate)});
  }
}

void Agent::OnRelayEvent(const Relays::Event& event) {
  if (const auto* one = std::get_if<Relays::Allocated>(&event)) {
    gathering_.AddRelayed(one->end, one->mapped, one->server);
  } else if (const auto* lost = std::get_if<Relays::Lost>(&event)) {
    gathering_.RemoveRelay(lost->relay);
    const bool had_path = selected_ != 0;
    checks_.RemoveLocals([&](const LocalEnd& end) { return end.relay == lost->relay; });
    if (had_path && checks_.Find(selected_) == nullptr) Deselect(SwitchReason::kRemoved);
    Tell(RelayLost{lost->error});
  } else if (const auto* refused = std::get_if<Relays::PeerRefused>(&event)) {
    Pair* pair = checks_.Find(refused->path);
    if (pair != nullptr && !pair->is_valid()) {
      pair->state = PairState::kFailed;
      pair->triggered = 0;
    }
  }
  Settle();
}

// The peer of a pair that is given up, unless the generation before or after it needs it too.
void Agent::Forget(const Pair& pair) {
  const bool is_needed = std::ranges::any_of(checks_.pairs(), [&](const Pair& other) {
    return other.id != pair.id && other.state != PairState::kFailed &&
           other.local.relay == pair.local.relay && other.remote.address == pair.remote.address;
  });
  if (!pair.is_relayed() || is_needed) return;
  relays_.Forget(pair.local.relay, pair.remote.address);
}

void Agent::Tell(Event event) {
  events_.Push(std::move(event));
}

void Agent::SetState(State state) {
  if (state == state_) return;
  state_ = state;
  trace_->Decision(now_, "ice.state", ToString(state), "");
  Tell(StateChanged{state});
}

void Agent::Fail(ErrorCode code, const char* detail) {
  SetState(State::kFailed);
  give_up_at_ = Timestamp::PlusInfinity();
  Tell(Failed{Error{code, detail}});
}

}  // namespace onair::ice
