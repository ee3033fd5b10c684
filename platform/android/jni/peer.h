// SPDX-License-Identifier: Apache-2.0
//
// What stands behind an object of Java's that hears events: a publisher or a player.
#pragma once

#include <jni.h>

#include <atomic>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "platform/android/jni/answer.h"
#include "platform/android/jni/handle_table.h"
#include "platform/android/jni/jvm.h"
#include "platform/sdk/callback_thread.h"

namespace onair::jni {

struct Peer {
  CallbackThread callbacks;  // Outlives who tells on it.
  GlobalRef events;
  std::optional<TimeDelta> stats_every;
  std::atomic<bool> is_stopped{false};
};

// All that Java holds of one kind.
template <typename One>
HandleTable<One>& AllOf() {
  static auto& all = *new HandleTable<One>();  // Java may outlive our static objects.
  return all;
}

// Calls Java from a thread of ours in the name of `owner`: see InCallback.
template <typename Body>
void CallOut(const void* owner, Body&& body) {
  const InCallback mark(owner);
  Contained(std::forward<Body>(body));
}

// Runs `body` on one that is open.
template <typename One, typename Body>
auto On(JNIEnv* env, jlong handle, Body&& body) noexcept {
  return Guarded(env, [&]() -> std::invoke_result_t<Body, One&> {
    const auto one = AllOf<One>().Find(handle);
    if (!one) return Forward(one);
    return body(**one);
  });
}

// Closes `one->*inner`; once, and again does nothing. Refused from one of its own callbacks.
template <typename One, typename Inner>
void CloseOne(JNIEnv* env, jlong handle, std::unique_ptr<Inner> One::*inner) noexcept {
  Guarded(env, [&]() -> Status {
    const auto known = AllOf<One>().Find(handle);
    if (!known) return {};
    if (InCallback::Of(known->get())) {
      return Fail(ErrorCode::kInvalidState, "closed from its own callback");
    }
    const auto one = AllOf<One>().Remove(handle);
    if (one == nullptr) return {};
    one->callbacks.Quiet();
    // Its last events still reach the app's executor.
    ((*one).*inner)->Close([&one] { one->callbacks.Drain(); });
    one->callbacks.Stop();
    return {};
  });
}

}  // namespace onair::jni
