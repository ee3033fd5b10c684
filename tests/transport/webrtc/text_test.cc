// SPDX-License-Identifier: Apache-2.0
#include "transport/webrtc/text.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace onair::webrtc {
namespace {

TEST_CASE("Words are read between any number of spaces, and the rest after them") {
  Words words("  a  bc d e ");

  CHECK(words.Next() == "a");
  CHECK(words.Next() == "bc");
  CHECK(words.Rest() == "d e ");
  CHECK(words.Next() == "d");
  CHECK(words.Next() == "e");
  CHECK_FALSE(words.Next().has_value());
  CHECK(words.Rest().empty());
}

TEST_CASE("Lines end with CR LF or LF, the last with neither") {
  Lines lines("a\r\n\nb\rc\nlast");
  std::vector<std::string> read;
  while (const auto line = lines.Next()) read.emplace_back(*line);

  CHECK(read == std::vector<std::string>{"a", "", "b\rc", "last"});
}

TEST_CASE("Numbers are whole texts and nothing else") {
  CHECK(ParseNumber<int>("-7") == -7);
  CHECK_FALSE(ParseNumber<int>("7x").has_value());
  CHECK_FALSE(ParseNumber<int>(" 7").has_value());
  CHECK_FALSE(ParseNumber<int>("").has_value());
  CHECK_FALSE(ParseNumber<std::uint8_t>("256").has_value());
  CHECK(ParseNumberIn<int>("5", 1, 5) == 5);
  CHECK_FALSE(ParseNumberIn<int>("6", 1, 5).has_value());
  CHECK_FALSE(ParseNumberIn<int>("0", 1, 5).has_value());
}

TEST_CASE("Splitting, trimming, joining and comparing") {
  CHECK(SplitAt("a:b:c", ':') == std::pair<std::string_view, std::string_view>{"a", "b:c"});
  CHECK(SplitAt("abc", ':') == std::pair<std::string_view, std::string_view>{"abc", ""});
  CHECK(Trimmed(" \ta b\t ") == "a b");
  CHECK(Trimmed("  ").empty());
  CHECK(Join({"a", "b"}, ", ") == "a, b");
  CHECK(Join({}, ", ").empty());
  CHECK(Lower("H264\xc3") == "h264\xc3");
  CHECK(EqualsIgnoringCase("Opus", "oPUS"));
  CHECK_FALSE(EqualsIgnoringCase("opus", "opu"));
}

}  // namespace
}  // namespace onair::webrtc
