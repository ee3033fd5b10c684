// SPDX-License-Identifier: Apache-2.0
//
// Publishers that leave, and what is shown until they are back.
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

TEST_CASE("Play plays what is buffered before it tells that the stream ended") {
  PlaySessionConfig config;
  config.buffer = BufferMode::kFixed;
  config.fixed_delay = Ms(1000);
  PlayRig rig(config);
  rig.Open();
  rig.Live(0, 100);
  const auto before = rig.Decoded(TrackKind::kVideo).size();
  rig.Reply('E');
  CHECK(rig.state() == PlayState::kPlaying);
  CHECK(rig.All<Play::CloseStream>().size() == 1);

  rig.WaitMs(900);
  CHECK(rig.state() == PlayState::kPlaying);
  rig.WaitMs(150);

  REQUIRE(rig.state() == PlayState::kEnded);
  CHECK(rig.States().back().error->code == ErrorCode::kStreamEnded);
  CHECK(rig.Decoded(TrackKind::kVideo).size() == 100);
  CHECK(before < 80);
  CHECK_FALSE(rig.idle.wake_at.is_finite());
}

// All pictures that were decoded, by their times in ms.
std::vector<std::int64_t> Pictures(const PlayRig& rig) {
  std::vector<std::int64_t> found;
  for (const auto& decode : rig.Decoded(TrackKind::kVideo)) found.push_back(decode.frame.dts.ms());
  return found;
}

TEST_CASE("Play waits on its connection for a publisher that left, and goes on with the next") {
  PlayRig rig;
  rig.Open();
  rig.Live(0, 75);
  rig.Reply('P');
  CHECK(rig.state() == PlayState::kAwaitingPublisher);
  CHECK_FALSE(rig.States().back().error);
  rig.WaitMs(8000);  // Longer than stall_timeout.
  CHECK(rig.state() == PlayState::kAwaitingPublisher);
  rig.events.clear();

  SECTION("whose clock ran on") {
    rig.Frame(kReference, 11'000);  // Refers to what nobody has.
    CHECK(rig.Decoded(TrackKind::kVideo).empty());
    rig.Live(11'000, 50);
    CHECK(rig.All<Play::FlushDecoders>().empty());
    CHECK(Pictures(rig).front() == 11'000);
  }
  SECTION("whose timestamps begin anew") {
    rig.Live(0, 50);
    CHECK(rig.All<Play::FlushDecoders>().size() == 1);
    CHECK(Pictures(rig).front() == 0);
  }
  SECTION("whose timestamps are far ahead") {
    rig.Live(1'000'000, 50);
    CHECK(rig.All<Play::FlushDecoders>().size() == 1);
    CHECK(Pictures(rig).front() == 1'000'000);
  }
  CHECK(Pictures(rig).size() >= 48);
  CHECK(rig.state() == PlayState::kPlaying);
  CHECK(rig.All<Play::OpenStream>().empty());
  CHECK(rig.All<Play::CloseStream>().empty());
  CHECK(rig.session.stats().publisher_gaps == 1);
  CHECK(rig.session.stats().stalls == 0);
  CHECK(rig.session.stats().reconnects == 0);
  // As live as before: the gap is no jitter.
  CHECK(rig.session.stats().target_delay <= Ms(200));

  // And then it is watched as ever.
  rig.WaitMs(5000);
  CHECK(rig.state() == PlayState::kReconnecting);
}

TEST_CASE("A publisher that is back before the buffer is empty leaves no gap at all") {
  PlaySessionConfig config;
  config.buffer = BufferMode::kFixed;
  config.fixed_delay = Ms(1000);
  PlayRig rig(config);
  rig.Open();
  rig.Live(0, 100);  // To 4 s.
  rig.Reply('P');
  rig.WaitMs(400);
  rig.Live(5000 - 600, 1);  // No key frame yet.
  rig.WaitMs(560);
  rig.Live(5000, 50);

  std::int64_t last = -40;
  for (const auto& decode : rig.Decoded(TrackKind::kVideo)) {
    CHECK(decode.frame.dts.ms() > last);
    last = decode.frame.dts.ms();
  }
  const auto pictures = Pictures(rig);
  CHECK(std::count(pictures.begin(), pictures.end(), 3960) == 1);  // The old ones were shown.
  CHECK(std::count(pictures.begin(), pictures.end(), 4400) == 0);
  CHECK(std::count(pictures.begin(), pictures.end(), 5000) == 1);
  CHECK(rig.All<Play::FlushDecoders>().empty());
  CHECK(rig.session.stats().stalls == 0);
}

TEST_CASE("A publisher that stays away ends the stream when the gap is over, not before") {
  PlayRig rig;
  rig.Open();
  rig.Live(0, 50);
  const std::string how = GENERATE("kept", "closed", "lost");
  INFO(how);
  rig.Reply('P');
  if (how == "closed") rig.Closed(ErrorCode::kPeerClosed);
  if (how == "lost") rig.Closed(ErrorCode::kConnectionLost);
  if (how != "kept") {
    // Looks for it again and again.
    for (int i = 0; i < 4; ++i) {
      rig.WaitMs(1400);
      REQUIRE(rig.All<Play::OpenStream>().size() == static_cast<std::size_t>(i + 2));
      rig.Connected();
      rig.Reply('N');
    }
  }
  rig.Wait(Timestamp::Zero() + TimeDelta::Seconds(12) - Ms(1) - rig.now);
  CHECK(rig.state() == PlayState::kAwaitingPublisher);
  rig.WaitMs(1);

  REQUIRE(rig.state() == PlayState::kEnded);
  CHECK(rig.States().back().error->code == ErrorCode::kStreamEnded);
  CHECK_FALSE(rig.idle.wake_at.is_finite());
}

TEST_CASE("Play comes back for the publisher where the server ended the connection too") {
  PlayRig rig;
  rig.Open();
  rig.Live(0, 75);
  rig.Reply('P');
  rig.Closed(ErrorCode::kPeerClosed);
  rig.events.clear();
  rig.WaitMs(400);
  REQUIRE(rig.All<Play::OpenStream>().size() == 1);
  rig.Connected();
  rig.Reply('N');
  rig.WaitMs(1300);
  REQUIRE(rig.All<Play::OpenStream>().size() == 2);
  rig.Connected();
  rig.Reply('A');
  rig.WaitMs(6000);  // A server that lets viewers wait is waited at.
  CHECK(rig.All<Play::OpenStream>().size() == 2);
  rig.Tracks(true, true);
  rig.Live(11'000, 50);

  CHECK(rig.state() == PlayState::kPlaying);
  CHECK(Pictures(rig).front() == 11'000);
  for (const auto& state : rig.States()) CHECK_FALSE(state.error);
  CHECK(rig.session.stats().publisher_gaps == 1);
  CHECK(rig.session.stats().stalls == 0);
}

TEST_CASE("Nothing is waited for where the stream cannot come back") {
  PlaySessionConfig config;
  config.reconnect.jitter = 0;
  SECTION("the app does not want to wait") {
    config.publisher_gap = TimeDelta::Zero();
    PlayRig rig(config);
    rig.Open();
    rig.Live(0, 50);
    rig.Reply('P');
    rig.WaitMs(200);
    CHECK(rig.States().back().error->code == ErrorCode::kStreamEnded);
  }
  SECTION("it was a recording") {
    PlayRig rig(config);
    rig.Open();
    rig.Live(0, 50);
    rig.Reply('P');
    rig.Reply('E');
    rig.WaitMs(200);
    CHECK(rig.States().back().error->code == ErrorCode::kStreamEnded);
  }
  SECTION("the app does not want to reconnect") {
    config.reconnect.max_attempts = 0;
    PlayRig rig(config);
    rig.Open();
    rig.Live(0, 50);
    rig.Reply('P');
    rig.Closed(ErrorCode::kPeerClosed);
    rig.WaitMs(200);
    CHECK(rig.States().back().error->code == ErrorCode::kStreamEnded);
  }
  SECTION("the server does not let it in any more") {
    PlayRig rig(config);
    rig.Open();
    rig.Live(0, 50);
    rig.Reply('P');
    rig.Closed(ErrorCode::kPeerClosed);
    rig.WaitMs(400);
    rig.Connected();
    rig.Reply('D');
    rig.WaitMs(200);
    CHECK(rig.States().back().error->code == ErrorCode::kStreamEnded);
  }
}

}  // namespace
}  // namespace onair::session
