// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/repair_groups.h"

#include <array>
#include <catch2/catch.hpp>

#include "transport/rtp/packet.h"

namespace onair::rtp {
namespace {

// Frames of packets of one stream, and how many repairs they led to.
struct Stream {
  RepairGroups groups{2, {}};
  std::uint16_t sequence = 65'500;
  int packets = 0;
  int repairs = 0;
  int most_at_once = 0;

  void Frame(std::size_t count, FrameKind kind = FrameKind::kReference) {
    groups.BeginFrame(count, kind);
    for (std::size_t i = 0; i < count; ++i, ++packets) {
      std::array<std::uint8_t, 100> packet{};
      WriteHeader({96, Marker::kClear, sequence++, 1, 2}, {}, packet);
      if (groups.Add(packet)) Take();
    }
    if (groups.EndFrame()) Take();
  }
  void Take() {
    std::array<std::uint8_t, 300> room{};
    int now = 0;
    while (const auto size = groups.Next(room)) {
      REQUIRE(ParseFlexFec03(ByteView(room).first(*size)));
      ++now;
    }
    repairs += now;
    most_at_once = std::max(most_at_once, now);
  }
};

TEST_CASE("Repairs come to the share that was asked for, whatever the frames' sizes") {
  for (const double share : {0.03, 0.1, 0.25, 0.5}) {
    for (const std::size_t size : {1U, 3U, 9U, 60U, 200U}) {
      INFO(share << " of frames of " << size);
      Stream stream;
      stream.groups.SetShare(share, 2 * share);
      while (stream.packets < 5'000) stream.Frame(size);
      CHECK(stream.repairs == Approx(share * stream.packets).epsilon(0.05).margin(2));
    }
  }
}

TEST_CASE("Nothing is repaired unless it is asked for, and never more than the bound") {
  Stream stream;
  for (int i = 0; i < 100; ++i) stream.Frame(9);
  CHECK(stream.repairs == 0);
  stream.groups.SetShare(-1, -1);
  CHECK(stream.groups.share() == 0);
  stream.groups.SetShare(7, 7);
  CHECK(stream.groups.share() == RepairGroups::kMaxShare);
  for (int i = 0; i < 100; ++i) stream.Frame(9, FrameKind::kKey);
  CHECK(stream.repairs <= 100 * 9 * RepairGroups::kMaxShare + 1);
}

TEST_CASE("A key frame gets the repairs that were asked for it, and no fewer than another") {
  Stream usual;
  Stream key;
  usual.groups.SetShare(0.1, 0.2);
  key.groups.SetShare(0.1, 0.3);
  Stream less;
  less.groups.SetShare(0.1, 0);
  for (int i = 0; i < 20; ++i) {
    usual.Frame(40);
    key.Frame(40, FrameKind::kKey);
    less.Frame(40, FrameKind::kKey);
  }
  CHECK(usual.repairs == 20 * 4);
  CHECK(key.repairs == 20 * 12);
  CHECK(less.repairs == 20 * 4);
}

TEST_CASE("Small frames share a repair, large ones are cut into groups") {
  Stream stream;
  stream.groups.SetShare(0.1, 0.2);
  stream.Frame(2);
  stream.Frame(2);
  CHECK(stream.repairs == 0);
  stream.Frame(2);
  CHECK(stream.repairs == 1);

  Stream large;
  large.groups.SetShare(0.1, 0.2);
  large.Frame(460);
  CHECK(large.repairs == 46);
  CHECK(large.most_at_once < 6);
}

TEST_CASE("A share so small that no group pays for a repair gives none") {
  Stream stream;
  stream.groups.SetShare(0.001, 0.002);
  for (int i = 0; i < 20; ++i) stream.Frame(10);
  CHECK(stream.repairs == 0);
}

TEST_CASE("A share that falls to nothing lets the present group end") {
  Stream stream;
  stream.groups.SetShare(0.1, 0.2);
  stream.Frame(2);
  stream.groups.SetShare(0, 0);
  for (int i = 0; i < 100; ++i) stream.Frame(9);
  CHECK(stream.repairs <= 1);
}

}  // namespace
}  // namespace onair::rtp
