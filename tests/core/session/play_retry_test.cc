// SPDX-License-Identifier: Apache-2.0
//
// Attempts that fail, time out or bring nothing of use, and networks that change.
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

TEST_CASE("Play waits for a stream that is not there yet, a bounded number of times") {
  PlaySessionConfig config;
  config.reconnect.max_attempts = 3;
  PlayRig rig(config);
  rig.Start();
  for (int i = 0; i < 4; ++i) {
    rig.Connected();
    rig.Reply('N');
    rig.WaitMs(10'000);
  }
  CHECK(rig.All<Play::OpenStream>().size() == 4);
  REQUIRE(rig.state() == PlayState::kEnded);
  CHECK(rig.States().back().error->code == ErrorCode::kRetriesExhausted);
  CHECK(rig.States().back().error->detail.find("http.not_found") != std::string::npos);
}

TEST_CASE("Play does not retry where the server forbids") {
  PlayRig rig;
  rig.Start();
  rig.Connected();
  rig.Reply('D');
  REQUIRE(rig.state() == PlayState::kEnded);
  CHECK(rig.States().back().error->code == ErrorCode::kHttpForbidden);
  CHECK(rig.All<Play::CloseStream>().size() == 1);
}

TEST_CASE("Play gives up an attempt exactly at its timeouts") {
  PlayRig rig;
  rig.Start();
  SECTION("no connection") {
    rig.WaitMs(9'999);
    CHECK(rig.state() == PlayState::kConnecting);
    rig.WaitMs(1);
    CHECK(rig.States().back().error->code == ErrorCode::kConnectTimeout);
  }
  SECTION("no acceptance") {
    rig.Connected();
    rig.WaitMs(10'000);
    CHECK(rig.States().back().error->code == ErrorCode::kTimeout);
  }
  SECTION("no bytes") {
    rig.Connected();
    rig.Reply('A');
    rig.WaitMs(4'999);
    CHECK(rig.state() == PlayState::kConnecting);
    rig.WaitMs(1);
    CHECK(rig.States().back().error->code == ErrorCode::kStalled);
  }
  SECTION("bytes, but no media") {
    rig.Connected();
    rig.Reply('A');
    const auto never = wire::PutFrame(wire::MakeFrame(kKey, 0, 1000));
    for (std::size_t ms = 0; ms < 4'900; ms += 100) {
      rig.Bytes(ByteView(never).subspan(ms / 100, 1));
      rig.WaitMs(100);
    }
    rig.WaitMs(99);
    CHECK(rig.state() == PlayState::kConnecting);
    rig.WaitMs(1);
    CHECK(rig.States().back().error->code == ErrorCode::kStalled);
  }
  SECTION("pictures, but no key frame") {
    rig.Connected();
    rig.Reply('A');
    rig.Tracks(true, false);
    for (int ms = 0; ms < 29'960; ms += 40) {
      rig.Frame(kReference, ms);
      rig.WaitMs(40);
    }
    rig.WaitMs(39);
    CHECK(rig.state() == PlayState::kConnecting);
    rig.WaitMs(1);
    CHECK(rig.States().back().error->code == ErrorCode::kStalled);
  }
  CHECK(rig.state() == PlayState::kReconnecting);
  CHECK(rig.All<Play::CloseStream>().size() == 1);
}

TEST_CASE("Play joins a stream of pictures whose next key frame is 20 s away") {
  PlayRig rig;
  rig.Start();
  rig.Connected();
  rig.Reply('A');
  rig.Tracks(true, false);
  for (int ms = 0; ms < 20'000; ms += 40) {
    rig.Frame(kReference, ms);
    rig.WaitMs(40);
  }
  CHECK(rig.state() == PlayState::kConnecting);
  rig.Frame(kKey, 20'000);
  CHECK(rig.state() == PlayState::kPlaying);
  CHECK(rig.session.stats().reconnects == 0);
}

TEST_CASE("Play waits for a large key frame over a slow link") {
  PlayRig rig;
  rig.Open();
  const auto key = wire::PutFrame(wire::MakeFrame(kKey, 0, 100'000));
  for (std::size_t at = 0; at < key.size(); at += 5'000) {
    rig.Bytes(ByteView(key).subspan(at, std::min<std::size_t>(5'000, key.size() - at)));
    rig.WaitMs(1'000);
  }
  CHECK(rig.All<Play::CloseStream>().empty());
  CHECK(rig.Decoded(TrackKind::kVideo).size() == 1);
}

TEST_CASE("Play gives up when each attempt brings only what cannot be decoded") {
  PlaySessionConfig config;
  config.usable_timeout = TimeDelta::Seconds(10);
  config.reconnect.max_attempts = 2;
  PlayRig rig(config);
  rig.Start();
  for (int attempt = 0; attempt < 10 && rig.state() != PlayState::kEnded; ++attempt) {
    rig.Connected();
    rig.Reply('A');
    rig.Tracks(true, false);
    while (rig.state() == PlayState::kConnecting ||
           rig.All<Play::OpenStream>().size() > rig.All<Play::CloseStream>().size()) {
      rig.Frame(kReference, (rig.now - Timestamp::Zero()).ms());
      rig.WaitMs(40);
    }
    while (rig.state() != PlayState::kEnded &&
           rig.All<Play::OpenStream>().size() == rig.All<Play::CloseStream>().size()) {
      rig.WaitMs(40);
    }
  }
  CHECK(rig.state() == PlayState::kEnded);
  CHECK(rig.All<Play::OpenStream>().size() == 3);
  CHECK(rig.States().back().error->code == ErrorCode::kRetriesExhausted);
}

TEST_CASE("Play counts it as a stall when pictures wait for a key frame after a failure") {
  PlayRig rig;
  rig.Open();
  rig.Tracks(true, false);
  for (int ms = 0; ms < 1000; ms += 40) {
    rig.Frame(ms == 0 ? kKey : kReference, ms);
    rig.WaitMs(40);
  }
  rig.session.HandleDecodeFailed(rig.now);
  rig.Drain();
  for (int ms = 1000; ms < 3000; ms += 40) {
    rig.Frame(kReference, ms);
    rig.WaitMs(40);
  }
  CHECK(rig.state() == PlayState::kStalled);
  rig.events.clear();
  rig.Frame(kKey, 3000);
  CHECK(rig.state() == PlayState::kPlaying);
  REQUIRE(rig.Decoded(TrackKind::kVideo).size() == 1);
  CHECK(rig.Decoded(TrackKind::kVideo)[0].render_at == rig.now);
}

TEST_CASE("Told of another network Play connects anew at once and plays its buffer meanwhile") {
  const IpAddress cellular = IpAddress::V4(192, 0, 2, 7);
  PlaySessionConfig config;
  config.buffer = BufferMode::kFixed;
  config.fixed_delay = Ms(400);
  PlayRig rig(config);
  SECTION("while it plays") {
    rig.Open();
    rig.Live(0, 60);
    rig.events.clear();
    rig.NetworkChanged(cellular);
    CHECK(rig.state() == PlayState::kReconnecting);
    CHECK(rig.All<Play::CloseStream>().size() == 1);
    rig.WaitMs(300);
    CHECK_FALSE(rig.Decoded(TrackKind::kVideo).empty());
  }
  SECTION("while it connects") {
    rig.Start();
    rig.events.clear();
    rig.NetworkChanged(cellular);
    CHECK(rig.state() == PlayState::kConnecting);
    CHECK(rig.All<Play::CloseStream>().size() == 1);
  }
  SECTION("while it waits for the next attempt") {
    rig.Start();
    rig.Closed(ErrorCode::kUnreachable);
    rig.events.clear();
    rig.NetworkChanged(cellular);
    CHECK(rig.All<Play::CloseStream>().empty());
  }
  SECTION("while it waits for the publisher") {
    rig.Open();
    rig.Live(0, 60);
    rig.Reply('P');
    rig.events.clear();
    rig.NetworkChanged(cellular);
    CHECK(rig.state() == PlayState::kAwaitingPublisher);
  }
  REQUIRE(rig.All<Play::OpenStream>().size() == 1);
  CHECK(rig.All<Play::OpenStream>()[0].endpoint.from == cellular);

  rig.Connected();
  rig.Reply('A');
  rig.Tracks(true, true);
  rig.Live(3000, 25);
  CHECK(rig.state() == PlayState::kPlaying);
}

TEST_CASE("A local address that Play cannot use costs one attempt") {
  PlayRig rig;
  rig.Open();
  rig.Live(0, 60);
  rig.NetworkChanged(IpAddress::V4(192, 0, 2, 7));
  rig.Closed(ErrorCode::kLocalAddress);
  CHECK(rig.States().back().error->code == ErrorCode::kLocalAddress);
  rig.WaitMs(500);

  REQUIRE(rig.All<Play::OpenStream>().size() == 3);
  CHECK_FALSE(rig.All<Play::OpenStream>()[2].endpoint.from);
}

TEST_CASE("Play reconnects after a loss, plays its buffer meanwhile and starts with a key frame") {
  PlaySessionConfig config;
  config.buffer = BufferMode::kFixed;
  config.fixed_delay = Ms(400);
  PlayRig rig(config);
  rig.Open();
  rig.Live(0, 60);
  rig.events.clear();
  const bool is_end = GENERATE(false, true);
  rig.Closed(is_end ? ErrorCode::kPeerClosed : ErrorCode::kConnectionLost);
  CHECK(rig.state() == PlayState::kReconnecting);
  rig.WaitMs(200);
  CHECK_FALSE(rig.Decoded(TrackKind::kVideo).empty());
  rig.WaitMs(300);
  REQUIRE(rig.All<Play::OpenStream>().size() == 1);
  rig.events.clear();

  rig.Connected();
  rig.Reply('A');
  rig.Tracks(true, true);
  rig.Frame(kReference, 2960);
  rig.Frame(kKey, 3000);

  CHECK(rig.All<Play::FlushDecoders>().size() == 1);
  REQUIRE_FALSE(rig.Decoded(TrackKind::kVideo).empty());
  CHECK(rig.Decoded(TrackKind::kVideo)[0].frame.dts == MediaTime::Millis(3000));
  CHECK(rig.state() == PlayState::kPlaying);
  CHECK(rig.session.stats().reconnects == 1);
}

}  // namespace
}  // namespace onair::session
