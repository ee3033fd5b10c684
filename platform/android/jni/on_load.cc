// SPDX-License-Identifier: Apache-2.0
//
// The one symbol that leaves the library: everything else is told to Java by tables.
#include <jni.h>

#include "platform/android/jni/answer.h"
#include "platform/android/jni/app_decoder.h"
#include "platform/android/jni/effects.h"
#include "platform/android/jni/java_classes.h"
#include "platform/android/jni/jvm.h"
#include "platform/android/jni/lent_picture.h"
#include "platform/android/jni/natives.h"
#include "platform/android/jni/reports.h"
#include "platform/android/jni/text.h"
#include "platform/android/jni/url_questions.h"
#include "platform/runtime/clock.h"

namespace onair::jni {
namespace {

jstring Version(JNIEnv* env, jclass) {
  return Guarded(env, [&]() -> Result<jstring> { return JavaText(env, ONAIR_JNI_VERSION); });
}
jlong NowMicros(JNIEnv*, jclass) {
  return runtime::Now().us();
}
jlong GlobalReferences(JNIEnv*, jclass) {
  return GlobalRef::live();
}
jlong UrlQuestionsNow(JNIEnv*, jclass) {
  return OpenUrlQuestions();
}

void RegisterOnair(JNIEnv* env) {
  Register(env, "live/onair/Onair",
           {
               Native("nativeVersion", "()Ljava/lang/String;", &Version),
               Native("nativeNowMicros", "()J", &NowMicros),
           });
  Register(env, "live/onair/NativeLibrary",
           {
               Native("globalReferences", "()J", &GlobalReferences),
               Native("urlQuestions", "()J", &UrlQuestionsNow),
           });
}

void Load(JNIEnv* env) {
  LoadJavaClasses(env);
  LoadReports(env);
  RegisterOnair(env);
  RegisterLentPicture(env);
  RegisterPublisher(env);
  RegisterPlayer(env);
  RegisterPreloadPool(env);
  RegisterDecodedPictures(env);
  RegisterPictureCalls(env);
  RegisterUrlAnswer(env);
}

}  // namespace
}  // namespace onair::jni

extern "C" JNIEXPORT jint JNICALL JNI_OnLoad(JavaVM* vm, void*) {
  onair::jni::SetVm(vm);
  JNIEnv* env = onair::jni::Env();
  if (env == nullptr) return JNI_ERR;
  try {
    onair::jni::Load(env);
  } catch (...) {  // The exception that is pending names what is missing.
    return JNI_ERR;
  }
  return JNI_VERSION_1_6;
}
