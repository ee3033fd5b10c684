// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/units/time.h"
#include "transport/webrtc/peer_session.h"

namespace onair::webrtc {

// Decides when a session asks its server for new paths (RFC 9725 section 4.3.3) and when it gives
// up on those that it has. Pure; told of what happens, asked at wake_at().
class PathKeeper {
 public:
  enum class Wish { kNone = 1, kRestart, kGiveUp };
  // Who said no to a restart: a server that was reached, or nobody at all.
  enum class Refusal { kByServer = 1, kNoAnswer };
  enum class Restarting { kUnsupported = 1, kSupported };

  // From the first silence to the restart: time for another path to answer a check.
  // Source: ours; a round trip of a slow radio link.
  static constexpr TimeDelta kGrace = TimeDelta::Millis(150);
  // From a restart that the server took to the next one, as long as nothing works.
  // Source: ours; the checks' backoff has sent four of each pair by then.
  static constexpr TimeDelta kCheckFor = TimeDelta::Seconds(5);
  // After calls that reached nobody; doubles up to the latter.
  static constexpr TimeDelta kFirstRetry = TimeDelta::Millis(500);
  static constexpr TimeDelta kLastRetry = TimeDelta::Seconds(4);
  // From a server's no to giving up. Source: ours; a silent path is asked every quarter of a
  // second.
  static constexpr TimeDelta kLastChance = TimeDelta::Millis(500);
  // Silence where the server cannot restart: short, a new session costs a viewer less than that.
  static constexpr TimeDelta kPatienceWithout = TimeDelta::Seconds(3);
  // With restarts. RFC 7675 section 5.1: consent "expires [...] after 30 seconds".
  static constexpr TimeDelta kPatience = TimeDelta::Seconds(28);

  void OnAnswered(Restarting restarting) { restarting_ = restarting; }
  void OnPath(PathState state, Timestamp now);
  // What was asked by the old network is not waited for.
  void OnNetworkChanged(Timestamp now);
  // The path that works is not the one that is wanted.
  void Demand(Timestamp now);
  void OnRestarted(Timestamp now);
  void OnRefused(Refusal refusal, Timestamp now);

  // What is due now; each wish is told once.
  [[nodiscard]] Wish TakeDue(Timestamp now);
  Timestamp wake_at() const { return restart_at_ < give_up_at_ ? restart_at_ : give_up_at_; }

  bool is_quiet() const { return is_quiet_; }
  // A restart was wished for and nothing is known of it yet.
  bool is_asking() const { return is_asking_; }

 private:
  Restarting restarting_ = Restarting::kUnsupported;
  bool is_quiet_ = false;
  bool is_asking_ = false;
  // Nobody knows whether the server took the last one: it must be asked again, path or no path.
  bool is_unsure_ = false;
  TimeDelta retry_ = kFirstRetry;
  Timestamp restart_at_ = Timestamp::PlusInfinity();
  Timestamp give_up_at_ = Timestamp::PlusInfinity();
};

}  // namespace onair::webrtc
