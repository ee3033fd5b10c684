// SPDX-License-Identifier: Apache-2.0
//
// How calls end at the border: every native method is one Guarded() call, every call into Java one
// Contained() call. Nothing that is thrown on one side gets to the other as anything but an
// OnairException.
#pragma once

#include <new>
#include <optional>
#include <type_traits>
#include <utility>

#include "core/base/result.h"
#include "platform/android/jni/jvm.h"

namespace onair::jni {

// The field or argument `name` is wrong.
[[nodiscard]] inline tl::unexpected<Error> Refuse(const char* name) {
  return Fail(ErrorCode::kInvalidConfig, name);
}

// An OnairException; null for none. Throws JavaThrew.
jobject ErrorObject(JNIEnv* env, const std::optional<Error>& error);

// Makes it the pending exception of the Java caller, unless there is one.
void Raise(JNIEnv* env, const Error& error) noexcept;

// Clears what Java threw, counts it and has it logged.
void ContainJava(JNIEnv* env) noexcept;

// Runs `body`, which answers a Result or a Status, for a caller in Java. Zero where it fails.
template <typename Body>
auto Guarded(JNIEnv* env, Body&& body) noexcept {
  using Value = typename std::invoke_result_t<Body>::value_type;
  try {
    auto result = body();
    if constexpr (std::is_void_v<Value>) {
      if (!result) Raise(env, result.error());
      return;
    } else {
      if (result) return *std::move(result);
      Raise(env, result.error());
    }
  } catch (const JavaThrew&) {  // Pending, and the caller's.
  } catch (const std::bad_alloc&) {
    Raise(env, {ErrorCode::kOutOfMemory, {}});
  } catch (...) {
    Raise(env, {ErrorCode::kInternal, {}});
  }
  if constexpr (!std::is_void_v<Value>) return Value{};
}

// Runs `body`, which calls into Java, on whatever thread; what is thrown ends here.
template <typename Body>
void Contained(Body&& body) noexcept {
  JNIEnv* env = Env();
  if (env == nullptr) return;
  try {
    const LocalFrame frame(env);
    try {
      body(env);
    } catch (const JavaThrew&) {
    }
    if (env->ExceptionCheck() == JNI_TRUE) ContainJava(env);
  } catch (...) {  // No room for another reference.
    env->ExceptionClear();
  }
}

}  // namespace onair::jni
