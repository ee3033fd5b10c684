// SPDX-License-Identifier: Apache-2.0
//
// The virtual machine as the bridge sees it: whose thread this is, who holds which object, and
// where Java's exceptions end. Everything that must be undone is undone by a destructor.
#pragma once

#include <jni.h>

#include <atomic>
#include <cstdint>
#include <utility>

namespace onair::jni {

// A Java exception is pending and goes to the caller in Java as it is. Thrown as C++ so that what
// lies between is undone; ends in Guarded() and Contained().
struct JavaThrew {};

inline void CheckJava(JNIEnv* env) {
  if (env->ExceptionCheck() == JNI_TRUE) throw JavaThrew();
}

// The machine that loaded the library; before anything else here.
void SetVm(JavaVM* vm);

// The machine on the caller's thread. A thread of ours is attached on its first call, under its own
// name, as one that does not keep the process alive, and detached when it ends. Null where the
// machine takes no more.
JNIEnv* Env() noexcept;

// Keeps a Java object alive. Its destructor may run on any thread.
class GlobalRef {
 public:
  GlobalRef() = default;
  // Null stays null. Throws std::bad_alloc.
  GlobalRef(JNIEnv* env, jobject object);
  ~GlobalRef() { Release(); }
  GlobalRef(GlobalRef&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  GlobalRef& operator=(GlobalRef&& other) noexcept {
    if (this != &other) {
      Release();
      object_ = std::exchange(other.object_, nullptr);
    }
    return *this;
  }

  jobject get() const { return object_; }
  explicit operator bool() const { return object_ != nullptr; }

  // All that exist now.
  static std::int64_t live() { return live_; }

 private:
  void Release() noexcept;

  static inline std::atomic<std::int64_t> live_{0};
  jobject object_ = nullptr;
};

// Local references made in its scope end with it: a thread of ours has no Java caller who would
// end them. Throws JavaThrew.
class LocalFrame {
 public:
  static constexpr jint kReferences = 16;

  explicit LocalFrame(JNIEnv* env) : env_(env) {
    if (env->PushLocalFrame(kReferences) != JNI_OK) throw JavaThrew();
  }
  ~LocalFrame() { env_->PopLocalFrame(nullptr); }
  LocalFrame(const LocalFrame&) = delete;
  LocalFrame& operator=(const LocalFrame&) = delete;

 private:
  JNIEnv* const env_;
};

}  // namespace onair::jni
