// SPDX-License-Identifier: Apache-2.0
//
// Counts what a program allocates by operator new. Include in one file of a program; it replaces
// the global operators: not for builds with sanitizers, which have their own.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <new>

namespace onair::test {
inline std::int64_t& NewCalls() {
  static std::int64_t calls = 0;
  return calls;
}
}  // namespace onair::test

void* operator new(std::size_t size) {
  ++onair::test::NewCalls();
  void* const memory = std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) std::abort();
  return memory;
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
