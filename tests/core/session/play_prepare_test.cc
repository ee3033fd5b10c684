// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "tests/core/session/play_rig.h"

namespace onair::session {
namespace {

constexpr DataSize kEnough = DataSize::Mebibytes(3);

struct PreparedRig : PlayRig {
  using PlayRig::PlayRig;
  void Prepare(PreloadTier depth, DataSize gop_size = kEnough) {
    session.Prepare(depth, gop_size, now);
    Drain();
  }
  // Up to a stream that flows, nobody watching.
  void PrepareStream(DataSize gop_size = kEnough) {
    Prepare(PreloadTier::kNewestGop, gop_size);
    Connected();
    Reply('A');
    Tracks(true, true);
  }
};

TEST_CASE("A session prepared to be connected asks its server for nothing") {
  PreparedRig rig;
  rig.Prepare(PreloadTier::kConnected);
  rig.Connected();
  rig.WaitMs(60'000);

  CHECK(rig.All<Play::OpenStream>().size() == 1);
  CHECK(rig.sent.empty());
  CHECK(rig.States().empty());
  CHECK(rig.session.ready() == PreloadTier::kConnected);
}

TEST_CASE("A connected session sends its request in the moment it is started") {
  PreparedRig rig;
  rig.Prepare(PreloadTier::kConnected);
  rig.Connected();
  rig.WaitMs(60'000);

  rig.Start();

  CHECK(rig.All<Play::OpenStream>().size() == 1);
  CHECK(rig.sent.size() == 1);
  const auto opening = rig.session.stats().opening;
  CHECK(opening.started == rig.now);
  CHECK(opening.connected == rig.now);
  CHECK(opening.requested == rig.now);
  rig.Reply('A');
  rig.Tracks(true, true);
  rig.Frame(FrameKind::kKey, 0);
  CHECK(rig.Decoded(TrackKind::kVideo).size() == 1);
}

TEST_CASE("A server that ends an idle connection is connected to again") {
  PreparedRig rig;
  rig.Prepare(PreloadTier::kConnected);
  rig.Connected();
  rig.WaitMs(10'000);

  SECTION("without a word") {
    rig.Closed(ErrorCode::kPeerClosed);
  }
  SECTION("with one") {
    rig.Reply('A');
  }
  rig.WaitMs(10'000);

  CHECK(rig.All<Play::OpenStream>().size() == 2);
}

TEST_CASE("A prepared stream decodes nothing and tells of each key frame") {
  PreparedRig rig;
  rig.PrepareStream();
  CHECK(rig.session.ready() == PreloadTier::kConnected);
  rig.Live(0, 60);  // Key frames at 0, 1000 and 2000 ms.

  CHECK(rig.All<Play::DecodeFrame>().empty());
  CHECK(rig.All<Play::TracksChanged>().empty());
  const auto keys = rig.All<Play::KeyFrameHeld>();
  REQUIRE(keys.size() == 3);
  CHECK(keys.back().frame.dts == MediaTime::Millis(2000));
  CHECK(keys.back().tracks.video.has_value());
  CHECK(rig.session.ready() == PreloadTier::kNewestGop);
}

TEST_CASE("Only the newest group of pictures is held") {
  PreparedRig rig;
  rig.PrepareStream();
  rig.Live(0, 25);
  const DataSize one = rig.session.held();
  rig.Live(1000, 24);
  const DataSize two = rig.session.held();
  rig.Live(1960, 600);

  CHECK(one > DataSize::Zero());
  CHECK(two <= one);
  CHECK(rig.session.held() <= one);
}

TEST_CASE("A prepared stream shows its newest key frame in the moment it is started") {
  PreparedRig rig;
  rig.PrepareStream();
  rig.Live(0, 35);

  rig.Start();

  const auto pictures = rig.Decoded(TrackKind::kVideo);
  REQUIRE_FALSE(pictures.empty());
  CHECK(pictures.front().frame.is_key());
  CHECK(pictures.front().frame.dts == MediaTime::Millis(1000));
  CHECK(pictures.front().render_at == rig.now);
  CHECK(rig.session.held() == DataSize::Zero());
  CHECK(rig.session.stats().opening.first_key_frame == rig.now);
  CHECK(rig.state() == PlayState::kPlaying);
}

TEST_CASE("A session that was shown from what it held goes on without a gap") {
  PreparedRig rig;
  rig.PrepareStream();
  rig.Live(0, 35);
  rig.Start();
  rig.Live(1400, 50);
  rig.WaitMs(100);

  const auto pictures = rig.Decoded(TrackKind::kVideo);
  REQUIRE(pictures.size() >= 50);
  for (std::size_t i = 1; i < pictures.size(); ++i) {
    CHECK(pictures[i].frame.dts - pictures[i - 1].frame.dts == TimeDelta::Millis(40));
  }
  CHECK(rig.session.stats().stalls == 0);
  CHECK(rig.All<Play::OpenStream>().size() == 1);
}

TEST_CASE("A group too long to be held shows its key frame and goes on at the next one") {
  PreparedRig rig;
  rig.PrepareStream(DataSize::Kibibytes(1));
  rig.Live(0, 35);
  rig.Start();
  rig.Live(1400, 50);
  rig.WaitMs(100);

  const auto pictures = rig.Decoded(TrackKind::kVideo);
  REQUIRE(pictures.size() >= 2);
  CHECK(pictures[0].frame.dts == MediaTime::Millis(1000));
  CHECK(pictures[1].frame.dts == MediaTime::Millis(2000));
  CHECK(pictures[1].frame.is_key());
}

TEST_CASE("Lowering what is prepared leaves the stream, and then the connection") {
  PreparedRig rig;
  rig.PrepareStream();
  rig.Live(0, 10);

  rig.Prepare(PreloadTier::kConnected);
  CHECK(rig.All<Play::CloseStream>().size() == 1);
  CHECK(rig.All<Play::OpenStream>().size() == 2);
  CHECK(rig.session.held() == DataSize::Zero());
  rig.Connected();

  rig.Prepare(PreloadTier::kNone);
  CHECK(rig.All<Play::CloseStream>().size() == 2);
  rig.WaitMs(60'000);
  CHECK(rig.All<Play::OpenStream>().size() == 2);
  CHECK(rig.idle.wake_at == Timestamp::PlusInfinity());
}

TEST_CASE("Raising a connected session to its stream uses the connection") {
  PreparedRig rig;
  rig.Prepare(PreloadTier::kConnected);
  rig.Connected();
  rig.WaitMs(3000);

  rig.Prepare(PreloadTier::kNewestGop);
  rig.Reply('A');
  rig.Tracks(true, true);
  rig.Live(0, 10);

  CHECK(rig.All<Play::OpenStream>().size() == 1);
  CHECK(rig.session.held() > DataSize::Zero());
}

TEST_CASE("A prepared stream that is lost comes back, and holds nothing of before") {
  PreparedRig rig;
  rig.PrepareStream();
  rig.Live(0, 10);
  rig.Closed(ErrorCode::kConnectionLost);
  rig.WaitMs(5000);
  REQUIRE(rig.All<Play::OpenStream>().size() >= 2);

  CHECK(rig.session.held() == DataSize::Zero());
  rig.Start();
  CHECK(rig.All<Play::DecodeFrame>().empty());
}

TEST_CASE("Starting while a lost connection is waited for tries at once") {
  PreparedRig rig;
  rig.Prepare(PreloadTier::kConnected);
  rig.Closed(ErrorCode::kConnectRefused);
  REQUIRE(rig.All<Play::OpenStream>().size() == 1);

  rig.Start();

  CHECK(rig.All<Play::OpenStream>().size() == 2);
}

TEST_CASE("Preparing is over with the start: later calls change nothing") {
  PreparedRig rig;
  rig.PrepareStream();
  rig.Live(0, 10);
  rig.Start();
  const auto events = rig.events.size();

  rig.Prepare(PreloadTier::kNone);

  CHECK(rig.events.size() == events);
}

}  // namespace
}  // namespace onair::session
