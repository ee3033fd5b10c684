// SPDX-License-Identifier: Apache-2.0
#include "samples/common/text_file.h"

#include <catch2/catch.hpp>
#include <cstdio>
#include <fstream>

namespace onair::samples {
namespace {

TEST_CASE("A text is read whole up to its bound, and refused one byte beyond") {
  const std::string path = "text_file_test.txt";
  for (const std::size_t length : {0U, 1U, 16384U, 40000U}) {
    const std::string text(length, 'x');
    std::ofstream(path, std::ios::binary) << text;
    CHECK(ReadText(path, length) == text);
    if (length == 0) continue;
    const auto refused = ReadText(path, length - 1);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::kLimit);
    CHECK(refused.error().detail.find(path) == 0);
  }
  std::remove(path.c_str());
}

TEST_CASE("A folder, a device without end and a file that is not there are refused") {
  CHECK(ReadText("/", 100).error().code == ErrorCode::kFileRead);
  CHECK(ReadText("/dev/zero", 1000).error().code == ErrorCode::kLimit);
  CHECK(ReadText("/nonexistent", 100).error().code == ErrorCode::kFileNotFound);
}

}  // namespace
}  // namespace onair::samples
