// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/span_writer.h"

#include <array>
#include <catch2/catch.hpp>

namespace onair::rtp {
namespace {

TEST_CASE("SpanWriter writes big-endian into the caller's memory") {
  std::array<std::uint8_t, 10> room{};
  SpanWriter out(room);
  out.U8(1).U16(0x0203).U24(0x040506).Append(Bytes{7, 8}).Zeros(1);
  out.PatchU16(1, 0xaabb);

  REQUIRE(out.ok());
  CHECK(Bytes(out.view().begin(), out.view().end()) == Bytes{1, 0xaa, 0xbb, 4, 5, 6, 7, 8, 0});
  CHECK(out.remaining() == 1);
}

TEST_CASE("SpanWriter that passed the end stays so and writes nothing more") {
  std::array<std::uint8_t, 3> room{};
  SpanWriter out(room);
  out.U16(1).U32(0xffffffff).U8(9);

  CHECK_FALSE(out.ok());
  CHECK(out.size() == 2);
  CHECK(room[2] == 0);
}

TEST_CASE("SpanWriter refuses to patch what is not written") {
  std::array<std::uint8_t, 4> room{};
  SpanWriter out(room);
  out.U16(0);
  out.PatchU16(1, 0xffff);

  CHECK(room[1] == 0);
  CHECK(room[2] == 0);
}

}  // namespace
}  // namespace onair::rtp
