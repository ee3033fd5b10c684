// SPDX-License-Identifier: Apache-2.0
#include "platform/android/jni/answer.h"

#include "platform/android/jni/java_classes.h"
#include "platform/android/jni/text.h"

namespace onair::jni {

jobject ErrorObject(JNIEnv* env, const std::optional<Error>& error) {
  if (!error) return nullptr;
  jstring detail = JavaText(env, error->detail);
  jobject object =
      env->NewObject(Java().exception, Java().exception_new, static_cast<jint>(error->code), detail,
                     static_cast<jint>(error->native_code));
  CheckJava(env);
  return object;
}

void Raise(JNIEnv* env, const Error& error) noexcept {
  if (env->ExceptionCheck() == JNI_TRUE) return;
  try {
    env->Throw(static_cast<jthrowable>(ErrorObject(env, error)));
  } catch (...) {  // Java has no memory for it and throws that instead.
  }
}

void ContainJava(JNIEnv* env) noexcept {
  jthrowable thrown = env->ExceptionOccurred();
  env->ExceptionClear();
  env->CallStaticVoidMethod(Java().contained, Java().contained_report, thrown);
  if (env->ExceptionCheck() == JNI_TRUE) env->ExceptionClear();
}

}  // namespace onair::jni
