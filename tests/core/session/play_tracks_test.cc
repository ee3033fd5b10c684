// SPDX-License-Identifier: Apache-2.0
//
// Tracks and timestamps that change while a viewer plays.
#include <catch2/catch.hpp>

#include "tests/core/session/play_rig.h"
#include "tests/support/print_units.h"

namespace onair::session {
namespace {

using enum FrameKind;

constexpr TimeDelta Ms(std::int64_t ms) {
  return TimeDelta::Millis(ms);
}

TEST_CASE("Play starts anew when timestamps go back") {
  PlayRig rig;
  rig.Open();
  rig.Live(600'000, 50);
  rig.events.clear();
  rig.Live(0, 5);

  CHECK(rig.All<Play::FlushDecoders>().size() == 1);
  const auto video = rig.Decoded(TrackKind::kVideo);
  REQUIRE_FALSE(video.empty());
  CHECK(video[0].frame.is_key());
  CHECK(rig.state() == PlayState::kPlaying);
  CHECK(rig.session.stats().stalls == 0);
}

TEST_CASE("Play loses nothing when the encoder begins anew and its timestamps go on") {
  PlaySessionConfig config;
  config.buffer = BufferMode::kFixed;
  config.fixed_delay = Ms(500);
  PlayRig rig(config);
  rig.Open();
  rig.Live(0, 50);
  rig.events.clear();
  rig.Tracks(true, true, 2);
  CHECK(rig.All<Play::TracksChanged>().empty());
  rig.Live(2000, 25);

  CHECK(rig.All<Play::FlushDecoders>().empty());
  CHECK(rig.session.stats().frames_dropped == 0);
  CHECK(rig.session.stats().audio_frames_dropped == 0);
  // The new configuration stands right before the first picture that it is for.
  std::vector<std::int64_t> before;
  std::vector<std::int64_t> after;
  bool is_told = false;
  for (const auto& event : rig.events) {
    if (const auto* tracks = std::get_if<Play::TracksChanged>(&event)) {
      CHECK_FALSE(is_told);
      is_told = true;
      CHECK(tracks->tracks.video->config.view()[0] == 2);
      CHECK(tracks->tracks.audio.has_value());
    }
    const auto* decode = std::get_if<Play::DecodeFrame>(&event);
    if (decode == nullptr || decode->frame.track() == TrackKind::kAudio) continue;
    (is_told ? after : before).push_back(decode->frame.dts.ms());
  }
  REQUIRE(is_told);
  CHECK(before.size() >= 10);
  CHECK(before.back() == 1960);
  REQUIRE_FALSE(after.empty());
  CHECK(after.front() == 2000);
}

TEST_CASE("Play drops pictures of a new configuration up to its first key frame") {
  PlayRig rig;
  rig.Open();
  rig.Live(0, 30);
  rig.Tracks(true, true, 2);
  rig.events.clear();
  rig.Live(1200, 25);

  CHECK(rig.session.stats().frames_dropped == 20);
  const auto video = rig.Decoded(TrackKind::kVideo);
  const auto found = std::ranges::find_if(
      video, [](const auto& d) { return d.frame.dts >= MediaTime::Millis(1200); });
  REQUIRE(found != video.end());
  CHECK(found->frame.dts == MediaTime::Millis(2000));
}

TEST_CASE("Play flushes when descriptions of the tracks pile up") {
  PlaySessionConfig config;
  config.buffer = BufferMode::kFixed;
  config.fixed_delay = Ms(2000);
  PlayRig rig(config);
  rig.Open();
  rig.Frame(kKey, 0);
  rig.events.clear();
  for (std::uint8_t i = 1; i <= 5; ++i) {
    rig.Frame(kKey, i * 40);
    rig.Tracks(true, true, static_cast<std::uint8_t>(i + 1));
    CHECK(rig.All<Play::FlushDecoders>().size() == (i < 5 ? 0 : 1));
  }
  // Announcements without frames between replace each other.
  rig.Frame(kKey, 240);
  rig.Frame(kKey, 280);
  rig.events.clear();
  for (std::uint8_t i = 10; i < 30; ++i) rig.Tracks(true, true, i);
  CHECK(rig.All<Play::FlushDecoders>().empty());
}

TEST_CASE("Play says nothing when the same tracks are announced again") {
  PlayRig rig;
  rig.Open();
  rig.Live(0, 5);
  rig.events.clear();
  rig.Tracks(true, true, 1);
  CHECK(rig.events.empty());
}

}  // namespace
}  // namespace onair::session
