// SPDX-License-Identifier: Apache-2.0
//
// Which pairs exist and which is checked next (RFC 8445 sections 6.1.2 and 6.1.4). There is one
// data stream with one component: everything is bundled.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "transport/ice/pair.h"

namespace onair::ice {

// Single-owner. Pointers to pairs hold until the next Add or Remove.
class CheckList {
 public:
  // RFC 8445 section 6.1.2.5: "a default limit of 100".
  static constexpr std::size_t kMaxPairs = 100;
  // Told by the peer, and those with the ones that its checks came from.
  // Source: ours; a browser on five networks with two relays tells about 30.
  static constexpr std::size_t kMaxSignalled = 64;
  static constexpr std::size_t kMaxRemotes = 80;
  static constexpr std::size_t kMaxLocals = 16;

  explicit CheckList(Role role) : role_(role) { pairs_.reserve(kMaxPairs); }

  // Pairs it with all that is known on the other side. What is over a bound is counted.
  void AddLocal(const LocalEnd& end);
  void AddRemote(const RemoteEnd& end);
  // By an authentic request: both ends are known, or nothing.
  Pair* AddPair(const SocketAddress& local, const RemoteEnd& remote);

  using Predicate = std::function<bool(const LocalEnd&)>;
  void RemoveLocals(const Predicate& is_gone);
  // A new generation begins: forgets remote ends and all pairs but `keep`.
  void Restart(std::uint32_t keep);
  void Remove(std::uint32_t id);
  // The one that nothing came by for the longest time, but never `keep`.
  void RemoveStalest(std::uint32_t keep);

  void set_role(Role role);

  Pair* Find(std::uint32_t id);
  const Pair* Find(std::uint32_t id) const;
  Pair* Find(const DatagramPath& path);
  const Pair* Find(const DatagramPath& path) const;
  // Of any generation, by which data may come: it works, or an authentic request came by it.
  Pair* FindOpen(const DatagramPath& path);
  // The pair that waits for this answer, and which of its pings.
  struct Waiting {
    Pair* pair;
    Ping* ping;
  };
  std::optional<Waiting> Find(const TransactionId& id);

  // Puts it in front of ordinary checks. Succeeded pairs stay as they are.
  void Trigger(Pair& pair);
  // Triggered ones first in their order, then by priority. Nothing: all are under way or done.
  Pair* NextToCheck();
  bool has_work() const;
  // Failed pairs are tried anew, but not spent ones.
  void Revive();

  std::vector<Pair>& pairs() { return pairs_; }
  const std::vector<Pair>& pairs() const { return pairs_; }
  const std::vector<LocalEnd>& locals() const { return locals_; }
  int generation() const { return generation_; }
  std::size_t remotes() const { return remotes_.size(); }
  std::int64_t dropped() const { return dropped_; }

 private:
  Pair* MakePair(const LocalEnd& local, const RemoteEnd& remote);
  bool MakeRoom(std::uint64_t priority);
  std::uint64_t PriorityOf(const LocalEnd& local, const RemoteEnd& remote) const;
  bool IsFrozenBehind(const Pair& pair) const;

  Role role_;
  int generation_ = 0;
  std::vector<LocalEnd> locals_;
  std::vector<RemoteEnd> remotes_;
  std::size_t signalled_ = 0;
  std::vector<Pair> pairs_;
  std::uint32_t next_id_ = 1;
  std::uint64_t next_turn_ = 1;
  std::int64_t dropped_ = 0;
};

// Whether datagrams from one can reach the other at all.
bool CanReach(const IpAddress& from, const IpAddress& to);

}  // namespace onair::ice
