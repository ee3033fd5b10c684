// SPDX-License-Identifier: Apache-2.0
//
// Writing and reading one RTCP packet in a test.
#pragma once

#include <array>
#include <catch2/catch.hpp>

#include "transport/rtp/rtcp/block.h"

namespace onair::rtp::rtcp {

// What `write(SpanWriter&)` writes into a datagram's room.
template <typename Write>
Bytes Written(Write write) {
  std::array<std::uint8_t, 1200> room{};
  SpanWriter out(room);
  write(out);
  REQUIRE(out.ok());
  return Bytes(out.view().begin(), out.view().end());
}

// The first packet of `bytes`, which must be whole.
inline Block First(const Bytes& bytes) {
  BlockReader in(bytes);
  const auto block = in.Next();
  REQUIRE(block);
  return *block;
}

// Calls `read(block)` with every shortening of the first packet's body.
template <typename Read>
void ExpectNoneOfCuts(const Bytes& bytes, Read read) {
  Block block = First(bytes);
  const ByteView whole = block.body;
  for (std::size_t size = 0; size < whole.size(); ++size) {
    INFO(size << " of " << whole.size() << " bytes");
    block.body = whole.first(size);
    CHECK_FALSE(read(block));
  }
}

}  // namespace onair::rtp::rtcp
