// SPDX-License-Identifier: Apache-2.0
#include "transport/qos/assignment.h"

#include <array>
#include <string>

#include <catch2/catch.hpp>

#include "transport/qos/words.h"

namespace onair::qos {
namespace {

// Made by another program from the text in assignment.h: what a service would compute.
TEST_CASE("The hash is that which the header tells of") {
  CHECK(AssignmentHash("", "") == 0x7a4c822af49ae566U);
  CHECK(AssignmentHash("drain", "session-1") == 0xb65004ce293915dbU);
  CHECK(AssignmentHash("drain", "session-2") == 0x43621d9b1b397468U);
  CHECK(AssignmentHash("pace", "session-1") == 0xa8f0e5f8336009e0U);
  CHECK(AssignmentHash("drain", "\xe7\x9b\xb4\xe6\x92\xad-7") == 0x51a45e4b6323a86cU);
  CHECK(BucketOf("drain", "session-1") == 915);
  CHECK(BucketOf("drain", "session-2") == 568);
}

TEST_CASE("Ids that differ in their last digit alone fill all buckets evenly") {
  std::array<int, kBuckets> counts{};
  constexpr int kEach = 1000;
  for (int i = 0; i < kBuckets * kEach; ++i) {
    ++counts[static_cast<std::size_t>(BucketOf("e", std::to_string(i)))];
  }
  double squares = 0;
  for (const int count : counts) squares += static_cast<double>((count - kEach) * (count - kEach));
  // Chi-square with 999 degrees of freedom: 999 on average, 1143 at one in a thousand.
  CHECK(squares / kEach < 1143);
  CHECK(squares / kEach > 860);
}

TEST_CASE("Words and what they mean go both ways") {
  for (const auto kind : {NetworkKind::kUnknown, NetworkKind::kWifi, NetworkKind::kCellular,
                          NetworkKind::kEthernet}) {
    CHECK(NetworkOf(WordOf(kind)) == kind);
  }
  for (const auto line : {cc::LineKind::kTcp, cc::LineKind::kDatagrams}) {
    CHECK(LineOf(WordOf(line)) == line);
  }
  CHECK_FALSE(NetworkOf("5g"));
  CHECK_FALSE(LineOf("tcp"));
}

}  // namespace
}  // namespace onair::qos
