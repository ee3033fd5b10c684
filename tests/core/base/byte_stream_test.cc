// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <limits>

#include "core/base/byte_reader.h"
#include "core/base/byte_writer.h"

namespace onair {
namespace {

TEST_CASE("Numbers are big-endian on the wire unless they say little") {
  ByteWriter writer;
  writer.U8(0x01).U16(0x0203).U24(0x040506).U32(0x0708090a).U32Little(0x0b0c0d0e);
  CHECK(writer.size() == 14);
  CHECK(writer.Take() ==
        Bytes{0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0e, 0x0d, 0x0c, 0x0b});
  CHECK(writer.size() == 0);
}

TEST_CASE("What the writer wrote the reader reads") {
  ByteWriter writer;
  writer.U8(0xff).U16(0xfffe).U24(0xfffffd).U32(0xfffffffc).U64(0xfffffffffffffffb);
  writer.U32Little(0x12345678).F64(-1234.5).Text("live").Append(Bytes{9, 8});

  ByteReader reader(writer.view());
  CHECK(reader.U8() == 0xff);
  CHECK(reader.U16() == 0xfffe);
  CHECK(reader.U24() == 0xfffffd);
  CHECK(reader.U32() == 0xfffffffc);
  CHECK(reader.U64() == 0xfffffffffffffffb);
  CHECK(reader.U32Little() == 0x12345678);
  CHECK(reader.F64() == -1234.5);
  const ByteView text = reader.Take(4);
  CHECK(std::string(text.begin(), text.end()) == "live");
  CHECK(reader.remaining() == 2);
  CHECK(reader.TakeRest()[1] == 8);
  CHECK(reader.ok());
}

TEST_CASE("Only the low bits of a 24-bit number are written") {
  ByteWriter writer;
  writer.U24(0xab123456);
  CHECK(writer.Take() == Bytes{0x12, 0x34, 0x56});
}

TEST_CASE("Signed 24-bit numbers keep their sign") {
  struct Row {
    Bytes wire;
    std::int32_t value;
  };
  for (const Row& row : {Row{{0x00, 0x00, 0x01}, 1}, Row{{0xff, 0xff, 0xff}, -1},
                         Row{{0x7f, 0xff, 0xff}, 8'388'607}, Row{{0x80, 0x00, 0x00}, -8'388'608}}) {
    ByteReader reader(row.wire);
    CHECK(reader.S24() == row.value);
  }
}

TEST_CASE("Reading past the end gives zeros and stays not ok") {
  const Bytes three{1, 2, 3};
  ByteReader reader(three);
  CHECK(reader.U32() == 0);
  CHECK_FALSE(reader.ok());
  CHECK(reader.remaining() == 0);
  CHECK(reader.U8() == 0);
  CHECK(reader.Take(0).empty());
  CHECK_FALSE(reader.ok());
}

TEST_CASE("Every width at every distance from the end reads inside its bytes") {
  const Bytes source(16, 0xaa);
  for (std::size_t length = 0; length <= 8; ++length) {
    const Bytes exact(source.begin(), source.begin() + static_cast<std::ptrdiff_t>(length));
    const auto fits = [&](std::size_t width, auto read) {
      ByteReader reader(exact);
      read(reader);
      INFO("length " << length << " width " << width);
      CHECK(reader.ok() == (width <= length));
    };
    fits(1, [](ByteReader& r) { r.U8(); });
    fits(2, [](ByteReader& r) { r.U16(); });
    fits(3, [](ByteReader& r) { r.U24(); });
    fits(3, [](ByteReader& r) { r.S24(); });
    fits(4, [](ByteReader& r) { r.U32(); });
    fits(4, [](ByteReader& r) { r.U32Little(); });
    fits(8, [](ByteReader& r) { r.U64(); });
    fits(8, [](ByteReader& r) { r.F64(); });
    fits(5, [](ByteReader& r) { r.Skip(5); });
  }
}

TEST_CASE("A count near the largest number does not wrap") {
  const Bytes bytes{1, 2};
  ByteReader reader(bytes);
  reader.Skip(1);
  CHECK(reader.Take(std::numeric_limits<std::size_t>::max()).empty());
  CHECK_FALSE(reader.ok());
}

TEST_CASE("Taking all of nothing is fine") {
  ByteReader reader(ByteView{});
  CHECK(reader.TakeRest().empty());
  CHECK(reader.ok());
}

}  // namespace
}  // namespace onair
