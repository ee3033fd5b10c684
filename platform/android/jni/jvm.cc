// SPDX-License-Identifier: Apache-2.0
#include "platform/android/jni/jvm.h"

#include <sys/prctl.h>

#include <array>
#include <new>

namespace onair::jni {
namespace {

constexpr jint kJniVersion = JNI_VERSION_1_6;

JavaVM* g_vm = nullptr;

// The dialects differ in this one argument.
jint Attach(JNIEnv** env, JavaVMAttachArgs* arguments) {
#ifdef __ANDROID__
  return g_vm->AttachCurrentThreadAsDaemon(env, arguments);
#else
  return g_vm->AttachCurrentThreadAsDaemon(reinterpret_cast<void**>(env), arguments);
#endif
}

struct Attachment {
  bool is_ours = false;

  Attachment() = default;
  ~Attachment() {
    if (is_ours) g_vm->DetachCurrentThread();
  }
  Attachment(const Attachment&) = delete;
  Attachment& operator=(const Attachment&) = delete;
};
thread_local Attachment t_attachment;

}  // namespace

void SetVm(JavaVM* vm) {
  g_vm = vm;
}

JNIEnv* Env() noexcept {
  void* known = nullptr;
  if (g_vm->GetEnv(&known, kJniVersion) == JNI_OK) return static_cast<JNIEnv*>(known);
  std::array<char, 17> name{};  // As the kernel keeps it, and a zero byte.
  prctl(PR_GET_NAME, name.data(), 0, 0, 0);
  JavaVMAttachArgs arguments{kJniVersion, name.data(), nullptr};
  JNIEnv* env = nullptr;
  if (Attach(&env, &arguments) != JNI_OK) return nullptr;
  t_attachment.is_ours = true;
  return env;
}

GlobalRef::GlobalRef(JNIEnv* env, jobject object) {
  if (object == nullptr) return;
  object_ = env->NewGlobalRef(object);
  if (object_ == nullptr) throw std::bad_alloc();
  ++live_;
}

void GlobalRef::Release() noexcept {
  if (object_ == nullptr) return;
  // A machine that takes no more threads is ending, and the object with it.
  if (JNIEnv* env = Env(); env != nullptr) env->DeleteGlobalRef(object_);
  object_ = nullptr;
  --live_;
}

}  // namespace onair::jni
