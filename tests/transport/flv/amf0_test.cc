// SPDX-License-Identifier: Apache-2.0
#include "transport/flv/amf0.h"

#include <catch2/catch.hpp>

namespace onair::flv::amf0 {
namespace {

// Every kind of value once, as a peer could send it.
Bytes Everything() {
  Writer out;
  out.Text("connect").Number(1).Boolean(true).Null().Undefined();
  out.BeginObject().Key("app").Text("live").Key("inner");
  out.BeginObject().Key("n").Number(-2.5).EndObject().EndObject();
  out.BeginEcmaArray(99).Key("width").Number(1280).EndObject();
  Bytes bytes = out.Take();
  const Bytes rest = {0x0a, 0,    0,    0,   2, 0x05, 0x01, 0x01,               // Strict array.
                      0x0b, 0x42, 0x76, 0,   0, 0,    0,    0,    0, 0, 0,      // Date.
                      0x10, 0,    1,    'T', 0, 1,    'k',  0x05, 0, 0, 0x09};  // Typed object.
  bytes.insert(bytes.end(), rest.begin(), rest.end());
  return bytes;
}

TEST_CASE("AMF0 numbers, booleans and strings have the bytes of the specification") {
  Writer out;
  out.Number(1).Boolean(true).Text("ab").Null();

  CHECK(out.Take() ==
        Bytes{0x00, 0x3f, 0xf0, 0, 0, 0, 0, 0, 0, 0x01, 0x01, 0x02, 0, 2, 'a', 'b', 0x05});
}

TEST_CASE("AMF0 reads every kind of value it knows") {
  const Parsed parsed = Parse(Everything());

  REQUIRE(parsed.is_complete);
  REQUIRE(parsed.values.size() == 10);
  CHECK(*parsed.values[0].text() == "connect");
  CHECK(parsed.values[1].number() == 1.0);
  CHECK(std::get<bool>(parsed.values[2].data));
  CHECK(std::holds_alternative<Null>(parsed.values[3].data));
  CHECK(*parsed.values[5].FindText("app") == "live");
  CHECK(parsed.values[5].Find("inner")->FindNumber("n") == -2.5);
  CHECK(parsed.values[6].FindNumber("width") == 1280);
  CHECK(std::get<Array>(parsed.values[7].data).items.size() == 2);
  CHECK(parsed.values[9].Find("k") != nullptr);
}

TEST_CASE("AMF0 takes a long string above 65535 bytes") {
  const std::string text(70'000, 'x');
  Writer out;
  const Parsed parsed = Parse(out.Text(text).Take());

  REQUIRE(parsed.values.size() == 1);
  CHECK(*parsed.values[0].text() == text);
}

TEST_CASE("AMF0 ignores the count of an ECMA array") {
  const Bytes lying = {0x08, 0xff, 0xff, 0xff, 0xff, 0, 1, 'a', 0x01, 0x00, 0, 0, 0x09};

  const Parsed parsed = Parse(lying);

  REQUIRE(parsed.is_complete);
  CHECK(parsed.values[0].object()->properties.size() == 1);
}

TEST_CASE("AMF0 keeps the values in front of a cut and says that it is incomplete") {
  const Bytes all = Everything();
  for (std::size_t size = 0; size < all.size(); ++size) {
    const Parsed parsed = Parse(ByteView(all).first(size));
    INFO("cut at " << size);
    CHECK(parsed.values.size() <= 9);
    if (parsed.is_complete) CHECK(Parse(all).values.size() > parsed.values.size());
  }
}

TEST_CASE("AMF0 survives every flipped bit") {
  const Bytes good = Everything();
  for (std::size_t i = 0; i < good.size() * 8; ++i) {
    Bytes bad = good;
    bad[i / 8] = static_cast<std::uint8_t>(bad[i / 8] ^ (1U << (i % 8)));
    CHECK(Parse(bad).values.size() <= kMaxValues);
  }
}

TEST_CASE("AMF0 refuses nesting deeper than its limit") {
  const auto nested = [](int depth) {
    Writer out;
    for (int i = 0; i < depth; ++i) out.BeginObject().Key("o");
    out.Null();
    for (int i = 0; i < depth; ++i) out.EndObject();
    return Parse(out.Take());
  };

  CHECK(nested(kMaxDepth - 1).is_complete);
  CHECK_FALSE(nested(kMaxDepth).is_complete);
}

TEST_CASE("AMF0 refuses more values than its limit") {
  const auto array = [](std::uint32_t count) {
    Bytes bytes = {0x0a, static_cast<std::uint8_t>(count >> 24),
                   static_cast<std::uint8_t>(count >> 16), static_cast<std::uint8_t>(count >> 8),
                   static_cast<std::uint8_t>(count)};
    bytes.insert(bytes.end(), count, 0x05);
    return Parse(bytes);
  };

  CHECK(array(kMaxValues - 1).is_complete);
  CHECK_FALSE(array(kMaxValues).is_complete);
}

}  // namespace
}  // namespace onair::flv::amf0
