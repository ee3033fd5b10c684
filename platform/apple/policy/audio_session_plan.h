// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "core/units/time.h"

namespace onair::apple {

// What is to be done to the system's audio session and to the devices on it, in this order.
enum class AudioAction {
  kStopDevices = 1,
  kConfigure = 2,  // Category, mode and options again: an interruption may take them away.
  kActivate = 3,   // To be answered by HandleActivation().
  kStartDevices = 4,
};

// Whether the system says that the sound may go on.
enum class Resumption { kAllowed = 1, kNotSaid = 2 };

enum class RouteChange {
  kDeviceAdded = 1,  // Headphones, a car.
  kDeviceRemoved = 2,
  kTakenOver = 3,  // Category or mode are not ours any more.
  kOther = 4,      // Our own doing among it.
};

enum class Activation { kDone = 1, kRefused = 2 };

// Keeps the sound of a live stream through phone calls, other apps and headphones that come and go.
// Pure.
class AudioSessionPlan {
 public:
  enum class State {
    kOff = 1,
    kRunning = 2,
    kInterrupted = 3,  // Until the system says that it is over, or the app is in front again.
    kRecovering = 4,   // Asks for the session again, more and more rarely.
  };

  void HandleInterruptionBegan(Timestamp now);
  void HandleInterruptionEnded(Resumption resumption, Timestamp now);
  void HandleRouteChange(RouteChange change, Timestamp now);
  // The system's media services died and came back: nothing of the session is left.
  void HandleServicesReset(Timestamp now);
  void HandleForeground(Timestamp now);
  void HandleActivation(Activation outcome, Timestamp now);
  void HandleTimeout(Timestamp now);

  void Start(Timestamp now);
  void Stop();

  // What the calls before it lead to; each once.
  [[nodiscard]] std::vector<AudioAction> TakeActions();
  // Infinity: only input goes on.
  Timestamp wake_at() const { return wake_at_; }
  State state() const { return state_; }

  // Source: ours; a call's end is told about a second before the call lets go of the microphone.
  static constexpr TimeDelta kFirstWait = TimeDelta::Millis(500);
  // Source: ours; a session that another app keeps costs one question each.
  static constexpr TimeDelta kLongestWait = TimeDelta::Seconds(8);

 private:
  void Ask();
  void Recover();
  void Do(AudioAction action) { actions_.push_back(action); }

  State state_ = State::kOff;
  bool are_devices_on_ = false;
  bool is_asking_ = false;
  TimeDelta wait_ = kFirstWait;
  Timestamp wake_at_ = Timestamp::PlusInfinity();
  std::vector<AudioAction> actions_;
};

}  // namespace onair::apple
