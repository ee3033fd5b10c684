// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <jni.h>

#include <cstdint>
#include <span>
#include <type_traits>
#include <variant>
#include <vector>

#include "platform/android/jni/java_classes.h"
#include "platform/android/jni/jvm.h"

namespace onair::jni {

// A field of a Java class of numbers, by its name, and what goes there: long or double.
template <typename Source>
struct NumberField {
  const char* name;
  std::variant<std::int64_t (*)(const Source&), double (*)(const Source&)> get;
};

// Makes Java objects of numbers and fills their fields by name.
template <typename Source>
class Numbers {
 public:
  // `fields` outlives this. Once, when the library is loaded. Throws JavaThrew for what is not
  // there.
  void Load(JNIEnv* env, const char* class_name, std::span<const NumberField<Source>> fields) {
    class_ = KeptClass(env, class_name);
    make_ = env->GetMethodID(class_, "<init>", "()V");
    CheckJava(env);
    fields_ = fields;
    for (const auto& field : fields) {
      ids_.push_back(env->GetFieldID(class_, field.name, field.get.index() == 0 ? "J" : "D"));
      CheckJava(env);
    }
  }

  jclass java_class() const { return class_; }

  // Throws JavaThrew.
  jobject Make(JNIEnv* env, const Source& source) const {
    jobject object = env->NewObject(class_, make_);
    CheckJava(env);
    for (std::size_t i = 0; i < ids_.size(); ++i) {
      std::visit([&](auto get) { Set(env, object, ids_[i], get(source)); }, fields_[i].get);
    }
    return object;
  }

 private:
  static void Set(JNIEnv* env, jobject object, jfieldID id, std::int64_t value) {
    env->SetLongField(object, id, value);
  }
  static void Set(JNIEnv* env, jobject object, jfieldID id, double value) {
    env->SetDoubleField(object, id, value);
  }

  jclass class_ = nullptr;
  jmethodID make_ = nullptr;
  std::span<const NumberField<Source>> fields_;
  std::vector<jfieldID> ids_;
};

}  // namespace onair::jni
