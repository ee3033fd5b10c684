// SPDX-License-Identifier: Apache-2.0
#include "samples/play/script.h"

#include <catch2/catch.hpp>

namespace onair::samples {
namespace {

TEST_CASE("A script is steps with their times; comments and empty lines are passed over") {
  const auto steps =
      ParseScript("# a run\n\n0.5 overlay\n 1 volume 0.25\n2 snapshot a b.png\r\n9 quit\n");

  REQUIRE(steps);
  REQUIRE(steps->size() == 4);
  CHECK((*steps)[0].at == TimeDelta::Millis(500));
  CHECK((*steps)[0].action == PlayAction::kOverlay);
  CHECK((*steps)[1].action == PlayAction::kVolume);
  CHECK((*steps)[1].value == "0.25");
  CHECK((*steps)[2].value == "a b.png");
  CHECK((*steps)[3].action == PlayAction::kQuit);
}

TEST_CASE("Files are steered and recordings made by script") {
  const auto steps =
      ParseScript("1 pause\n2 seek 12.5\n3 resume\n4 record a b.mp4\n5 stop-record\n");
  REQUIRE(steps);
  CHECK((*steps)[0].action == PlayAction::kPause);
  CHECK((*steps)[1].action == PlayAction::kSeek);
  CHECK((*steps)[1].value == "12.5");
  CHECK((*steps)[2].action == PlayAction::kResume);
  CHECK((*steps)[3].value == "a b.mp4");
  CHECK((*steps)[4].action == PlayAction::kStopRecord);
  CHECK_FALSE(ParseScript("1 seek back"));
  CHECK_FALSE(ParseScript("1 seek -3"));
}

TEST_CASE("Addresses and qualities are changed by script") {
  const auto steps =
      ParseScript("1 switch http://127.0.0.1/live/a.flv?b=c d\n2 quality 2\n3 quality auto\n");
  REQUIRE(steps);
  CHECK((*steps)[0].action == PlayAction::kSwitch);
  CHECK((*steps)[0].value == "http://127.0.0.1/live/a.flv?b=c d");
  CHECK((*steps)[1].action == PlayAction::kQuality);
  CHECK((*steps)[1].value == "2");
  CHECK_FALSE(ParseScript("1 quality 0"));
  CHECK_FALSE(ParseScript("1 quality 1.5"));
  CHECK_FALSE(ParseScript("1 switch"));
}

TEST_CASE("A line that is no step is refused with its number") {
  for (const char* line : {"overlay", "-1 overlay", "1 dance", "1 snapshot", "1 volume 2",
                           "1 volume", "1 network none", "1 quit now", "nan quit", "1x quit"}) {
    CAPTURE(line);
    const auto steps = ParseScript(std::string("0 mute\n") + line);
    REQUIRE_FALSE(steps);
    CHECK(steps.error().code == ErrorCode::kInvalidConfig);
    CHECK(steps.error().detail.starts_with("line 2"));
  }
}

TEST_CASE("Steps that go back in time are refused") {
  CHECK_FALSE(ParseScript("2 mute\n1 mute"));
}

TEST_CASE("A script has a bound") {
  std::string text;
  for (int i = 0; i < 10'001; ++i) text += "1 mute\n";
  const auto steps = ParseScript(text);
  REQUIRE_FALSE(steps);
  CHECK(steps.error().code == ErrorCode::kLimit);
}

TEST_CASE("Keys do what the script's words do") {
  CHECK(ActionOf('i') == PlayAction::kOverlay);
  CHECK(ActionOf('n') == PlayAction::kNext);
  CHECK(ActionOf('p') == PlayAction::kPrevious);
  CHECK(ActionOf('m') == PlayAction::kMute);
  CHECK(ActionOf('s') == PlayAction::kSnapshot);
  CHECK(ActionOf(' ') == PlayAction::kPauseOrResume);
  CHECK(ActionOf('r') == PlayAction::kRecordOrStop);
  CHECK(ActionOf('v') == PlayAction::kNextQuality);
  CHECK(ActionOf('+') == PlayAction::kLouder);
  CHECK(ActionOf('-') == PlayAction::kQuieter);
  CHECK(ActionOf('q') == PlayAction::kQuit);
  CHECK(ActionOf(27) == PlayAction::kQuit);
  CHECK_FALSE(ActionOf('x'));
}

}  // namespace
}  // namespace onair::samples
