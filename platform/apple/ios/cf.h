// SPDX-License-Identifier: Apache-2.0
//
// Owners of Core Foundation's objects, and the few of them that codecs are asked by.
#pragma once

#include <CoreFoundation/CoreFoundation.h>

#include <cstdint>
#include <initializer_list>
#include <utility>
#include <vector>

namespace onair::apple {

// One reference. Single-owner.
template <typename T>
class CfRef {
 public:
  CfRef() = default;
  // Takes over what a Create or Copy function gave.
  explicit CfRef(T ref) : ref_(ref) {}
  CfRef(CfRef&& other) noexcept : ref_(std::exchange(other.ref_, nullptr)) {}
  CfRef& operator=(CfRef&& other) noexcept {
    std::swap(ref_, other.ref_);
    return *this;
  }
  ~CfRef() {
    if (ref_ != nullptr) CFRelease(ref_);
  }

  T get() const { return ref_; }
  explicit operator bool() const { return ref_ != nullptr; }
  // Gives it up, to whom a Copy function of ours answers.
  T Release() { return std::exchange(ref_, nullptr); }
  // For functions that give a reference by their last argument.
  T* out() {
    *this = CfRef();
    return &ref_;
  }

 private:
  T ref_ = nullptr;
};

inline CfRef<CFNumberRef> CfNumber(std::int64_t value) {
  return CfRef<CFNumberRef>(CFNumberCreate(kCFAllocatorDefault, kCFNumberSInt64Type, &value));
}
inline CfRef<CFNumberRef> CfNumber(double value) {
  return CfRef<CFNumberRef>(CFNumberCreate(kCFAllocatorDefault, kCFNumberDoubleType, &value));
}

// Retains keys and values.
inline CfRef<CFDictionaryRef> CfDictionary(
    std::initializer_list<std::pair<CFStringRef, CFTypeRef>> entries) {
  std::vector<const void*> keys;
  std::vector<const void*> values;
  for (const auto& [key, value] : entries) {
    keys.push_back(key);
    values.push_back(value);
  }
  return CfRef<CFDictionaryRef>(CFDictionaryCreate(
      kCFAllocatorDefault, keys.data(), values.data(), static_cast<CFIndex>(keys.size()),
      &kCFTypeDictionaryKeyCallBacks, &kCFTypeDictionaryValueCallBacks));
}

}  // namespace onair::apple
