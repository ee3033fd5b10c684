// SPDX-License-Identifier: Apache-2.0
#include "platform/android/jni/direct_buffer.h"

#include <string>

#include "platform/android/jni/answer.h"
#include "platform/android/jni/java_classes.h"
#include "platform/sdk/callback_thread.h"

namespace onair::jni {

Result<std::span<std::uint8_t>> BytesOf(JNIEnv* env, jobject buffer, Extent extent,
                                        const char* what) {
  auto* base =
      buffer == nullptr ? nullptr : static_cast<std::uint8_t*>(env->GetDirectBufferAddress(buffer));
  if (base == nullptr) {
    return Fail(ErrorCode::kInvalidConfig, std::string(what) + " is no direct buffer");
  }
  const jlong capacity = env->GetDirectBufferCapacity(buffer);
  if (extent.offset < 0 || extent.size < 0 || jlong{extent.offset} + extent.size > capacity) {
    return Fail(ErrorCode::kInvalidConfig, std::string(what) + " is too small");
  }
  return std::span(base + extent.offset, static_cast<std::size_t>(extent.size));
}

std::vector<std::uint8_t> BytesOf(JNIEnv* env, jbyteArray array) {
  if (array == nullptr) return {};
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(env->GetArrayLength(array)));
  env->GetByteArrayRegion(array, 0, static_cast<jsize>(bytes.size()),
                          reinterpret_cast<jbyte*>(bytes.data()));
  CheckJava(env);
  return bytes;
}

jbyteArray JavaBytes(JNIEnv* env, std::span<const std::uint8_t> bytes) {
  jbyteArray array = env->NewByteArray(static_cast<jsize>(bytes.size()));
  CheckJava(env);
  env->SetByteArrayRegion(array, 0, static_cast<jsize>(bytes.size()),
                          reinterpret_cast<const jbyte*>(bytes.data()));
  CheckJava(env);
  return array;
}

Loan::Loan(JNIEnv* env, const void* owner, std::span<const jobject> buffers, jobject give_back)
    : owner_(owner), give_back_(env, give_back) {
  for (std::size_t i = 0; i < buffers.size() && i < buffers_.size(); ++i) {
    buffers_[i] = GlobalRef(env, buffers[i]);
  }
}

Loan::~Loan() {
  if (!is_taken_) return;
  const InCallback mark(owner_);
  Contained([this](JNIEnv* env) { env->CallVoidMethod(give_back_.get(), Java().run); });
}

}  // namespace onair::jni
