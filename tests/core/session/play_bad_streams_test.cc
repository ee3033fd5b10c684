// SPDX-License-Identifier: Apache-2.0
//
// What a viewer does with streams that are not what they say, or not as they should be. Beside it:
// timestamps that fall and descriptions that pile up (play_tracks_test.cc), streams of one track
// (play_test.cc), unknown codecs and the wrap of 32 bits (tests/transport/flv).
#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/core/session/play_rig.h"
#include "tests/support/print_units.h"

namespace onair::session {
namespace {

using enum FrameKind;

constexpr TimeDelta Ms(std::int64_t ms) {
  return TimeDelta::Millis(ms);
}

TEST_CASE("Sound that was announced and never comes holds up no picture") {
  PlayRig rig;
  rig.Open();
  for (int i = 0; i < 250; ++i) {
    rig.Frame(i % 25 == 0 ? kKey : kReference, i * 40);
    rig.WaitMs(40);
  }
  CHECK(rig.state() == PlayState::kPlaying);
  CHECK(rig.session.stats().stalls == 0);
  CHECK(rig.session.stats().target_delay == Ms(80));
  const auto pictures = rig.Decoded(TrackKind::kVideo);
  CHECK(pictures.size() >= 248);
  for (const auto& picture : pictures) CHECK(picture.render_at <= rig.now + Ms(60));
}

TEST_CASE("Pictures that were announced and never come hold up no sound") {
  PlayRig rig;
  rig.Open();
  for (int i = 0; i < 500; ++i) {
    rig.Frame(kAudio, i * 20);
    rig.WaitMs(20);
  }
  CHECK(rig.state() == PlayState::kPlaying);
  CHECK(rig.session.stats().stalls == 0);
  CHECK(rig.Decoded(TrackKind::kAudio).size() >= 490);
}

TEST_CASE("A stream of silence, of pings or of headers without end is left after five seconds") {
  enum class Filler { kSilence, kSameHeaders, kNewHeaders };
  for (const auto filler : {Filler::kSilence, Filler::kSameHeaders, Filler::kNewHeaders}) {
    INFO("filler " << static_cast<int>(filler));
    PlayRig rig;
    rig.Open();
    const Timestamp opened = rig.now;
    for (int i = 0; i < 100 && rig.All<Play::CloseStream>().empty(); ++i) {
      if (filler == Filler::kSameHeaders) rig.Tracks(true, true, 1);
      if (filler == Filler::kNewHeaders) {
        rig.Tracks(true, true, static_cast<std::uint8_t>(i % 2 + 1));
      }
      rig.WaitMs(100);
    }
    REQUIRE(rig.All<Play::CloseStream>().size() == 1);
    CHECK(rig.now - opened >= Ms(4'900));
    CHECK(rig.now - opened <= Ms(5'200));
    CHECK(rig.session.stats().state != PlayState::kPlaying);
  }
}

TEST_CASE(
    "Timestamps that leap an hour ahead are followed within a second, with one jump at most") {
  PlayRig rig;
  rig.Open();
  rig.Live(0, 50);
  rig.events.clear();
  constexpr std::int64_t kHour = 3'600'000;
  rig.Live(kHour, 50);
  const auto pictures = rig.Decoded(TrackKind::kVideo);
  const auto after = std::count_if(
      pictures.begin(), pictures.end(),
      [](const Play::DecodeFrame& decode) { return decode.frame.pts >= MediaTime::Millis(kHour); });
  CHECK(after >= 25);
  CHECK(rig.session.stats().jumps <= 1);
  CHECK(rig.state() == PlayState::kPlaying);
  CHECK(rig.session.stats().buffered <= Ms(500));
}

TEST_CASE("Timestamps that stand still are shown as they come, and hold nothing back") {
  PlayRig rig;
  rig.Open();
  for (int i = 0; i < 250; ++i) {
    rig.Frame(i % 25 == 0 ? kKey : kReference, 1000);
    rig.WaitMs(40);
  }
  CHECK(rig.Decoded(TrackKind::kVideo).size() >= 240);
  CHECK(rig.session.stats().frames_dropped <= 10);
  CHECK(rig.session.stats().buffered <= Ms(1'000));
}

TEST_CASE("Timestamps that wobble back by less than half a second do not start anything anew") {
  PlayRig rig;
  rig.Open();
  for (int i = 0; i < 250; ++i) {
    rig.Frame(i % 25 == 0 ? kKey : kReference, i * 40 - (i % 10 == 9 ? 300 : 0));
    rig.WaitMs(40);
  }
  CHECK(rig.All<Play::FlushDecoders>().empty());
  CHECK(rig.Decoded(TrackKind::kVideo).size() >= 240);
}

TEST_CASE("Another size in the middle of the stream is told right before its key frame, once") {
  PlayRig rig;
  rig.Open();
  rig.Live(0, 25);
  rig.events.clear();
  rig.Tracks(true, true, 2);
  rig.Live(1000, 50);
  REQUIRE(rig.All<Play::TracksChanged>().size() == 1);
  CHECK(rig.All<Play::FlushDecoders>().empty());
  const auto told = std::find_if(rig.events.begin(), rig.events.end(), [](const auto& event) {
    return std::holds_alternative<Play::TracksChanged>(event);
  });
  const auto next = std::find_if(told, rig.events.end(), [](const auto& event) {
    const auto* decode = std::get_if<Play::DecodeFrame>(&event);
    return decode != nullptr && decode->frame.track() == TrackKind::kVideo;
  });
  REQUIRE(next != rig.events.end());
  CHECK(std::get<Play::DecodeFrame>(*next).frame.is_key());
  CHECK(rig.session.stats().stalls == 0);
}

}  // namespace
}  // namespace onair::session
