// SPDX-License-Identifier: Apache-2.0
#include "beauty/filters/cube_lut.h"

#include <catch2/catch.hpp>
#include <limits>
#include <string>

using namespace onair;
using namespace onair::beauty;

namespace {

std::string Identity(int size) {
  std::string text = "TITLE \"all as it was, four words\"\n# a comment\nLUT_3D_SIZE " +
                     std::to_string(size) + "\n\n";
  const auto top = static_cast<float>(size - 1);
  for (int b = 0; b < size; ++b) {
    for (int g = 0; g < size; ++g) {
      for (int r = 0; r < size; ++r) {
        text += std::to_string(static_cast<float>(r) / top) + " " +
                std::to_string(static_cast<float>(g) / top) + "\t" +
                std::to_string(static_cast<float>(b) / top) + " # node\r\n";
      }
    }
  }
  return text;
}

const char* kTwo = "0 0 0\n1 0 0\n0 1 0\n1 1 0\n0 0 1\n1 0 1\n0 1 1\n1 1 1\n";

}  // namespace

TEST_CASE("An identity table gives every colour back") {
  const auto lut = CubeLut::Parse(Identity(5));
  REQUIRE(lut);
  CHECK(lut->size() == 5);
  for (const Rgb& colour : {Rgb{0, 0, 0}, Rgb{1, 1, 1}, Rgb{0.3F, 0.9F, 0.11F}}) {
    const Rgb out = lut->At(colour);
    for (std::size_t i = 0; i < 3; ++i) CHECK(out[i] == Approx(colour[i]).margin(1e-4));
  }
}

TEST_CASE("Colours outside the domain, and none at all, count as its border") {
  const auto lut = CubeLut::Parse(Identity(3));
  REQUIRE(lut);
  CHECK(lut->At({2, -1, std::numeric_limits<float>::quiet_NaN()}) == Rgb{1, 0, 0});
}

TEST_CASE("A table's domain is respected") {
  const auto lut =
      CubeLut::Parse(std::string("DOMAIN_MIN 0 0 0\nDOMAIN_MAX 2 2 2\nLUT_3D_SIZE 2\n") + kTwo);
  REQUIRE(lut);
  CHECK(lut->At({1, 2, 0})[0] == Approx(0.5F));
  CHECK(lut->At({1, 2, 0})[1] == Approx(1.0F));
}

TEST_CASE("A table that cannot be read is refused with its line") {
  struct Case {
    std::string text;
    ErrorCode code;
    int line;
  };
  const std::string size2 = "LUT_3D_SIZE 2\n";
  const std::vector<Case> cases = {
      {"", ErrorCode::kInvalidConfig, 0},
      {"# only words\n", ErrorCode::kInvalidConfig, 0},
      {size2, ErrorCode::kInvalidConfig, 0},
      {size2 + "0 0 0\n", ErrorCode::kInvalidConfig, 0},
      {size2 + kTwo + "0 0 0\n", ErrorCode::kInvalidConfig, 10},
      {size2 + "0 0\n", ErrorCode::kInvalidConfig, 2},
      {size2 + "0 0 0 0\n", ErrorCode::kInvalidConfig, 2},
      {size2 + "0 nan 0\n", ErrorCode::kInvalidConfig, 2},
      {size2 + "0 1e99 0\n", ErrorCode::kInvalidConfig, 2},
      {size2 + "0 0x1 0\n", ErrorCode::kInvalidConfig, 2},
      {"0 0 0\n", ErrorCode::kInvalidConfig, 1},
      {"\nLUT_1D_SIZE 16\n", ErrorCode::kUnsupported, 2},
      {"LUT_3D_SIZE 66\n", ErrorCode::kLimit, 1},
      {"LUT_3D_SIZE 99999999999\n", ErrorCode::kLimit, 1},
      {"LUT_3D_SIZE 1\n", ErrorCode::kInvalidConfig, 1},
      {"LUT_3D_SIZE -5\n", ErrorCode::kInvalidConfig, 1},
      {"LUT_3D_SIZE\n", ErrorCode::kInvalidConfig, 1},
      {size2 + size2, ErrorCode::kInvalidConfig, 2},
      {size2 + "0 0 0\nTITLE x\n", ErrorCode::kInvalidConfig, 3},
      {"HELLO 1\n", ErrorCode::kInvalidConfig, 1},
      {"DOMAIN_MIN 0 0\n", ErrorCode::kInvalidConfig, 1},
      {"DOMAIN_MIN 1 1 1\n" + size2 + "0 0 0\n", ErrorCode::kInvalidConfig, 3},
  };
  for (const Case& c : cases) {
    INFO(c.text);
    const auto lut = CubeLut::Parse(c.text);
    REQUIRE_FALSE(lut);
    CHECK(lut.error().code == c.code);
    CHECK(lut.error().native_code == c.line);
    if (c.line > 0) CHECK(lut.error().detail.find("line " + std::to_string(c.line)) == 0);
  }
}

TEST_CASE("The largest table fits, and Resolve's range and a byte order mark are understood") {
  CHECK(CubeLut::Parse(Identity(CubeLut::kMaxSize)));
  const auto lut =
      CubeLut::Parse(std::string("\xEF\xBB\xBFLUT_3D_SIZE 2\nLUT_3D_INPUT_RANGE 0 0.5\n") + kTwo);
  REQUIRE(lut);
  CHECK(lut->At({0.25F, 0, 0})[0] == Approx(0.5F));
}
