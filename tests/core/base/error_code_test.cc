// SPDX-License-Identifier: Apache-2.0
#include "core/base/error_code.h"

#include <catch2/catch.hpp>
#include <cctype>
#include <cstdlib>
#include <set>
#include <string>
#include <vector>

#include "core/base/result.h"

#include "tests/support/paths.h"

namespace onair {
namespace {

struct Row {
  std::string enum_name;
  int number;
};
std::vector<Row> AllRows() {
  return {
#define ROW(name, number, text, retry, meaning, action) {#name, number},
      ONAIR_ERROR_CODES(ROW)
#undef ROW
  };
}

TEST_CASE("Error numbers and names are unique") {
  std::set<int> numbers;
  std::set<std::string> names;
  for (const Row& row : AllRows()) {
    INFO(row.enum_name);
    CHECK(numbers.insert(row.number).second);
    CHECK(names.insert(std::string(Describe(static_cast<ErrorCode>(row.number)).name)).second);
  }
}

TEST_CASE("Every error tells its meaning and what to do") {
  for (const Row& row : AllRows()) {
    INFO(row.enum_name);
    const ErrorInfo& info = Describe(static_cast<ErrorCode>(row.number));
    CHECK(static_cast<int>(info.code) == row.number);
    CHECK(info.meaning.size() > 5);
    CHECK(info.action.size() > 5);
    CHECK((info.retryable == Retryable::kYes || info.retryable == Retryable::kNo));
    for (const char c : info.name) {
      CHECK((std::islower(static_cast<unsigned char>(c)) || c == '.' || c == '_'));
    }
  }
}

TEST_CASE("Numbers rise in the table and lie in the group of their name") {
  const struct {
    const char* prefix;
    int group;
  } groups[] = {{"config", 1}, {"net", 2},        {"rtmp", 3},     {"http", 4},   {"flv", 4},
                {"tls", 5},    {"dtls", 5},       {"codec", 6},    {"device", 7}, {"face", 7},
                {"file", 7},   {"session", 8},    {"internal", 9}, {"ice", 10},   {"turn", 10},
                {"sdp", 13},   {"signalling", 13}};
  int last = 0;
  for (const Row& row : AllRows()) {
    INFO(row.enum_name);
    CHECK(row.number > last);
    last = row.number;
    const std::string name(Describe(static_cast<ErrorCode>(row.number)).name);
    const std::string prefix = name.substr(0, name.find('.'));
    int found = 0;
    for (const auto& group : groups) {
      if (prefix == group.prefix) found = group.group;
    }
    CHECK(found == row.number / 100);
  }
}

TEST_CASE("An unknown number is described as a fault of ours") {
  CHECK(Describe(static_cast<ErrorCode>(12345)).code == ErrorCode::kInternal);
  CHECK(Describe(static_cast<ErrorCode>(0)).code == ErrorCode::kInternal);
}

TEST_CASE("An error prints as one line with its stable name") {
  CHECK(ToString({ErrorCode::kConnectRefused, "live.example:1935", 111}) ==
        "live.example:1935: connection refused [net.connect_refused]");
  CHECK(ToString({ErrorCode::kTimeout, ""}) ==
        "the peer did not answer or read in time [net.timeout]");
}

TEST_CASE("A failure keeps its code, detail and native code on its way up") {
  const auto inner = []() -> Result<int> { return Fail(ErrorCode::kHttpStatus, "/x", 418); };
  const auto outer = [&]() -> Result<std::string> {
    auto value = inner();
    if (!value) return Forward(value);
    return std::to_string(*value);
  };
  REQUIRE_FALSE(outer().has_value());
  CHECK(outer().error() == Error{ErrorCode::kHttpStatus, "/x", 418});
}

TEST_CASE("The README's error table is what the header says") {
  const std::string command =
      "python3 " + testing::SourceDir() + "/tests/tools/error_table.py --check";
  CHECK(std::system(command.c_str()) == 0);
}

}  // namespace
}  // namespace onair
