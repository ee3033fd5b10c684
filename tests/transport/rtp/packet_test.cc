// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/packet.h"

#include <catch2/catch.hpp>

#include "core/base/rng.h"
#include "tests/support/seed.h"

namespace onair::rtp {
namespace {

constexpr PacketHeader kHeader{.payload_type = 96,
                               .marker = Marker::kSet,
                               .sequence_number = 0xfedc,
                               .timestamp = 0x01020304,
                               .ssrc = 0xa0b0c0d0};

Bytes Concat(ByteView a, ByteView b) {
  Bytes out(a.begin(), a.end());
  out.insert(out.end(), b.begin(), b.end());
  return out;
}

Bytes Written(const PacketHeader& header, const ExtensionBlock& extension, ByteView payload) {
  std::array<std::uint8_t, 256> room{};
  const std::size_t size = WriteHeader(header, extension, room);
  REQUIRE(size > 0);
  return Concat(ByteView(room).first(size), payload);
}

TEST_CASE("RTP header has the bytes of RFC 3550") {
  const Bytes bytes = Written(kHeader, {}, {});

  CHECK(bytes == Bytes{0x80, 0xe0, 0xfe, 0xdc, 0x01, 0x02, 0x03, 0x04, 0xa0, 0xb0, 0xc0, 0xd0});
}

TEST_CASE("RTP packet comes back as it was written") {
  const Bytes payload{1, 2, 3};
  const Bytes extension{0x10, 0xaa, 0, 0};
  const Bytes bytes = Written(kHeader, {.profile = 0xbede, .bytes = extension}, payload);

  const auto packet = ParsePacket(bytes);

  REQUIRE(packet);
  CHECK(packet->header == kHeader);
  CHECK(packet->extension.profile == 0xbede);
  CHECK(Concat(packet->extension.bytes, {}) == extension);
  CHECK(Concat(packet->payload, {}) == payload);
  CHECK(packet->header_bytes == 20);
  CHECK(packet->padding_bytes == 0);
}

TEST_CASE("RTP extension is padded to whole words") {
  const Bytes bytes =
      Written(kHeader, {.profile = 0xbede, .bytes = Bytes{0x10, 7, 0x20, 8, 0x30}}, {});

  REQUIRE(bytes.size() == 12 + 4 + 8);
  CHECK(bytes[15] == 2);
  CHECK(bytes[21] == 0);
}

TEST_CASE("RTP header that does not fit is not written") {
  std::array<std::uint8_t, 11> small{};
  CHECK(WriteHeader(kHeader, {}, small) == 0);
  std::array<std::uint8_t, 19> middle{};
  CHECK(WriteHeader(kHeader, {.profile = 0xbede, .bytes = Bytes{1, 2, 3, 4}}, middle) == 0);
}

TEST_CASE("RTP contributing sources and an empty extension are stepped over") {
  Bytes bytes = Written(kHeader, {}, {});
  bytes[0] = 0x92;  // X, two CSRCs.
  bytes = Concat(bytes, Bytes{0, 0, 0, 1, 0, 0, 0, 2, 0xbe, 0xde, 0, 0, 0x55});

  const auto packet = ParsePacket(bytes);

  REQUIRE(packet);
  CHECK(packet->csrcs.size() == 8);
  CHECK(packet->header_bytes == 24);
  CHECK(packet->extension.bytes.empty());
  CHECK(Concat(packet->payload, {}) == Bytes{0x55});
}

TEST_CASE("RTP padding is taken off the payload") {
  Bytes bytes = Written(kHeader, {}, Bytes{9, 9, 0, 0, 3});
  bytes[0] |= 0x20;
  const auto padded = ParsePacket(bytes);
  REQUIRE(padded);
  CHECK(Concat(padded->payload, {}) == Bytes{9, 9});
  CHECK_FALSE(padded->is_padding_only());

  bytes.back() = 5;
  const auto only = ParsePacket(bytes);
  REQUIRE(only);
  CHECK(only->is_padding_only());
}

TEST_CASE("RTP lies about lengths are refused") {
  const auto with = [](std::size_t at, std::uint8_t value, Bytes tail) {
    Bytes bytes = Concat(Written(kHeader, {}, {}), tail);
    bytes[at] = value;
    return bytes;
  };
  struct Lie {
    const char* what;
    Bytes bytes;
  };
  const Lie lies[] = {
      {"version 1", with(0, 0x40, {1})},
      {"version 3", with(0, 0xc0, {1})},
      {"four CSRCs in three words", with(0, 0x84, Bytes(12, 0))},
      {"extension without its length", with(0, 0x90, {0xbe, 0xde, 0})},
      {"extension longer than the packet", with(0, 0x90, {0xbe, 0xde, 0, 2, 1, 2, 3, 4})},
      {"extension of 65535 words", with(0, 0x90, {0xbe, 0xde, 0xff, 0xff})},
      {"padding of nothing", with(0, 0xa0, {})},
      {"padding of zero", with(0, 0xa0, {1, 2, 0})},
      {"padding longer than the payload", with(0, 0xa0, {1, 2, 4})},
  };
  for (const Lie& lie : lies) {
    INFO(lie.what);
    CHECK_FALSE(ParsePacket(lie.bytes));
  }
}

TEST_CASE("RTP packets cut short of their header are refused, and no cut is unsafe") {
  const Bytes extension(8, 0x11);
  const Bytes whole = Written(kHeader, {.profile = 0x1000, .bytes = extension}, Bytes{1});
  for (std::size_t size = 0; size < whole.size() - 1; ++size) {
    INFO(size << " bytes");
    CHECK_FALSE(ParsePacket(ByteView(whole).first(size)));
  }
}

TEST_CASE("RTP views stay inside the bytes they were parsed from, whatever these are") {
  const std::uint64_t seed = test::Seed();
  INFO(test::SeedNote(seed));
  Rng rng(seed);
  int parsed = 0;
  for (int i = 0; i < 20'000; ++i) {
    Bytes bytes = rng.TakeBytes(rng.Below(64));
    if (!bytes.empty()) bytes[0] = static_cast<std::uint8_t>((bytes[0] & 0x3f) | 0x80);
    const auto packet = ParsePacket(bytes);
    if (!packet) continue;
    ++parsed;
    REQUIRE(packet->header_bytes + packet->payload.size() + packet->padding_bytes == bytes.size());
  }
  CHECK(parsed > 1'000);
}

TEST_CASE("RTP and RTCP are told apart by their second byte") {
  CHECK(KindOf(Bytes{0x80, 200}) == PacketKind::kRtcp);
  CHECK(KindOf(Bytes{0x80, 223}) == PacketKind::kRtcp);
  CHECK(KindOf(Bytes{0x80, 191}) == PacketKind::kRtp);
  CHECK(KindOf(Bytes{0x80, 0xe0}) == PacketKind::kRtp);  // 96 with the marker.
  CHECK(KindOf(Bytes{0x00, 200}) == PacketKind::kNeither);
  CHECK(KindOf(Bytes{0x80}) == PacketKind::kNeither);
}

}  // namespace
}  // namespace onair::rtp
