// SPDX-License-Identifier: Apache-2.0
#include "transport/ice/digest.h"

#include <cstddef>

namespace onair::ice {
namespace {

consteval std::array<std::uint32_t, 256> MakeCrcTable() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < table.size(); ++i) {
    std::uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) {
      value = (value >> 1) ^ ((value & 1U) != 0 ? 0xedb88320U : 0U);
    }
    table[i] = value;
  }
  return table;
}

constexpr auto kCrcTable = MakeCrcTable();

}  // namespace

bool AreEqual(ByteView a, ByteView b) {
  if (a.size() != b.size()) return false;
  unsigned difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) difference |= unsigned{a[i]} ^ b[i];
  return difference == 0;
}

std::uint32_t Crc32(ByteView bytes) {
  std::uint32_t crc = 0xffffffffU;
  for (const std::uint8_t byte : bytes) crc = (crc >> 8) ^ kCrcTable[(crc ^ byte) & 0xffU];
  return ~crc;
}

}  // namespace onair::ice
