// SPDX-License-Identifier: Apache-2.0
#include "platform/apple/policy/audio_session_plan.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdint>
#include <utility>

namespace onair::apple {
namespace {

using State = AudioSessionPlan::State;
using Actions = std::vector<AudioAction>;
using enum AudioAction;

constexpr Timestamp kStart = Timestamp::Zero();
constexpr Timestamp At(int seconds) {
  return kStart + TimeDelta::Seconds(seconds);
}

AudioSessionPlan Running() {
  AudioSessionPlan plan;
  plan.Start(kStart);
  plan.HandleActivation(Activation::kDone, kStart);
  (void)plan.TakeActions();
  return plan;
}

TEST_CASE("The audio session is configured and active before its devices start") {
  AudioSessionPlan plan;

  plan.Start(kStart);
  CHECK(plan.TakeActions() == Actions{kConfigure, kActivate});
  CHECK(plan.TakeActions().empty());
  plan.HandleActivation(Activation::kDone, kStart);

  CHECK(plan.TakeActions() == Actions{kStartDevices});
  CHECK(plan.state() == State::kRunning);
  CHECK(plan.wake_at() == Timestamp::PlusInfinity());
}

TEST_CASE("A phone call stops the devices, and its end brings back configuration and sound") {
  AudioSessionPlan plan = Running();

  plan.HandleInterruptionBegan(At(1));
  CHECK(plan.TakeActions() == Actions{kStopDevices});
  plan.HandleInterruptionEnded(Resumption::kAllowed, At(60));

  CHECK(plan.TakeActions() == Actions{kConfigure, kActivate});
  plan.HandleActivation(Activation::kDone, At(60));
  CHECK(plan.TakeActions() == Actions{kStartDevices});
}

TEST_CASE("An interruption that may not be resumed waits until the app is in front") {
  AudioSessionPlan plan = Running();
  plan.HandleInterruptionBegan(At(1));
  (void)plan.TakeActions();

  plan.HandleInterruptionEnded(Resumption::kNotSaid, At(2));
  CHECK(plan.TakeActions().empty());
  CHECK(plan.state() == State::kInterrupted);
  plan.HandleForeground(At(9));

  CHECK(plan.TakeActions() == Actions{kConfigure, kActivate});
}

TEST_CASE("An interruption whose end is never told is over when the app is in front") {
  AudioSessionPlan plan = Running();
  plan.HandleInterruptionBegan(At(1));
  (void)plan.TakeActions();

  plan.HandleForeground(At(5));

  CHECK(plan.TakeActions() == Actions{kConfigure, kActivate});
  CHECK(plan.state() == State::kRecovering);
}

TEST_CASE("A session that is refused is asked for again, at growing distances up to a bound") {
  AudioSessionPlan plan;
  plan.Start(kStart);
  (void)plan.TakeActions();
  Timestamp now = kStart;
  TimeDelta wait = AudioSessionPlan::kFirstWait;
  for (int i = 0; i < 8; ++i) {
    plan.HandleActivation(Activation::kRefused, now);
    CHECK(plan.TakeActions().empty());
    REQUIRE(plan.wake_at() == now + wait);
    plan.HandleTimeout(plan.wake_at() - TimeDelta::Millis(1));
    CHECK(plan.TakeActions().empty());
    now = plan.wake_at();
    plan.HandleTimeout(now);
    CHECK(plan.TakeActions() == Actions{kConfigure, kActivate});
    CHECK(plan.wake_at() == Timestamp::PlusInfinity());
    wait = std::min(wait * 2, AudioSessionPlan::kLongestWait);
  }
  CHECK(wait == AudioSessionPlan::kLongestWait);
}

TEST_CASE("Headphones that come or go restart the devices on the configured session") {
  for (const auto change :
       {RouteChange::kDeviceAdded, RouteChange::kDeviceRemoved, RouteChange::kTakenOver}) {
    AudioSessionPlan plan = Running();
    plan.HandleRouteChange(change, At(1));
    CHECK(plan.TakeActions() == Actions{kStopDevices, kConfigure, kActivate});
  }
}

TEST_CASE("A route change of our own doing changes nothing, nor does any while interrupted") {
  AudioSessionPlan plan = Running();
  plan.HandleRouteChange(RouteChange::kOther, At(1));
  CHECK(plan.TakeActions().empty());

  plan.HandleInterruptionBegan(At(2));
  (void)plan.TakeActions();
  plan.HandleRouteChange(RouteChange::kDeviceRemoved, At(3));

  CHECK(plan.TakeActions().empty());
  CHECK(plan.state() == State::kInterrupted);
}

TEST_CASE("Media services that came back are configured anew") {
  AudioSessionPlan plan = Running();

  plan.HandleServicesReset(At(1));

  CHECK(plan.TakeActions() == Actions{kStopDevices, kConfigure, kActivate});
}

TEST_CASE("An answer that comes after an interruption began starts nothing") {
  AudioSessionPlan plan;
  plan.Start(kStart);
  plan.HandleInterruptionBegan(kStart);
  (void)plan.TakeActions();

  plan.HandleActivation(Activation::kDone, kStart);

  CHECK(plan.TakeActions().empty());
  CHECK(plan.state() == State::kInterrupted);
}

TEST_CASE("A stopped plan stops its devices once and hears nothing more") {
  AudioSessionPlan plan = Running();

  plan.Stop();
  CHECK(plan.TakeActions() == Actions{kStopDevices});
  plan.HandleInterruptionBegan(At(1));
  plan.HandleInterruptionEnded(Resumption::kAllowed, At(2));
  plan.HandleRouteChange(RouteChange::kDeviceAdded, At(3));
  plan.HandleServicesReset(At(4));
  plan.HandleForeground(At(5));
  plan.HandleTimeout(At(6));
  plan.Stop();

  CHECK(plan.TakeActions().empty());
  CHECK(plan.state() == State::kOff);
}

TEST_CASE("Whatever order things come in, devices are never started twice nor without activation") {
  std::uint32_t choice = 1;
  AudioSessionPlan plan;
  bool are_on = false;
  bool was_asked = false;
  for (int i = 0; i < 20'000; ++i) {
    choice = choice * 1664525 + 1013904223;
    const Timestamp now = kStart + TimeDelta::Millis(10 * i);
    switch (choice >> 16 & 7) {
      case 0:
        plan.Start(now);
        break;
      case 1:
        plan.HandleInterruptionBegan(now);
        break;
      case 2:
        plan.HandleInterruptionEnded(Resumption::kAllowed, now);
        break;
      case 3:
        plan.HandleRouteChange(RouteChange::kDeviceRemoved, now);
        break;
      case 4:
        plan.HandleActivation(Activation::kDone, now);
        break;
      case 5:
        plan.HandleActivation(Activation::kRefused, now);
        break;
      case 6:
        plan.HandleTimeout(now);
        break;
      default:
        if (choice >> 20 & 1)
          plan.Stop();
        else
          plan.HandleForeground(now);
    }
    for (const AudioAction action : plan.TakeActions()) {
      if (action == kActivate) was_asked = true;
      if (action == kStopDevices) REQUIRE(std::exchange(are_on, false));
      if (action == kStartDevices) {
        REQUIRE(std::exchange(was_asked, false));
        REQUIRE_FALSE(std::exchange(are_on, true));
      }
    }
    REQUIRE(are_on == (plan.state() == State::kRunning));
  }
}

}  // namespace
}  // namespace onair::apple
