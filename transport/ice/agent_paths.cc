// SPDX-License-Identifier: Apache-2.0
//
// Which path the agent uses: nomination (RFC 8445 section 8), consent (RFC 7675) and the change
// to another path when the one in use falls silent.
#include <algorithm>

#include "transport/ice/agent.h"

namespace onair::ice {
namespace {

// Later answers count as none. Source: ours; ten times a slow radio link's round trip.
constexpr TimeDelta kPingLife = TimeDelta::Seconds(3);

}  // namespace

void Agent::RunPaths() {
  ExpireConsent();
  if (state_ == State::kFailed) return;
  if (config_.implementation == Implementation::kFull) {
    RunChecks();
    RunPings();
  }
  Evaluate();
  // A change of path or a doubt makes others due at once, and those that failed before.
  if (config_.implementation == Implementation::kFull) {
    RunChecks();
    RunPings();
  }
  CheckPatience();
}

// RFC 7675 section 5.1: "If consent [...] expires, [...] MUST cease transmission" on that path.
void Agent::ExpireConsent() {
  bool has_lost_path = false;
  for (Pair& pair : checks_.pairs()) {
    if (!pair.is_valid() || now_ < pair.last_answer + config_.consent_expiry) continue;
    pair.state = PairState::kFailed;
    pair.is_nominated = pair.was_asked = false;
    pair.consent_check_at = Timestamp::PlusInfinity();
    // "Once consent is lost, the same ICE credentials MUST NOT be used on the affected 5-tuple".
    pair.is_spent = config_.implementation == Implementation::kFull;
    for (Ping& ping : pair.pings) ping.sent_at = Timestamp::MinusInfinity();
    if (pair.id == selected_) has_lost_path = true;
  }
  if (!has_lost_path) return;
  const int generation = checks_.Find(selected_)->generation;
  // A lite side asks nobody, so a peer that comes back is welcome.
  if (config_.implementation == Implementation::kLite) checks_.Remove(selected_);
  Deselect(SwitchReason::kConsentLost);
  // A restart that is under way may still find new ones.
  const bool is_over = selected_ == 0 && generation == checks_.generation();
  if (is_over) Fail(ErrorCode::kIceConsentLost, "the peer answers no more checks");
}

void Agent::RunPings() {
  // The selected path first: whether it is in doubt decides about the others.
  if (Pair* selected = checks_.Find(selected_)) RunPing(*selected);
  for (Pair& pair : checks_.pairs()) {
    if (pair.id != selected_) RunPing(pair);
  }
}

void Agent::RunPing(Pair& pair) {
  for (Ping& ping : pair.pings) {
    if (!ping.sent_at.is_finite() || now_ < ping.sent_at + kPingLife) continue;
    ping.sent_at = Timestamp::MinusInfinity();
    pair.quality.OnLost();
  }
  const bool is_selected = pair.id == selected_;
  if (!pair.is_valid() || now_ < NextPingAt(pair, is_selected, alarm(), config_)) return;
  // On the path in use every request says again that it is nominated: one of them will arrive.
  SendPing(pair, is_selected && is_settled_);
}

Alarmed Agent::alarm() const {
  const Pair* pair = checks_.Find(selected_);
  const bool is_alarmed = suspected_at_ || (pair != nullptr && pair->unanswered >= 2);
  return is_alarmed ? Alarmed::kYes : Alarmed::kNo;
}

void Agent::Evaluate() {
  const Pair* selected = checks_.Find(selected_);
  if (selected == nullptr) {
    // A lite side waits for the nomination.
    const bool may_choose = config_.implementation == Implementation::kFull;
    const Pair* best = may_choose ? BestAliveSince(checks_, Timestamp::MinusInfinity()) : nullptr;
    if (best != nullptr) Select(best->id, SwitchReason::kFirst);
    selected = checks_.Find(selected_);
    if (selected == nullptr) return;
  }
  if (suspected_at_ && selected->last_received > *suspected_at_) suspected_at_.reset();
  if (LeaveQuiet(*selected)) return;
  if (role_ == Role::kControlling) EvaluateControlling(*selected);
}

// True: the selected path is silent; another one was taken if there is one.
bool Agent::LeaveQuiet(const Pair& selected) {
  if (!IsQuiet(selected, config_, suspected_at_, now_)) {
    if (state_ == State::kDisconnected) SetState(State::kConnected);
    return false;
  }
  const Timestamp since = std::max(selected.last_received, suspected_at_.value_or(now_));
  const Pair* other = BestAliveSince(checks_, suspected_at_ ? since : selected.last_received);
  if (other != nullptr && other->id != selected.id) {
    // It must prove itself anew before anything moves back.
    checks_.Find(selected_)->succeeded_at = Timestamp::PlusInfinity();
    Select(other->id, SwitchReason::kQuiet);
    if (role_ == Role::kControlling) Nominate();
    return true;
  }
  if (state_ == State::kConnected) {
    SetState(State::kDisconnected);
    checks_.Revive();
  }
  return true;
}

void Agent::EvaluateControlling(const Pair& selected) {
  const Pair* best = BestAnswering(checks_);
  const bool has_better = best != nullptr && best->id != selected.id && IsBetter(*best, selected);
  if (has_better) {
    const bool is_new = best->generation != selected.generation;
    const bool is_proven = now_ >= best->succeeded_at + kBetterFor;
    if (!is_settled_ || is_new || (is_proven && IsWorthLeaving(selected, *best))) {
      const bool was_settled = is_settled_;
      Select(best->id, is_new ? SwitchReason::kRestarted : SwitchReason::kBetter);
      if (was_settled) Nominate();
    }
  }
  if (is_settled_) return;
  const Pair& used = *checks_.Find(selected_);
  if (used.generation != checks_.generation()) return;  // Its time is over; the new one is awaited.
  settle_at_ = std::min(settle_at_, now_ + config_.nomination_wait);
  if (now_ >= settle_at_ || !IsBusyAbove(used)) Nominate();
}

// Whether a pair that would be preferred is still being tried.
bool Agent::IsBusyAbove(const Pair& selected) const {
  return std::ranges::any_of(checks_.pairs(), [&](const Pair& pair) {
    const bool is_open = pair.state != PairState::kSucceeded && pair.state != PairState::kFailed;
    return is_open && IsBetter(pair, selected);
  });
}

// Tells the peer that the selected path is the one.
void Agent::Nominate() {
  is_settled_ = true;
  settle_at_ = Timestamp::PlusInfinity();
  Pair* pair = checks_.Find(selected_);
  if (pair == nullptr) return;
  // Every check nominated at a lite peer: with several pairs it must hear which one is meant.
  const bool is_unclear = is_peer_lite_ && checks_.pairs().size() > 1;
  if (!pair->is_nominated || is_unclear) SendPing(*pair, true);
}

// Controlled: the peer chose. A peer that nominates all it tries at its start (RFC 5245) means
// the one of the highest priority; later the newest word counts.
void Agent::OnNominated(Pair& pair) {
  pair.is_nominated = true;
  pair.nominated_at = now_;
  if (pair.id == selected_) return;
  const Pair* selected = checks_.Find(selected_);
  const bool is_start = selected != nullptr && selected->is_nominated &&
                        selected->generation == pair.generation &&
                        now_ < selected_at_ + TimeDelta::Seconds(1);
  if (is_start && selected->priority > pair.priority) return;
  Select(pair.id, SwitchReason::kNominated);
}

void Agent::Select(std::uint32_t id, SwitchReason reason) {
  const Pair* before = checks_.Find(selected_);
  const bool is_first = before == nullptr;
  const bool ends_previous =
      previous_ && before != nullptr && checks_.Find(id)->generation != before->generation;
  const std::uint32_t old = selected_;
  selected_ = id;
  selected_at_ = now_;
  suspected_at_.reset();
  if (ends_previous) {
    checks_.Remove(old);
    previous_.reset();
  }
  MarkKept(checks_, selected_, config_.max_backups);
  const Pair& pair = *checks_.Find(selected_);
  if (pair.is_relayed()) relays_.BindChannel(pair.local.relay, pair.remote.address, now_);
  if (pair.generation == checks_.generation()) give_up_at_ = Timestamp::PlusInfinity();
  if (is_first && role_ == Role::kControlling && !is_settled_) {
    settle_at_ = now_ + config_.nomination_wait;
  }
  ++stats_.switches;
  trace_->Decision(now_, "ice.path", ToString(pair.local.type), ToString(reason));
  Tell(SelectedPathChanged{selected_path(), reason});
  SetState(State::kConnected);
}

void Agent::Deselect(SwitchReason reason) {
  selected_ = 0;
  suspected_at_.reset();
  previous_.reset();
  const Pair* other = config_.implementation == Implementation::kFull
                          ? BestAliveSince(checks_, Timestamp::MinusInfinity())
                          : nullptr;
  if (other != nullptr) {
    Select(other->id, reason);
    if (role_ == Role::kControlling && is_settled_) Nominate();
    return;
  }
  trace_->Decision(now_, "ice.path", "none", ToString(reason));
  Tell(SelectedPathChanged{std::nullopt, reason});
  SetState(State::kDisconnected);
  checks_.Revive();
  is_settled_ = false;
  give_up_at_ = now_ + config_.patience;
}

// RFC 8863 section 3: peers may still come by ways that nobody told of, so failing is patient.
void Agent::CheckPatience() {
  if (now_ < give_up_at_) return;
  give_up_at_ = Timestamp::PlusInfinity();
  if (selected_ != 0) return Tell(RestartFailed{});
  Fail(ErrorCode::kIceNoPath, "no pair of addresses works");
}

Timestamp Agent::FirstDeadline() const {
  const bool is_full = config_.implementation == Implementation::kFull;
  Timestamp first = settle_at_;
  for (const Pair& pair : checks_.pairs()) {
    if (pair.is_valid()) first = std::min(first, pair.last_answer + config_.consent_expiry);
    if (!is_full) continue;
    if (pair.state == PairState::kInProgress) first = std::min(first, pair.check_again_at);
    if (!pair.is_valid()) continue;
    first = std::min(first, NextPingAt(pair, pair.id == selected_, alarm(), config_));
    const bool may_be_better = is_settled_ && now_ < pair.succeeded_at + kBetterFor;
    if (may_be_better) first = std::min(first, pair.succeeded_at + kBetterFor);
  }
  const Pair* selected = checks_.Find(selected_);
  if (selected != nullptr) {
    const Timestamp quiet_at = QuietAt(*selected, config_, suspected_at_);
    if (now_ < quiet_at) first = std::min(first, quiet_at);
  }
  return first;
}

}  // namespace onair::ice
