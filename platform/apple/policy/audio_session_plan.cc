// SPDX-License-Identifier: Apache-2.0
#include "platform/apple/policy/audio_session_plan.h"

#include <algorithm>
#include <utility>

namespace onair::apple {

void AudioSessionPlan::Start(Timestamp) {
  if (state_ == State::kOff) Recover();
}

void AudioSessionPlan::Stop() {
  if (std::exchange(are_devices_on_, false)) Do(AudioAction::kStopDevices);
  state_ = State::kOff;
  is_asking_ = false;
  wake_at_ = Timestamp::PlusInfinity();
}

void AudioSessionPlan::HandleInterruptionBegan(Timestamp) {
  if (state_ == State::kOff) return;
  if (std::exchange(are_devices_on_, false)) Do(AudioAction::kStopDevices);
  state_ = State::kInterrupted;
  is_asking_ = false;
  wake_at_ = Timestamp::PlusInfinity();
}

void AudioSessionPlan::HandleInterruptionEnded(Resumption resumption, Timestamp) {
  if (state_ != State::kInterrupted || resumption != Resumption::kAllowed) return;
  Recover();
}

void AudioSessionPlan::HandleForeground(Timestamp) {
  // The end of an interruption is not told to an app that was suspended meanwhile.
  if (state_ == State::kInterrupted || state_ == State::kRecovering) Recover();
}

void AudioSessionPlan::HandleRouteChange(RouteChange change, Timestamp) {
  if (state_ != State::kRunning || change == RouteChange::kOther) return;
  Recover();
}

void AudioSessionPlan::HandleServicesReset(Timestamp) {
  if (state_ == State::kOff) return;
  Recover();
}

void AudioSessionPlan::HandleActivation(Activation outcome, Timestamp now) {
  if (state_ != State::kRecovering || !std::exchange(is_asking_, false)) return;
  if (outcome == Activation::kDone) {
    state_ = State::kRunning;
    are_devices_on_ = true;
    return Do(AudioAction::kStartDevices);
  }
  wake_at_ = now + wait_;
  wait_ = std::min(wait_ * 2, kLongestWait);
}

void AudioSessionPlan::HandleTimeout(Timestamp now) {
  if (state_ == State::kRecovering && now >= wake_at_) Ask();
}

std::vector<AudioAction> AudioSessionPlan::TakeActions() {
  return std::exchange(actions_, {});
}

void AudioSessionPlan::Recover() {
  if (std::exchange(are_devices_on_, false)) Do(AudioAction::kStopDevices);
  state_ = State::kRecovering;
  wait_ = kFirstWait;
  Ask();
}

void AudioSessionPlan::Ask() {
  Do(AudioAction::kConfigure);
  Do(AudioAction::kActivate);
  is_asking_ = true;
  wake_at_ = Timestamp::PlusInfinity();
}

}  // namespace onair::apple
