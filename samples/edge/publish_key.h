// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace onair::edge {

// Whether a publisher gave the edge's key; an empty one lets anybody in. Time does not tell how
// much of it was right.
inline bool IsPublishKey(std::optional<std::string_view> given, const std::string& key) {
  if (key.empty()) return true;
  if (!given || given->size() != key.size()) return false;
  unsigned difference = 0;
  for (std::size_t i = 0; i < key.size(); ++i) {
    difference |= static_cast<unsigned>(static_cast<unsigned char>((*given)[i] ^ key[i]));
  }
  return difference == 0;
}

}  // namespace onair::edge
