// SPDX-License-Identifier: Apache-2.0
#include "platform/android/jni/text.h"

#include <catch2/catch.hpp>

#include "core/base/rng.h"

namespace onair::jni {

TEST_CASE("Text of any plane goes to Java and back unchanged") {
  const std::string text = "a \xc3\xa4 \xe4\xb8\xad \xf0\x9f\x93\xb7";  // ä, 中, a camera.

  const std::u16string utf16 = Utf16Of(text);

  CHECK(utf16 == u"a \u00e4 \u4e2d \U0001f4f7");
  CHECK(Utf8Of(utf16) == text);
  CHECK(Utf16Of(std::string("a\0b", 3)) == std::u16string(u"a\0b", 3));
  CHECK(Utf16Of("").empty());
}

TEST_CASE("Bytes that are no text become replacement characters, and what follows stays") {
  CHECK(Utf16Of("\xff!") == u"\ufffd!");
  CHECK(Utf16Of("\xc3") == u"\ufffd");
  CHECK(Utf16Of("\xe4\xb8!") == u"\ufffd\ufffd!");
  CHECK(Utf16Of("\xc0\x80") == u"\ufffd\ufffd");            // A zero, too long.
  CHECK(Utf16Of("\xed\xa0\x80") == u"\ufffd\ufffd\ufffd");  // Half a pair.
  CHECK(Utf16Of("\xf4\x90\x80\x80").front() == u'\ufffd');  // Beyond the last plane.
}

TEST_CASE("Half pairs from Java become replacement characters") {
  CHECK(Utf8Of(std::u16string{char16_t{0xd83d}}) == "\xef\xbf\xbd");
  CHECK(Utf8Of(std::u16string{char16_t{0xdcf7}, u'!'}) == "\xef\xbf\xbd!");
  CHECK(Utf8Of(std::u16string{char16_t{0xd83d}, u'!'}) == "\xef\xbf\xbd!");
}

TEST_CASE("Any bytes give text that survives a round trip") {
  Rng rng(7);
  for (int round = 0; round < 2000; ++round) {
    std::string bytes;
    const auto length = rng.Next() % 12;
    for (std::uint64_t i = 0; i < length; ++i) bytes.push_back(static_cast<char>(rng.Next()));
    const std::u16string once = Utf16Of(bytes);
    REQUIRE(Utf16Of(Utf8Of(once)) == once);
  }
}

}  // namespace onair::jni
