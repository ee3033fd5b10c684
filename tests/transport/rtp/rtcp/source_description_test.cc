// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/rtcp/source_description.h"

#include <string>

#include "tests/transport/rtp/rtcp/wire.h"

namespace onair::rtp::rtcp {
namespace {

TEST_CASE("A canonical name of any length comes back and fills whole words") {
  for (std::size_t length = 0; length <= 255; ++length) {
    const std::string name(length, 'c');
    const Bytes bytes = Written(
        [&](SpanWriter& out) { CHECK(WriteCanonicalName({.ssrc = 77, .name = name}, out)); });
    REQUIRE(bytes.size() % 4 == 0);
    const auto got = ReadCanonicalName(First(bytes));
    REQUIRE(got);
    CHECK(got->ssrc == 77);
    CHECK(got->name == name);
  }
}

TEST_CASE("A canonical name is found behind other items and chunks") {
  const Bytes bytes{0x82, 202, 0, 6,                                //
                    0,    0,   0, 1, 2, 3, 'B', 'o', 'b', 0, 0, 0,  // A name only.
                    0,    0,   0, 2, 1, 2, 'c', 'n', 0,   0, 0, 0};
  const auto got = ReadCanonicalName(First(bytes));
  REQUIRE(got);
  CHECK(got->ssrc == 2);
  CHECK(got->name == "cn");
}

TEST_CASE("An item longer than its packet is refused") {
  const Bytes bytes{0x81, 202, 0, 2, 0, 0, 0, 1, 1, 200, 'c', 'n'};
  CHECK_FALSE(ReadCanonicalName(First(bytes)));
}

TEST_CASE("A goodbye names its sources") {
  const Bytes bytes = Written([](SpanWriter& out) { CHECK(WriteBye(0xabcdef01, out)); });
  const auto bye = ReadBye(First(bytes));
  REQUIRE(bye);
  REQUIRE(bye->size() == 1);
  CHECK((*bye)[0] == 0xabcdef01);

  const Bytes with_reason{0x82, 203, 0, 3, 0, 0, 0, 1, 0, 0, 0, 2, 3, 'e', 'n', 'd'};
  const auto two = ReadBye(First(with_reason));
  REQUIRE(two);
  CHECK(two->size() == 2);
  CHECK((*two)[1] == 2);
}

TEST_CASE("A goodbye that counts more sources than it holds is refused") {
  CHECK_FALSE(ReadBye(First(Bytes{0x83, 203, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2})));
}

}  // namespace
}  // namespace onair::rtp::rtcp
