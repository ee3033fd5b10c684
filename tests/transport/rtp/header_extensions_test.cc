// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/header_extensions.h"

#include <catch2/catch.hpp>

#include "core/base/rng.h"
#include "tests/support/print_units.h"
#include "tests/support/seed.h"

namespace onair::rtp {
namespace {

using Kind = ExtensionKind;

ExtensionMap MapOf(std::uint8_t first_id) {
  ExtensionMap map;
  for (std::size_t i = 0; i < kExtensionKinds; ++i) {
    REQUIRE(map.Add(static_cast<Kind>(i + 1), static_cast<std::uint8_t>(first_id + i)));
  }
  return map;
}

struct Block {
  std::array<std::uint8_t, kMaxExtensionBytes> room{};
  WrittenExtensions written;

  Block(const ExtensionMap& map, const HeaderExtensions& values)
      : written(WriteExtensions(map, values, room)) {}
  ExtensionBlock view() const {
    return {.profile = written.profile, .bytes = ByteView(room).first(written.size)};
  }
  Bytes bytes() const { return Bytes(view().bytes.begin(), view().bytes.end()); }
};

const HeaderExtensions kAll{
    .mid = "0123456789abcdef",
    .rid = "h",
    .repaired_rid = "r",
    .abs_send_time = 0xabcdef,
    .transport_sequence = 0xfffe,
    .abs_capture_time = AbsCaptureTime{.captured = NtpTime(0x1122334455667788), .clock_offset = -5},
    .playout_delay = PlayoutDelay{.min = TimeDelta::Millis(50), .max = TimeDelta::Millis(40'950)},
    .video_orientation = Rotation::k270,
    .audio_level = AudioLevel{.below_overload_db = 42, .has_voice = true}};

TEST_CASE("Names of extensions are found both ways") {
  for (std::size_t i = 1; i <= kExtensionKinds; ++i) {
    const auto kind = static_cast<Kind>(i);
    CHECK(ExtensionOf(ExtensionUri(kind)) == kind);
  }
  CHECK_FALSE(ExtensionOf("urn:ietf:params:rtp-hdrext:toffset"));
}

TEST_CASE("One id stands for one extension") {
  ExtensionMap map;
  CHECK(map.Add(Kind::kMid, 4));
  CHECK_FALSE(map.Add(Kind::kRid, 4));
  CHECK_FALSE(map.Add(Kind::kRid, 0));
  CHECK_FALSE(map.Add(Kind::kRid, 15));
  CHECK_FALSE(map.has(Kind::kRid));
  CHECK(map.kind_of(4) == Kind::kMid);
  CHECK_FALSE(map.kind_of(0));
  CHECK(map.Add(Kind::kMid, 5));
  CHECK_FALSE(map.kind_of(4));
}

TEST_CASE("Extensions have the one-byte form's bytes") {
  ExtensionMap map;
  map.Add(Kind::kTransportSequence, 3);
  map.Add(Kind::kAudioLevel, 1);
  const Block block(map, {.transport_sequence = 0x0102,
                          .audio_level = AudioLevel{.below_overload_db = 30, .has_voice = true}});
  CHECK(block.written.profile == 0xbede);
  CHECK(block.bytes() == Bytes{0x31, 1, 2, 0x10, 0x9e});
  CHECK(block.written.transport_sequence_at == 1);
  CHECK(block.written.abs_send_time_at == 0);
}

TEST_CASE("Extensions have the two-byte form's bytes where an id needs them") {
  ExtensionMap map;
  map.Add(Kind::kTransportSequence, 16);
  const Block block(map, {.transport_sequence = 0x0102});
  CHECK(block.written.profile == 0x1000);
  CHECK(block.bytes() == Bytes{16, 2, 1, 2});
}

TEST_CASE("All extensions come back in both forms") {
  for (const std::uint8_t first_id : {1, 100}) {
    const ExtensionMap map = MapOf(first_id);
    const Block block(map, kAll);
    const HeaderExtensions got = ReadExtensions(map, block.view());
    CHECK(got.mid == kAll.mid);
    CHECK(got.rid == kAll.rid);
    CHECK(got.repaired_rid == kAll.repaired_rid);
    CHECK(got.abs_send_time == kAll.abs_send_time);
    CHECK(got.transport_sequence == kAll.transport_sequence);
    CHECK(got.abs_capture_time == kAll.abs_capture_time);
    CHECK(got.playout_delay == kAll.playout_delay);
    CHECK(got.video_orientation == kAll.video_orientation);
    CHECK(got.audio_level == kAll.audio_level);
  }
}

TEST_CASE("What is not agreed is neither written nor read") {
  ExtensionMap only_mid;
  only_mid.Add(Kind::kMid, 1);
  const Block block(only_mid, kAll);
  CHECK(block.written.size == 17);
  const HeaderExtensions other = ReadExtensions(ExtensionMap(), block.view());
  CHECK_FALSE(other.mid);
  const Block nothing(ExtensionMap(), kAll);
  CHECK(nothing.written.size == 0);
}

TEST_CASE("Texts that are empty or too long are left out") {
  const ExtensionMap map = MapOf(1);
  CHECK(Block(map, {.mid = ""}).written.size == 0);
  CHECK(Block(map, {.mid = "0123456789abcdefg"}).written.size == 0);
}

TEST_CASE("What is rewritten at each sending is rewritten in place") {
  const ExtensionMap map = MapOf(1);
  Block block(map, {.abs_send_time = 0, .transport_sequence = 0});

  RewriteTransportSequence(block.room, block.written.transport_sequence_at, 0xbeef);
  RewriteAbsSendTime(block.room, block.written.abs_send_time_at, NtpTime(0x0000000180000000));

  const HeaderExtensions got = ReadExtensions(map, block.view());
  CHECK(got.transport_sequence == 0xbeef);
  CHECK(got.abs_send_time == 0x060000);
}

TEST_CASE("Padding between extensions, unknown ids and forms are passed over") {
  ExtensionMap map;
  map.Add(Kind::kTransportSequence, 3);
  const Bytes padded{0, 0, 0x92, 7, 7, 7, 0, 0x31, 0, 9, 0, 0};
  CHECK(ReadExtensions(map, {.profile = 0xbede, .bytes = padded}).transport_sequence == 9);
  const Bytes stopped{0xf0, 0, 0x31, 0, 9};
  CHECK_FALSE(ReadExtensions(map, {.profile = 0xbede, .bytes = stopped}).transport_sequence);
  CHECK_FALSE(ReadExtensions(map, {.profile = 0xabcd, .bytes = padded}).transport_sequence);
}

TEST_CASE("Lying lengths end the reading, values of a wrong length are passed over") {
  ExtensionMap map;
  map.Add(Kind::kTransportSequence, 3);
  map.Add(Kind::kAbsSendTime, 4);
  const Bytes lie{0x32, 1, 2, 3, 0x42, 1, 2, 3, 0x3f, 1};
  const HeaderExtensions got = ReadExtensions(map, {.profile = 0xbede, .bytes = lie});
  CHECK_FALSE(got.transport_sequence);
  CHECK(got.abs_send_time == 0x010203);
}

TEST_CASE("Chance bytes never read past their end") {
  const std::uint64_t seed = test::Seed();
  INFO(test::SeedNote(seed));
  Rng rng(seed);
  const ExtensionMap map = MapOf(1);
  std::size_t texts = 0;
  for (int i = 0; i < 20'000; ++i) {
    const Bytes bytes = rng.TakeBytes(4 * rng.Below(12));
    const std::uint16_t profile = rng.Below(2) == 0 ? 0xbede : 0x1003;
    const HeaderExtensions got = ReadExtensions(map, {.profile = profile, .bytes = bytes});
    if (got.mid) {
      REQUIRE(got.mid->size() <= bytes.size());
      texts += got.mid->size();
    }
  }
  CHECK(texts > 0);
}

}  // namespace
}  // namespace onair::rtp
