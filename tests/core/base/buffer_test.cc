// SPDX-License-Identifier: Apache-2.0
#include "core/base/buffer.h"

#include <catch2/catch.hpp>

namespace onair {
namespace {

TEST_CASE("Copies of a buffer share the bytes") {
  const Buffer a = Buffer::Own({1, 2, 3});
  const Buffer b = a;
  CHECK(a.data() == b.data());
  CHECK(b.size() == 3);
}

TEST_CASE("A slice keeps the whole alive") {
  Buffer slice;
  CHECK(slice.empty());
  {
    const Buffer whole = Buffer::Own({1, 2, 3, 4});
    slice = whole.Slice(1, 2);
  }
  REQUIRE(slice.size() == 2);
  CHECK(slice.view()[0] == 2);
  CHECK(slice.view()[1] == 3);
}

TEST_CASE("Foreign memory is released once, with the last copy") {
  const Bytes foreign{7, 8};
  int released = 0;
  {
    Buffer first = Buffer::Wrap(foreign, [&] { ++released; });
    const Buffer second = first.Slice(1, 1);
    first = Buffer();
    CHECK(released == 0);
    CHECK(second.view()[0] == 8);
  }
  CHECK(released == 1);
}

TEST_CASE("Foreign memory without a release function is only borrowed") {
  const Bytes foreign{7};
  const Buffer buffer = Buffer::Wrap(foreign, nullptr);
  CHECK(buffer.data() == foreign.data());
}

}  // namespace
}  // namespace onair
