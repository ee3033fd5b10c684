// SPDX-License-Identifier: Apache-2.0
#include "transport/ice/check_list.h"

#include <algorithm>

namespace onair::ice {
namespace {

bool IsUnfinished(const Pair& pair) {
  return pair.state == PairState::kFrozen || pair.state == PairState::kWaiting;
}

}  // namespace

// RFC 8445 section 6.1.2.2: same family; link-local only with link-local.
bool CanReach(const IpAddress& from, const IpAddress& to) {
  if (from.family != to.family) return false;
  return from.is_v4() || from.is_link_local() == to.is_link_local();
}

void CheckList::AddLocal(const LocalEnd& end) {
  const bool is_known =
      std::ranges::find(locals_, end.address, &LocalEnd::address) != locals_.end();
  if (is_known) return;
  if (locals_.size() == kMaxLocals) {
    ++dropped_;
    return;
  }
  locals_.push_back(end);
  for (const RemoteEnd& remote : remotes_) MakePair(end, remote);
}

void CheckList::AddRemote(const RemoteEnd& end) {
  const auto known = std::ranges::find(remotes_, end.address, &RemoteEnd::address);
  const bool is_signalled = end.type != CandidateType::kPeerReflexive;
  if (known != remotes_.end()) {
    // RFC 8445 section 7.3.1.3: what a check came from turns out to be a told candidate.
    if (is_signalled) known->network_cost = end.network_cost;
    return;
  }
  if (remotes_.size() == kMaxRemotes || (is_signalled && signalled_ == kMaxSignalled)) {
    ++dropped_;
    return;
  }
  if (is_signalled) ++signalled_;
  remotes_.push_back(end);
  for (const LocalEnd& local : locals_) MakePair(local, end);
}

Pair* CheckList::AddPair(const SocketAddress& local, const RemoteEnd& remote) {
  Pair* known = Find(DatagramPath{local, remote.address});
  if (known != nullptr && known->generation == generation_) return known;
  const auto end = std::ranges::find(locals_, local, &LocalEnd::address);
  if (end == locals_.end()) return nullptr;
  AddRemote(remote);
  known = Find(DatagramPath{local, remote.address});
  if (known != nullptr && known->generation == generation_) return known;
  return MakePair(*end, remote);  // The remote bound was reached; the pair's is what counts.
}

Pair* CheckList::MakePair(const LocalEnd& local, const RemoteEnd& remote) {
  if (!CanReach(local.address.ip, remote.address.ip)) return nullptr;
  const DatagramPath path{local.address, remote.address};
  const auto is_same = [&](const Pair& pair) {
    return pair.generation == generation_ && pair.path() == path;
  };
  if (std::ranges::any_of(pairs_, is_same)) return nullptr;
  const std::uint64_t priority = PriorityOf(local, remote);
  if (pairs_.size() == kMaxPairs && !MakeRoom(priority)) {
    ++dropped_;
    return nullptr;
  }
  Pair pair{.id = next_id_++, .local = local, .remote = remote};
  pair.priority = priority;
  pair.generation = generation_;
  pairs_.push_back(pair);
  return &pairs_.back();
}

// The lowest of those that nothing was sent on gives way to a higher one.
bool CheckList::MakeRoom(std::uint64_t priority) {
  Pair* lowest = nullptr;
  for (Pair& pair : pairs_) {
    const bool is_over = pair.state == PairState::kFailed && !pair.is_kept && !pair.is_spent;
    const bool may_go = IsUnfinished(pair) || is_over;
    if (may_go && (lowest == nullptr || pair.priority < lowest->priority)) lowest = &pair;
  }
  if (lowest == nullptr || (IsUnfinished(*lowest) && lowest->priority >= priority)) return false;
  ++dropped_;
  Remove(lowest->id);
  return true;
}

std::uint64_t CheckList::PriorityOf(const LocalEnd& local, const RemoteEnd& remote) const {
  return role_ == Role::kControlling ? PairPriority(local.priority, remote.priority)
                                     : PairPriority(remote.priority, local.priority);
}

void CheckList::RemoveLocals(const Predicate& is_gone) {
  std::erase_if(locals_, is_gone);
  std::erase_if(pairs_, [&](const Pair& pair) { return is_gone(pair.local); });
}

void CheckList::Restart(std::uint32_t keep) {
  ++generation_;
  remotes_.clear();
  signalled_ = 0;
  std::erase_if(pairs_, [&](const Pair& pair) { return pair.id != keep; });
}

void CheckList::Remove(std::uint32_t id) {
  std::erase_if(pairs_, [&](const Pair& pair) { return pair.id == id; });
}

void CheckList::RemoveStalest(std::uint32_t keep) {
  const Pair* stalest = nullptr;
  for (const Pair& pair : pairs_) {
    if (pair.id == keep || pair.is_spent) continue;
    if (stalest == nullptr || pair.last_received < stalest->last_received) stalest = &pair;
  }
  if (stalest == nullptr) return;
  ++dropped_;
  Remove(stalest->id);
}

void CheckList::set_role(Role role) {
  role_ = role;
  for (Pair& pair : pairs_) pair.priority = PriorityOf(pair.local, pair.remote);
}

Pair* CheckList::Find(std::uint32_t id) {
  const auto at = std::ranges::find(pairs_, id, &Pair::id);
  return at == pairs_.end() ? nullptr : &*at;
}

const Pair* CheckList::Find(std::uint32_t id) const {
  return const_cast<CheckList*>(this)->Find(id);
}

// The newest generation's, when a restart meets a path that is still in use.
Pair* CheckList::Find(const DatagramPath& path) {
  Pair* found = nullptr;
  for (Pair& pair : pairs_) {
    const bool fits = pair.local.address == path.local && pair.remote.address == path.remote;
    if (fits && (found == nullptr || pair.generation > found->generation)) found = &pair;
  }
  return found;
}

const Pair* CheckList::Find(const DatagramPath& path) const {
  return const_cast<CheckList*>(this)->Find(path);
}

Pair* CheckList::FindOpen(const DatagramPath& path) {
  const auto at = std::ranges::find_if(pairs_, [&](const Pair& pair) {
    return (pair.is_valid() || pair.was_asked) && pair.path() == path;
  });
  return at == pairs_.end() ? nullptr : &*at;
}

std::optional<CheckList::Waiting> CheckList::Find(const TransactionId& id) {
  for (Pair& pair : pairs_) {
    for (Ping& ping : pair.pings) {
      if (ping.sent_at.is_finite() && ping.id == id) return Waiting{&pair, &ping};
    }
  }
  return std::nullopt;
}

void CheckList::Trigger(Pair& pair) {
  if (pair.is_valid() || pair.is_spent) return;
  if (pair.state != PairState::kInProgress) {
    pair.state = PairState::kWaiting;
    pair.checks = 0;
  }
  if (pair.triggered == 0) pair.triggered = next_turn_++;
}

Pair* CheckList::NextToCheck() {
  Pair* next = nullptr;
  for (Pair& pair : pairs_) {
    if (pair.triggered != 0 && (next == nullptr || pair.triggered < next->triggered)) next = &pair;
  }
  if (next != nullptr) return next;
  for (Pair& pair : pairs_) {
    const bool is_ready = pair.state == PairState::kWaiting ||
                          (pair.state == PairState::kFrozen && !IsFrozenBehind(pair));
    if (is_ready && (next == nullptr || pair.priority > next->priority)) next = &pair;
  }
  return next;
}

// RFC 8445 section 6.1.4.2: one pair of a foundation at a time, until it is known to work.
bool CheckList::IsFrozenBehind(const Pair& pair) const {
  return std::ranges::any_of(pairs_, [&](const Pair& other) {
    return other.id != pair.id && other.foundation() == pair.foundation() &&
           (other.state == PairState::kInProgress || other.state == PairState::kWaiting);
  });
}

bool CheckList::has_work() const {
  return std::ranges::any_of(
      pairs_, [](const Pair& pair) { return pair.triggered != 0 || IsUnfinished(pair); });
}

void CheckList::Revive() {
  for (Pair& pair : pairs_) {
    if (pair.state != PairState::kFailed || pair.is_spent) continue;
    pair.state = PairState::kWaiting;
    pair.checks = 0;
  }
}

}  // namespace onair::ice
