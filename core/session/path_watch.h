// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <optional>

#include "core/machine/socket_facts.h"
#include "core/session/socket_backlog.h"
#include "core/units/data.h"
#include "core/units/time.h"

namespace onair::session {

// Since when the peer of a live connection has confirmed nothing of what it was sent. By the
// system's word where it tells of acknowledgements, else by what the socket took. Pure.
class PathWatch {
 public:
  // A new connection.
  void Reset(Timestamp now) {
    confirmed_.reset();
    quiet_since_ = now;
    is_owed_ = false;
    is_told_ = false;
  }

  void OnFacts(const SocketFacts& facts, Timestamp now) {
    if (!facts.bytes_acked || !facts.unacked) return;
    const bool is_owed = *facts.unacked + facts.unsent.value_or(DataSize::Zero()) > kNothing;
    const bool has_moved = !confirmed_ || *facts.bytes_acked > *confirmed_;
    if (has_moved || !is_owed || !is_owed_) NoteProgress(now);
    confirmed_ = facts.bytes_acked;
    is_owed_ = is_owed;
  }

  void OnBacklog(const SocketBacklog& backlog) {
    if (confirmed_) return;  // Better is known.
    is_owed_ = backlog.unsent() > kNothing;
    if (backlog.progress_at() > quiet_since_) NoteProgress(backlog.progress_at());
  }

  // When a silence that goes on has lasted for `span`; empty while nothing is owed, and after
  // TakeQuiet() until the peer confirms something.
  std::optional<Timestamp> QuietAt(TimeDelta span) const {
    if (!is_owed_ || is_told_) return std::nullopt;
    return quiet_since_ + span;
  }
  // True once per silence of `span`.
  [[nodiscard]] bool TakeQuiet(TimeDelta span, Timestamp now) {
    const auto at = QuietAt(span);
    if (!at || now < *at) return false;
    is_told_ = true;
    return true;
  }
  // The silence that TakeQuiet() told of goes on.
  bool is_quiet() const { return is_told_; }

 private:
  static constexpr DataSize kNothing = DataSize::Zero();

  void NoteProgress(Timestamp at) {
    quiet_since_ = std::max(quiet_since_, at);
    is_told_ = false;
  }

  std::optional<DataSize> confirmed_;
  bool is_owed_ = false;
  bool is_told_ = false;
  Timestamp quiet_since_ = Timestamp::MinusInfinity();
};

}  // namespace onair::session
