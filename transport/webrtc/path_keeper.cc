// SPDX-License-Identifier: Apache-2.0
#include "transport/webrtc/path_keeper.h"

#include <algorithm>
#include <utility>

namespace onair::webrtc {

void PathKeeper::OnPath(PathState state, Timestamp now) {
  const bool was_quiet = std::exchange(is_quiet_, state == PathState::kQuiet);
  if (!is_quiet_) {
    give_up_at_ = Timestamp::PlusInfinity();
    if (!is_unsure_) restart_at_ = Timestamp::PlusInfinity();
    return;
  }
  if (was_quiet) return;
  const bool can_restart = restarting_ == Restarting::kSupported;
  give_up_at_ = now + (can_restart ? kPatience : kPatienceWithout);
  if (can_restart && !is_asking_) restart_at_ = now + kGrace;
}

void PathKeeper::OnNetworkChanged(Timestamp now) {
  retry_ = kFirstRetry;
  is_unsure_ |= std::exchange(is_asking_, false);
  const bool has_to_ask = (is_quiet_ || is_unsure_) && restarting_ == Restarting::kSupported;
  if (has_to_ask) restart_at_ = now + kGrace;
}

void PathKeeper::Demand(Timestamp now) {
  if (restarting_ == Restarting::kSupported && !is_asking_) restart_at_ = now;
}

void PathKeeper::OnRestarted(Timestamp now) {
  is_asking_ = is_unsure_ = false;
  retry_ = kFirstRetry;
  if (is_quiet_) restart_at_ = now + kCheckFor;
}

void PathKeeper::OnRefused(Refusal refusal, Timestamp now) {
  // Of a question that OnNetworkChanged() took back.
  if (!std::exchange(is_asking_, false)) return;
  if (refusal == Refusal::kByServer) {
    // It would say the same again. It was reached, so a new session can be had at once.
    restarting_ = Restarting::kUnsupported;
    is_unsure_ = false;
    if (is_quiet_) give_up_at_ = now + kLastChance;
    return;
  }
  is_unsure_ = true;
  restart_at_ = now + retry_;
  retry_ = std::min(retry_ * 2, kLastRetry);
}

PathKeeper::Wish PathKeeper::TakeDue(Timestamp now) {
  if (now >= give_up_at_) {
    restart_at_ = give_up_at_ = Timestamp::PlusInfinity();
    return Wish::kGiveUp;
  }
  if (now < restart_at_) return Wish::kNone;
  restart_at_ = Timestamp::PlusInfinity();
  is_asking_ = true;
  return Wish::kRestart;
}

}  // namespace onair::webrtc
