// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <jni.h>

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/base/result.h"
#include "platform/android/jni/jvm.h"

namespace onair::jni {

// Which part of a buffer is meant, in bytes from its beginning.
struct Extent {
  jint offset;
  jint size;
};

// That part of a direct ByteBuffer. kInvalidConfig, naming `what`, for none, one on the heap, and
// one that is smaller than that.
Result<std::span<std::uint8_t>> BytesOf(JNIEnv* env, jobject buffer, Extent extent,
                                        const char* what);

// Throw JavaThrew.
std::vector<std::uint8_t> BytesOf(JNIEnv* env, jbyteArray array);
jbyteArray JavaBytes(JNIEnv* env, std::span<const std::uint8_t> bytes);

// The numbers of an array of ours, which has at least `N`. Throws JavaThrew.
template <std::size_t N>
std::array<jint, N> IntsOf(JNIEnv* env, jintArray array) {
  std::array<jint, N> numbers;
  env->GetIntArrayRegion(array, 0, static_cast<jsize>(N), numbers.data());
  CheckJava(env);
  return numbers;
}

// Buffers that the app lent, and how it wants to hear that they are free. Before they are taken
// they are still the app's.
class Loan {
 public:
  // `owner`: see InCallback.
  Loan(JNIEnv* env, const void* owner, std::span<const jobject> buffers, jobject give_back);
  ~Loan();
  Loan(const Loan&) = delete;
  Loan& operator=(const Loan&) = delete;

  void Take() { is_taken_ = true; }
  void Return() { is_taken_ = false; }  // Refused after all.

 private:
  const void* const owner_;
  std::array<GlobalRef, 3> buffers_;
  GlobalRef give_back_;
  bool is_taken_ = false;
};

}  // namespace onair::jni
