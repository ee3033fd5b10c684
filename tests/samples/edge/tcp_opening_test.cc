// SPDX-License-Identifier: Apache-2.0
#include "samples/edge/tcp_opening.h"

#include <catch2/catch.hpp>
#include <string>

#include "samples/edge/line_memory.h"

namespace onair::edge {
namespace {

using relay::Join;
using Step = TcpOpening::Step;

constexpr TimeDelta Ms(std::int64_t ms) {
  return TimeDelta::Millis(ms);
}
constexpr Timestamp AtMs(std::int64_t ms) {
  return Timestamp::Zero() + Ms(ms);
}
constexpr DataRate Kbps(std::int64_t kbps) {
  return DataRate::KilobitsPerSec(kbps);
}

// 1500 kbit/s with a key frame each 2 s, and `behind` of it left for him.
TcpOpening::Standing Behind(TimeDelta behind, std::optional<DataRate> line = {}) {
  return {.behind = behind,
          .has_later_key = false,
          .report = {.age = behind,
                     .left = Kbps(1'500) * behind,
                     .group = TimeDelta::Seconds(2),
                     .stream = Kbps(1'500),
                     .line = line},
          .share = Kbps(12'000)};
}

TcpOpening Begun(Join join) {
  TcpOpening opening;
  opening.Begin(join, AtMs(0));
  CHECK(opening.Next(Behind(Ms(1'500)), AtMs(0)) == Step::kGoOn);  // The key frame is not held up.
  opening.Sent(DataSize::Kibibytes(60), true, AtMs(0));
  return opening;
}

TEST_CASE("A joiner's burst leaves at his share behind the key frame, and no slower") {
  TcpOpening opening = Begun(Join::kNewestGroup);
  DataSize sent = DataSize::Zero();
  std::int64_t ms = 0;
  for (; ms < 1000 && sent < DataSize::Bytes(250'000); ++ms) {
    while (opening.Next(Behind(Ms(1'000)), AtMs(ms)) == Step::kGoOn) {
      opening.Sent(DataSize::Bytes(5'000), false, AtMs(ms));
      sent += DataSize::Bytes(5'000);
    }
    CHECK(opening.wakes_at() > AtMs(ms));
    CHECK(opening.wakes_at() <= AtMs(ms + 5));
  }
  // 250 kB less the slack at 12 Mbit/s: 145 ms.
  CHECK(ms >= 135);
  CHECK(ms <= 150);
  CHECK(opening.has_waited());
  CHECK(opening.Next(Behind(Ms(99)), AtMs(ms)) == Step::kGoOn);
  CHECK(opening.is_over());
}

TEST_CASE("Who asked for the key frame alone gets that and waits for the next one") {
  TcpOpening opening = Begun(Join::kNewestKeyFrame);
  CHECK(opening.Next(Behind(Ms(1'500)), AtMs(1)) == Step::kAwaitKey);
  opening.Skipped();
  CHECK(opening.is_over());
}

TEST_CASE("Who joins with the next key frame has no opening") {
  TcpOpening opening;
  opening.Begin(Join::kNextKeyFrame, AtMs(0));
  CHECK(opening.is_over());
  CHECK(opening.Next(Behind(Ms(5'000)), AtMs(0)) == Step::kGoOn);
}

TEST_CASE("A burst is cut short as soon as the line is known to be too slow for it") {
  TcpOpening opening = Begun(Join::kAuto);
  CHECK(opening.Next(Behind(Ms(1'600)), AtMs(10)) == Step::kGoOn);
  // Early in the group it moves at least.
  CHECK(opening.Next(Behind(Ms(1'400), Kbps(2'000)), AtMs(20)) == Step::kGoOn);
  CHECK(opening.Next(Behind(Ms(1'600), Kbps(2'000)), AtMs(20)) == Step::kAwaitKey);
  TcpOpening fast = Begun(Join::kAuto);
  CHECK(fast.Next(Behind(Ms(1'400), Kbps(20'000)), AtMs(20)) == Step::kGoOn);
}

TEST_CASE("A key frame that came meanwhile is jumped to by who would not be live soon") {
  TcpOpening opening = Begun(Join::kAuto);
  auto standing = Behind(Ms(1'900), Kbps(3'000));
  standing.has_later_key = true;
  standing.report.age = Ms(30);
  CHECK(opening.Next(standing, AtMs(20)) == Step::kJump);
  standing.report.line = Kbps(30'000);
  CHECK(opening.Next(standing, AtMs(21)) != Step::kJump);
}

TEST_CASE("A burst leaves no faster than the line takes it, where that is known") {
  TcpOpening opening = Begun(Join::kAuto);
  DataSize sent = DataSize::Zero();
  while (opening.Next(Behind(Ms(500), Kbps(4'000)), AtMs(200)) == Step::kGoOn) {
    opening.Sent(DataSize::Bytes(1'000), false, AtMs(200));
    sent += DataSize::Bytes(1'000);
  }
  // 200 ms at 3.8 Mbit/s, and the slack.
  CHECK(sent >= DataSize::Bytes(95'000 + 32'768));
  CHECK(sent <= DataSize::Bytes(97'000 + 32'768));
}

TEST_CASE("What was asked for is not second-guessed: the whole group comes over any line") {
  TcpOpening opening = Begun(Join::kNewestGroup);
  CHECK(opening.Next(Behind(Ms(1'400), Kbps(1'000)), AtMs(20)) == Step::kGoOn);
}

TEST_CASE("An opening ends, whatever the line does") {
  TcpOpening opening = Begun(Join::kNewestGroup);
  CHECK(opening.Next(Behind(Ms(3'000)), AtMs(9'999)) == Step::kGoOn);
  CHECK_FALSE(opening.is_over());
  CHECK(opening.Next(Behind(Ms(3'000)), AtMs(10'000)) == Step::kGoOn);
  CHECK(opening.is_over());
}

TEST_CASE("A crowd of joiners shares what bursts may take, and each still catches up") {
  BurstShare share(Kbps(400'000));
  share.Enter();
  CHECK(share.Each(Kbps(1'500)) == Kbps(400'000));
  for (int i = 1; i < 40; ++i) share.Enter();
  CHECK(share.Each(Kbps(1'500)) == Kbps(10'000));
  for (int i = 40; i < 1'000; ++i) share.Enter();
  CHECK(share.Each(Kbps(1'500)) == Kbps(3'000));
  for (int i = 0; i < 1'000; ++i) share.Leave();
  CHECK(share.Each(Kbps(1'500)) == Kbps(400'000));
}

TEST_CASE("Lines are remembered by address for ten minutes, the newest thousand of them") {
  LineMemory memory;
  memory.Note("10.0.0.1", Kbps(3'000), AtMs(0));
  memory.Note("", Kbps(3'000), AtMs(0));
  CHECK(memory.size() == 1);
  CHECK(memory.Find("10.0.0.1", AtMs(600'000)) == Kbps(3'000));
  CHECK_FALSE(memory.Find("10.0.0.1", AtMs(600'001)));
  CHECK_FALSE(memory.Find("10.0.0.2", AtMs(0)));
  for (int i = 0; i < 2'000; ++i) memory.Note("v" + std::to_string(i), Kbps(1'000), AtMs(i + 1));
  CHECK(memory.size() == LineMemory::kMost);
  CHECK_FALSE(memory.Find("10.0.0.1", AtMs(2'000)));
  CHECK(memory.Find("v1999", AtMs(2'000)));
}

}  // namespace
}  // namespace onair::edge
