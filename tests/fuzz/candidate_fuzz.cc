// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "transport/ice/candidate.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace onair::ice;
  const auto parsed = ParseCandidate({reinterpret_cast<const char*>(data), size});
  if (!parsed || !*parsed) return 0;
  // What was read prints as a line that reads as the same.
  const auto again = ParseCandidate(ToString(**parsed));
  if (!again || *again != *parsed) std::abort();
  return 0;
}
