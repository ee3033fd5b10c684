// SPDX-License-Identifier: Apache-2.0
//
// Structs of programs that are older or newer than the library: `size` tells how much there is.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string>

#include "platform/c/answer.h"

namespace onair::c {

// What a struct had when it was first published: the end of its last member then. Fields are only
// ever added behind it, so these lines never change.
template <typename T>
inline constexpr std::size_t kFirstSize = 0;
#define ONAIR_FIRST_SIZE(type, last) \
  template <>                        \
  inline constexpr std::size_t kFirstSize<type> = offsetof(type, last) + sizeof(type::last)

// A copy of `*in`, with zeros for what an older program does not know. What a newer one set and
// this library does not know is refused: kUnsupported.
template <typename T>
Result<T> ReadSized(const T* in, const char* name) {
  static_assert(kFirstSize<T> > 0);
  if (in == nullptr) return Refuse(name);
  const std::size_t size = in->size;
  // No struct of ours will ever be that large; a size that was not set nearly always is.
  constexpr std::size_t kMost = 4096;
  if (size < kFirstSize<T> || size > kMost) return Refuse((std::string(name) + ".size").c_str());
  const auto* bytes = reinterpret_cast<const unsigned char*>(in);
  if (size > sizeof(T) &&
      std::any_of(bytes + sizeof(T), bytes + size, [](unsigned char byte) { return byte != 0; })) {
    return Fail(ErrorCode::kUnsupported, std::string(name) + ": a field of a newer version");
  }
  T copy{};
  std::memcpy(&copy, in, std::min(size, sizeof(T)));
  copy.size = sizeof(T);
  return copy;
}

// Calls `take` with each element of an array of an older or newer program: the first one's size
// leads to the next.
template <typename T, typename Take>
Status ForEachSized(const T* array, std::size_t count, const char* name, Take take) {
  if (count != 0 && array == nullptr) return Refuse(name);
  const auto* next = reinterpret_cast<const unsigned char*>(array);
  for (std::size_t i = 0; i < count; ++i) {
    const auto element = ReadSized(reinterpret_cast<const T*>(next), name);
    if (!element) return Forward(element);
    if (auto taken = take(*element); !taken) return taken;
    next += array->size;
  }
  return {};
}

// Writes as much of `value` as the caller's struct holds; what this library does not know is zero.
template <typename T>
Status WriteSized(T value, T* out, const char* name) {
  static_assert(kFirstSize<T> > 0);
  if (out == nullptr) return Refuse(name);
  const std::size_t size = out->size;
  constexpr std::size_t kMost = 4096;
  if (size < kFirstSize<T> || size > kMost) return Refuse((std::string(name) + ".size").c_str());
  std::memset(static_cast<void*>(out), 0, size);
  value.size = size;
  std::memcpy(static_cast<void*>(out), &value, std::min(size, sizeof(T)));
  return {};
}

}  // namespace onair::c
