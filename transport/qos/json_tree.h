// SPDX-License-Identifier: Apache-2.0
//
// JSON that knows its lines, and every name in its order, so that what is wrong can be pointed at.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

namespace onair::qos {

struct JsonNode {
  enum class Kind { kNull = 1, kBool, kNumber, kText, kList, kObject };
  Kind kind = Kind::kNull;
  int line = 1;                 // Of its name in an object, else of its first character.
  double number = 0;            // kNumber; kBool: 0 or 1.
  std::string text;             // kText: UTF-8.
  std::string name;             // In an object.
  std::vector<JsonNode> items;  // kList, kObject: in their order, names as often as they come.
};

struct JsonFault {
  enum class Kind { kTooLarge = 1, kTooDeep, kSyntax };
  Kind kind;
  int line = 1;
};

inline constexpr std::size_t kMostJsonBytes = 64 * 1024;
inline constexpr std::size_t kMostJsonDepth = 8;

// Total: any bytes give a tree or a fault. Memory is bounded by a multiple of the text, and the
// text by kMostJsonBytes.
[[nodiscard]] tl::expected<JsonNode, JsonFault> ParseJsonTree(std::string_view text);

}  // namespace onair::qos
