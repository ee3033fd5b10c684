// SPDX-License-Identifier: Apache-2.0
#include "platform/android/jni/handle_table.h"

#include <catch2/catch.hpp>

namespace onair::jni {

TEST_CASE("A handle leads to its object until it is removed, and never to another") {
  HandleTable<int> table;
  const auto first = table.Add(std::make_shared<int>(1));
  CHECK(**table.Find(first) == 1);

  CHECK(*table.Remove(first) == 1);
  const auto second = table.Add(std::make_shared<int>(2));

  CHECK(second != first);
  const auto gone = table.Find(first);
  REQUIRE_FALSE(gone);
  CHECK(gone.error().code == ErrorCode::kInvalidState);
  CHECK(table.Remove(first) == nullptr);
}

TEST_CASE("Numbers that nobody was given lead nowhere") {
  HandleTable<int> table;
  for (const std::int64_t forged : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{1} << 62}) {
    CHECK_FALSE(table.Find(forged));
  }
}

TEST_CASE("Who found an object keeps it beyond its removal") {
  HandleTable<int> table;
  const auto handle = table.Add(std::make_shared<int>(5));
  const auto kept = table.Find(handle);

  table.Remove(handle);

  CHECK(**kept == 5);
}

TEST_CASE("A table counts what is in it") {
  HandleTable<int> table;
  const auto first = table.Add(std::make_shared<int>(1));
  table.Add(std::make_shared<int>(2));
  CHECK(table.size() == 2);

  table.Remove(first);
  table.Remove(first);

  CHECK(table.size() == 1);
}

}  // namespace onair::jni
