// SPDX-License-Identifier: Apache-2.0
//
// A local and a remote end that may reach each other (RFC 8445 section 6.1.2) and all that is
// known of the path between them. Plain values.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "core/machine/datagram.h"
#include "core/units/time.h"
#include "transport/ice/agent_config.h"
#include "transport/ice/candidate.h"
#include "transport/ice/path_quality.h"

namespace onair::ice {

// Where checks leave from: a socket of ours, or an address on a TURN server.
struct LocalEnd {
  SocketAddress address;    // The socket's, or the relayed one.
  SocketAddress base = {};  // The socket; for a relay the one that reaches the server.
  CandidateType type = CandidateType::kHost;
  std::uint32_t priority = 0;
  std::uint32_t reflexive_priority = 0;  // RFC 8445 section 7.1.1, for PRIORITY.
  std::uint16_t network_cost = 0;
  std::uint32_t foundation = 0;
  int relay = -1;  // Its number; -1: direct.
};

struct RemoteEnd {
  SocketAddress address;
  CandidateType type = CandidateType::kHost;
  std::uint32_t priority = 0;
  std::uint16_t network_cost = 0;
  std::uint32_t foundation = 0;
};

// RFC 8445 section 6.1.2.6.
enum class PairState { kFrozen = 1, kWaiting, kInProgress, kSucceeded, kFailed };

// A request that waits for its answer. Each has an id of its own, so that a round trip is never
// measured against the wrong copy.
struct Ping {
  TransactionId id{};
  Timestamp sent_at = Timestamp::MinusInfinity();  // Finite: still waiting.
  bool nominates = false;
  Role role = Role::kControlling;
};

struct Pair {
  std::uint32_t id = 0;  // Never used again within an agent.
  LocalEnd local = {};
  RemoteEnd remote = {};
  std::uint64_t priority = 0;
  int generation = 0;  // Restarts so far when it was made.
  PairState state = PairState::kFrozen;

  std::uint64_t triggered = 0;  // Its turn among triggered checks; 0: none.
  bool was_asked = false;       // An authentic request came by it: data may be taken.
  bool is_wanted = false;       // The controlling peer nominated it before we verified it.
  bool is_nominated = false;
  Timestamp nominated_at = Timestamp::MinusInfinity();
  bool is_kept = false;   // Selected or a backup: kept warm.
  bool is_spent = false;  // Consent was lost: not asked any more in this generation.

  int checks = 0;  // First checks sent since it was set to wait.
  Timestamp check_again_at = Timestamp::PlusInfinity();
  Timestamp consent_check_at = Timestamp::PlusInfinity();
  Timestamp last_ping = Timestamp::MinusInfinity();
  Timestamp last_answer = Timestamp::MinusInfinity();    // Consent counts from it.
  Timestamp last_received = Timestamp::MinusInfinity();  // Anything authentic, data included.
  int unanswered = 0;                                    // Pings since anything came.
  Timestamp succeeded_at = Timestamp::PlusInfinity();

  // Source: ours; at the quickest cadence (100 ms) this is 800 ms of pings.
  std::array<Ping, 8> pings{};
  std::size_t next_ping = 0;
  PathQuality quality = {};

  DatagramPath path() const { return {local.address, remote.address}; }
  bool is_relayed() const { return local.relay >= 0; }
  bool is_valid() const { return state == PairState::kSucceeded; }
  int cost() const { return local.network_cost + remote.network_cost; }
  std::uint64_t foundation() const {
    return std::uint64_t{local.foundation} << 32 | remote.foundation;
  }
};

// RFC 8445 section 6.1.2.3, with G the controlling side's priority and D the other's.
constexpr std::uint64_t PairPriority(std::uint32_t controlling, std::uint32_t controlled) {
  const std::uint64_t g = controlling;
  const std::uint64_t d = controlled;
  return ((g < d ? g : d) << 32) + 2 * (g > d ? g : d) + (g > d ? 1 : 0);
}

}  // namespace onair::ice
