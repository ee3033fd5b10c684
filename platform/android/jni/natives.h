// SPDX-License-Identifier: Apache-2.0
//
// Native methods are told to Java by a table, so that a name or signature that does not fit fails
// when the library is loaded, and nothing but JNI_OnLoad leaves it.
#pragma once

#include <jni.h>

#include <initializer_list>

#include "platform/android/jni/jvm.h"

namespace onair::jni {

template <typename Return, typename... Arguments>
JNINativeMethod Native(const char* name, const char* signature,
                       Return (*function)(JNIEnv*, jclass, Arguments...)) {
  // Older headers want names that may be written to, and write to none.
  return {const_cast<char*>(name), const_cast<char*>(signature), reinterpret_cast<void*>(function)};
}

// Throws JavaThrew.
inline void Register(JNIEnv* env, const char* class_name,
                     std::initializer_list<JNINativeMethod> methods) {
  jclass found = env->FindClass(class_name);
  CheckJava(env);
  env->RegisterNatives(found, methods.begin(), static_cast<jint>(methods.size()));
  CheckJava(env);
  env->DeleteLocalRef(found);
}

// One class in Java each.
void RegisterPublisher(JNIEnv* env);
void RegisterPlayer(JNIEnv* env);
void RegisterPreloadPool(JNIEnv* env);

}  // namespace onair::jni
