// SPDX-License-Identifier: Apache-2.0
#include "core/relay/join_rule.h"

#include <catch2/catch.hpp>

namespace onair::relay {
namespace {

constexpr DataRate Kbps(std::int64_t kbps) {
  return DataRate::KilobitsPerSec(kbps);
}

// A stream of 1500 kbit/s with a key frame each 2 s, the newest `age_ms` old.
JoinReport At(std::int64_t age_ms, std::optional<DataRate> line) {
  const TimeDelta age = TimeDelta::Millis(age_ms);
  const DataSize key = DataSize::Kibibytes(40);
  return {.age = age,
          .left = key + Kbps(1'500) * age,
          .key = key,
          .group = TimeDelta::Seconds(2),
          .stream = Kbps(1'500),
          .line = line};
}

TEST_CASE("Who is not known yet, or fast, gets the whole group wherever he joins") {
  for (const int age : {0, 500, 1000, 1500, 1990}) {
    INFO(age);
    CHECK(DecideJoin(At(age, std::nullopt)).join == Join::kNewestGroup);
    CHECK(DecideJoin(At(age, Kbps(100'000))).join == Join::kNewestGroup);
  }
}

TEST_CASE("A line of twice the stream gets the group early in it and not late") {
  // The key frame and 300 ms take 0.5 s to catch up with, 1.7 s are left.
  CHECK(DecideJoin(At(300, Kbps(3'000))).join == Join::kNewestGroup);
  // 1.4 s take 1.6 s; the next key frame is 0.6 s away: until then something moves.
  CHECK(DecideJoin(At(1'400, Kbps(3'000))).join == Join::kNewestGroup);
  // 0.4 s away, the still there in 0.1 s.
  CHECK(DecideJoin(At(1'600, Kbps(3'000))).join == Join::kNewestKeyFrame);
  // Once there, the still stands until the next one came through in as long: 200 ms.
  CHECK(DecideJoin(At(1'800, Kbps(3'000))).join == Join::kNewestKeyFrame);
  CHECK(DecideJoin(At(1'810, Kbps(3'000))).join == Join::kNextKeyFrame);
}

TEST_CASE("A line below the stream never catches up, and late in the group does not begin it") {
  CHECK(DecideJoin(At(100, Kbps(1'200))).join == Join::kNewestGroup);
  CHECK(DecideJoin(At(1'510, Kbps(1'200))).join == Join::kNewestKeyFrame);
  // 273 ms for the key frame: through before the next one begins, and not so.
  CHECK(DecideJoin(At(1'720, Kbps(1'200))).join == Join::kNewestKeyFrame);
  CHECK(DecideJoin(At(1'730, Kbps(1'200))).join == Join::kNextKeyFrame);
  CHECK(CatchesUpIn(At(100, Kbps(1'500))) == TimeDelta::PlusInfinity());
}

TEST_CASE("The length of the group decides: in a long one a slow line has time to catch up") {
  JoinReport report = At(1'600, Kbps(3'000));
  report.group = TimeDelta::Seconds(10);
  CHECK(DecideJoin(report).join == Join::kNewestGroup);
  report.group = TimeDelta::Millis(1'700);
  CHECK(DecideJoin(report).join == Join::kNextKeyFrame);
}

TEST_CASE("A key frame that nobody can foresee is not waited for") {
  JoinReport unknown = At(1'400, Kbps(1'200));
  unknown.group = TimeDelta::Zero();
  CHECK(DecideJoin(unknown).join == Join::kNewestGroup);
  CHECK(DecideJoin(At(2'500, Kbps(1'200))).join == Join::kNewestGroup);
}

}  // namespace
}  // namespace onair::relay
