// SPDX-License-Identifier: Apache-2.0
//
// What users see of paths. Plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "transport/ice/pair.h"

namespace onair::ice {

struct SelectedPath {
  DatagramPath path;   // local: of a relayed path the relayed address, which no socket is bound to.
  SocketAddress base;  // The socket that sends.
  bool is_relayed = false;
  CandidateType local_type = CandidateType::kHost;
  CandidateType remote_type = CandidateType::kHost;
  std::uint16_t network_cost = 0;  // Of our side.

  bool operator==(const SelectedPath&) const = default;
};

enum class SwitchReason {
  kFirst = 1,    // The first path that works.
  kBetter,       // A better one works.
  kNominated,    // The controlling peer chose it.
  kQuiet,        // The one before fell silent.
  kRemoved,      // Its local address or relay is gone.
  kConsentLost,  // The peer stopped answering on it.
  kRestarted,    // Of a new generation.
};

// Static text for traces: "nominated".
std::string_view ToString(SwitchReason reason);

struct PathReport {
  SelectedPath path;
  PairState state = PairState::kFrozen;
  bool is_selected = false;
  bool is_nominated = false;
  std::optional<TimeDelta> rtt = {};  // Smoothed, of checks.
  std::optional<TimeDelta> min_rtt = {};
  double loss = 0;  // Of the latest checks, both directions together, [0, 1].
  std::optional<Timestamp> last_received = {};
  std::optional<Timestamp> last_answer = {};  // To a check of ours: it worked both ways then.
};

// Counters only grow.
struct AgentStats {
  std::int64_t checks_sent = 0;
  std::int64_t checks_answered = 0;
  std::int64_t requests = 0;      // Authentic ones that were answered.
  std::int64_t forged = 0;        // Wrong password or fingerprint.
  std::int64_t ignored = 0;       // Not for us, or not understood.
  std::int64_t strange_data = 0;  // From paths that no check came by.
  std::int64_t role_conflicts = 0;
  std::int64_t candidates_dropped = 0;  // Over a bound or of another generation.
  std::int64_t datagrams_dropped = 0;   // Queues were full.
  std::int64_t switches = 0;            // Of the selected path.
};

}  // namespace onair::ice
