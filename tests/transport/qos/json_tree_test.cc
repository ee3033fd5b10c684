// SPDX-License-Identifier: Apache-2.0
#include "transport/qos/json_tree.h"

#include <string>

#include <catch2/catch.hpp>

namespace onair::qos {
namespace {

using Kind = JsonNode::Kind;

TEST_CASE("A tree has every kind of value, in order, with names and lines") {
  const auto tree = ParseJsonTree(R"({
  "text": "a\nb",
  "number": -1.5,
  "list": [1,
    true, null],

  "object": {}
})");
  REQUIRE(tree);
  REQUIRE(tree->kind == Kind::kObject);
  REQUIRE(tree->items.size() == 4);
  CHECK(tree->items[0].name == "text");
  CHECK(tree->items[0].text == "a\nb");
  CHECK(tree->items[0].line == 2);
  CHECK(tree->items[1].number == -1.5);
  CHECK(tree->items[1].line == 3);
  const JsonNode& list = tree->items[2];
  REQUIRE(list.kind == Kind::kList);
  CHECK(list.line == 4);
  REQUIRE(list.items.size() == 3);
  CHECK(list.items[0].number == 1);
  CHECK(list.items[1].kind == Kind::kBool);
  CHECK(list.items[1].number == 1);
  CHECK(list.items[1].line == 5);
  CHECK(list.items[2].kind == Kind::kNull);
  CHECK(list.items[2].name.empty());
  CHECK(tree->items[3].line == 7);
  CHECK(tree->items[3].kind == Kind::kObject);
}

TEST_CASE("A name that comes twice is there twice") {
  const auto tree = ParseJsonTree(R"({"a": 1, "a": 2})");
  REQUIRE(tree);
  REQUIRE(tree->items.size() == 2);
  CHECK(tree->items[1].number == 2);
}

TEST_CASE("What is no JSON is refused with the line where that shows") {
  const auto line_of = [](std::string_view text) {
    const auto tree = ParseJsonTree(text);
    REQUIRE_FALSE(tree);
    CHECK(tree.error().kind == JsonFault::Kind::kSyntax);
    return tree.error().line;
  };
  CHECK(line_of("") == 1);
  CHECK(line_of("{\n\"a\": 1,\n}") == 3);
  CHECK(line_of("{\n\"a\" 1}") == 2);
  CHECK(line_of("[1]\n[2]") == 2);
  CHECK(line_of("[1e999]") == 1);
  CHECK(line_of("\"\xff\"") == 1);
}

TEST_CASE("Deep and long texts are refused before they cost anything") {
  const std::string deep = std::string(100, '[') + std::string(100, ']');
  const auto nested = ParseJsonTree(deep);
  REQUIRE_FALSE(nested);
  CHECK(nested.error().kind == JsonFault::Kind::kTooDeep);
  CHECK(ParseJsonTree(std::string(kMostJsonDepth, '[') + std::string(kMostJsonDepth, ']')));

  const auto large = ParseJsonTree("[" + std::string(kMostJsonBytes, ' ') + "]");
  REQUIRE_FALSE(large);
  CHECK(large.error().kind == JsonFault::Kind::kTooLarge);
  CHECK(ParseJsonTree("[" + std::string(kMostJsonBytes - 2, ' ') + "]"));
}

}  // namespace
}  // namespace onair::qos
