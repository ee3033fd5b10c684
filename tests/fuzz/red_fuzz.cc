// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "transport/rtp/red.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace onair;
  rtp::RedReader reader({data, size}, 0);
  std::size_t total = 0;
  std::size_t count = 0;
  while (const auto block = reader.Next()) {
    total += block->bytes.size();
    ++count;
  }
  if (total >= size + 1 || count > rtp::kMaxRedBlocks) std::abort();
  return 0;
}
