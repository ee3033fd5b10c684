// SPDX-License-Identifier: Apache-2.0
//
// The agent's checks: RFC 8445 section 7.
#include <algorithm>
#include <array>

#include "transport/ice/agent.h"
#include "transport/ice/digest.h"

namespace onair::ice {
namespace {

// First checks of a pair before it counts as failed. Source: RFC 8489 section 6.2.1, Rc.
constexpr int kMaxChecks = 7;
// After the last one, in first waits. Source: RFC 8489 section 6.2.1, Rm.
constexpr int kLastWait = 16;

}  // namespace

// --- Requests.

void Agent::OnRequest(const StunMessage& request, const DatagramPath& path) {
  if (!request.has_fingerprint() || state_ == State::kFailed) {
    ++stats_.ignored;
    return;
  }
  // RFC 8489 section 9.1.3 would refuse with 400 or 401. Silence gives a stranger nothing.
  Authenticity verdict = Authenticate(request, current_.local);
  const bool is_previous = verdict == Authenticity::kForOthers && previous_.has_value();
  if (is_previous) verdict = Authenticate(request, previous_->local);
  if (verdict != Authenticity::kAuthentic) {
    ++(verdict == Authenticity::kForged ? stats_.forged : stats_.ignored);
    return;
  }
  CheckBuffer buffer;
  const Credentials& ours = is_previous ? previous_->local : current_.local;
  const Pair* known = checks_.Find(path);
  const int relay = known != nullptr ? known->local.relay : [&] {
    const auto end = std::ranges::find(checks_.locals(), path.local, &LocalEnd::address);
    return end == checks_.locals().end() ? -1 : end->relay;
  }();
  const auto refuse = [&](StunError error) {
    Transmit(path, relay, WriteRefusal(buffer, request, error, ours));
  };
  std::array<std::uint16_t, 1> unknown{};
  if (request.CollectUnknown(unknown) != 0) return refuse(kStunUnknownAttribute);
  const auto check = ReadCheck(request);
  if (!check) return refuse(kStunBadRequest);
  // The generation before only keeps its path alive.
  if (!is_previous && !ResolveConflict(*check)) return refuse(kStunRoleConflict);

  ++stats_.requests;
  Transmit(path, relay, WriteAnswer(buffer, request.transaction(), path.remote, ours));
  if (!is_previous) return OnAuthenticRequest(*check, path);
  if (Pair* used = checks_.FindOpen(path)) {
    used->last_received = now_;
    used->unanswered = 0;
  }
}

// RFC 8445 section 7.3.1.1. False: the peer is to change its role.
bool Agent::ResolveConflict(const Check& check) {
  if (check.role != role_) return true;
  ++stats_.role_conflicts;
  if (config_.implementation == Implementation::kLite) return false;
  const bool we_win = tie_breaker_ >= check.tie_breaker;
  if (role_ == Role::kControlling) {
    if (we_win) return false;
    SwitchRole(Role::kControlled);
  } else {
    if (!we_win) return false;
    SwitchRole(Role::kControlling);
  }
  return true;
}

void Agent::SwitchRole(Role role) {
  role_ = role;
  checks_.set_role(role);
  is_settled_ = false;
  if (selected_ != 0) settle_at_ = now_ + config_.nomination_wait;
  Tell(RoleChanged{role});
}

void Agent::OnAuthenticRequest(const Check& check, const DatagramPath& path) {
  const RemoteEnd remote{.address = path.remote,
                         .type = CandidateType::kPeerReflexive,
                         .priority = check.priority,
                         .foundation = Crc32(path.remote.ip.bytes)};
  Pair* pair = checks_.AddPair(path.local, remote);
  if (pair == nullptr && checks_.pairs().size() == CheckList::kMaxPairs) {
    // Where the peer is now counts for more than where it was.
    checks_.RemoveStalest(selected_);
    pair = checks_.AddPair(path.local, remote);
  }
  if (pair == nullptr) return;
  pair->was_asked = true;
  pair->last_received = now_;
  pair->unanswered = 0;
  if (config_.implementation == Implementation::kLite) return OnLiteRequest(check, *pair);
  if (!pair->is_valid()) checks_.Trigger(*pair);
  if (!check.nominates || role_ != Role::kControlled) return;
  // RFC 8445 section 7.3.1.5: at once when we know that it works, else when our check says so.
  if (pair->is_valid()) {
    OnNominated(*pair);
  } else {
    pair->is_wanted = true;
  }
}

// RFC 8445 section 8.2: the peer has checked; its requests are its consent.
void Agent::OnLiteRequest(const Check& check, Pair& pair) {
  pair.state = PairState::kSucceeded;
  pair.triggered = 0;
  pair.last_answer = now_;
  pair.succeeded_at = std::min(pair.succeeded_at, now_);
  if (check.nominates) OnNominated(pair);
}

// --- Our own.

bool Agent::MayCheck() const {
  return current_.remote.has_value() && config_.implementation == Implementation::kFull;
}

void Agent::RunChecks() {
  for (Pair& pair : checks_.pairs()) {
    if (pair.state != PairState::kInProgress || now_ < pair.check_again_at) continue;
    if (pair.checks >= kMaxChecks) {
      pair.state = PairState::kFailed;
      pair.check_again_at = Timestamp::PlusInfinity();
      Forget(pair);
      continue;
    }
    const int next = pair.checks + 1 == kMaxChecks ? kLastWait : 1 << pair.checks;
    ++pair.checks;
    pair.check_again_at = now_ + config_.check_rto * next;
    SendPing(pair, is_peer_lite_ && !is_settled_);
  }
  if (!MayCheck() || now_ < pace_at_) return;
  if (Pair* next = checks_.NextToCheck()) StartCheck(*next);
}

void Agent::StartCheck(Pair& pair) {
  pair.triggered = 0;
  pair.state = PairState::kInProgress;
  pair.checks = 1;
  pair.check_again_at = now_ + config_.check_rto;
  pace_at_ = now_ + config_.pace;
  SendPing(pair, is_peer_lite_ && !is_settled_);
}

// `nominates` holds as far as our role and configuration allow.
void Agent::SendPing(Pair& pair, bool nominates) {
  const Session* session = SessionOf(pair);
  if (session == nullptr) return;
  const bool is_first = !pair.is_valid();
  const bool may_nominate =
      role_ == Role::kControlling && (!is_first || config_.nomination == Nomination::kFast);
  Ping& ping = pair.pings[pair.next_ping];
  pair.next_ping = (pair.next_ping + 1) % pair.pings.size();
  if (ping.sent_at.is_finite()) pair.quality.OnLost();
  ping = {ids_.Next(), now_, nominates && may_nominate, role_};
  pair.last_ping = now_;
  ++pair.unanswered;
  const double spread = 0.8 + 0.4 * rng_.Fraction();
  pair.consent_check_at = now_ + config_.consent_interval.Scaled(spread);
  ++stats_.checks_sent;

  CheckBuffer buffer;
  const Check check{pair.local.reflexive_priority, role_, tie_breaker_, ping.nominates};
  Transmit(pair.path(), pair.local.relay,
           WriteCheck(buffer, ping.id, check, session->local, *session->remote));
  if (is_peer_lite_ && pair.id != selected_) PinSelected();
}

// Some lite servers (SRS) send to whichever address asked them last: that must be the selected
// one. Guarded by "A lite peer hears from the selected path last".
void Agent::PinSelected() {
  Pair* selected = checks_.Find(selected_);
  if (selected == nullptr) return;
  SendPing(*selected, is_settled_);
  --selected->unanswered;  // It follows another's need and says nothing of this path.
}

const Agent::Session* Agent::SessionOf(const Pair& pair) const {
  if (pair.generation == checks_.generation()) return current_.remote ? &current_ : nullptr;
  return previous_ && previous_->remote ? &*previous_ : nullptr;
}

void Agent::Transmit(const DatagramPath& path, int relay, ByteView bytes) {
  if (bytes.empty()) return;
  if (relay >= 0) return relays_.Send(relay, path.remote, bytes, now_);
  outbox_.Push(bytes, path);
}

// --- Answers.

void Agent::OnAnswer(const StunMessage& answer, const DatagramPath& path) {
  const auto waiting = checks_.Find(answer.transaction());
  if (!waiting) {
    ++stats_.ignored;
    return;
  }
  Pair& pair = *waiting->pair;
  const Session* session = SessionOf(pair);
  if (session == nullptr || !answer.VerifyIntegrity(AsBytes(session->remote->password))) {
    ++stats_.forged;
    return;
  }
  const Ping ping = *waiting->ping;
  waiting->ping->sent_at = Timestamp::MinusInfinity();
  // RFC 8445 section 7.2.5.2.1: the answer comes the way that the request went.
  if (pair.path() != path) {
    if (!pair.is_valid()) pair.state = PairState::kFailed;
    return;
  }
  if (answer.kind() == StunClass::kError) {
    return OnRefusal(pair, ping, answer.error_code().value_or(kStunServerError));
  }
  ++stats_.checks_answered;
  pair.quality.OnAnswer(now_ - ping.sent_at);
  pair.last_answer = pair.last_received = now_;
  pair.unanswered = 0;
  if (pair.id == selected_) {
    trace_->Number(now_, "ice.rtt_ms", (now_ - ping.sent_at).ms_f());
    trace_->Number(now_, "ice.loss", pair.quality.loss());
  }
  OnSuccess(pair, ping);
}

void Agent::OnSuccess(Pair& pair, const Ping& ping) {
  if (!pair.is_valid()) {
    pair.state = PairState::kSucceeded;
    pair.triggered = 0;
    pair.check_again_at = Timestamp::PlusInfinity();
    MarkKept(checks_, selected_, config_.max_backups);
    // RFC 8445 section 7.2.5.3.3: its likes need not wait any more.
    for (Pair& other : checks_.pairs()) {
      const bool is_alike =
          other.state == PairState::kFrozen && other.foundation() == pair.foundation();
      if (is_alike) other.state = PairState::kWaiting;
    }
  }
  if (!pair.succeeded_at.is_finite()) pair.succeeded_at = now_;
  if (ping.nominates && role_ == Role::kControlling) pair.is_nominated = true;
  if (pair.is_wanted && role_ == Role::kControlled) {
    pair.is_wanted = false;
    OnNominated(pair);
  }
}

void Agent::OnRefusal(Pair& pair, const Ping& ping, int error) {
  if (error == kStunRoleConflict) {
    ++stats_.role_conflicts;
    if (ping.role != role_) return checks_.Trigger(pair);  // It was changed meanwhile.
    if (is_peer_lite_) return;  // A lite peer that claims to control is confused.
    SwitchRole(role_ == Role::kControlling ? Role::kControlled : Role::kControlling);
    // RFC 8445 section 7.2.5.1: "The agent MUST change the tiebreaker value."
    tie_breaker_ = rng_.Next();
    pair.state = pair.is_valid() ? pair.state : PairState::kWaiting;
    return checks_.Trigger(pair);
  }
  if (!pair.is_valid()) pair.state = PairState::kFailed;
}

}  // namespace onair::ice
