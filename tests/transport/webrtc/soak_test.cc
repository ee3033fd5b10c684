// SPDX-License-Identifier: Apache-2.0
//
// A publisher, a server and a viewer for a long time in virtual time: a lossy line, paths that die,
// and no memory that grows. Two minutes in every run; half an hour by the tag [soak].
#include <catch2/catch.hpp>
#include <iostream>

#include "tests/support/live_bytes.h"
#include "tests/support/print_units.h"
#include "tests/transport/webrtc/web_world.h"

namespace onair::webrtc {
namespace {

using namespace testing;
using ice::testing::At;

constexpr DataRate kRate = DataRate::KilobitsPerSec(1500);
constexpr double kLoss = 0.02;
constexpr TimeDelta kStep = TimeDelta::Millis(5);

// Two worlds in step: the publisher's with its server, the viewer's with the same one.
class Broadcast {
 public:
  Broadcast()
      : up_(SignallingRole::kPublish, Ingesting(), Lossy()),
        down_(SignallingRole::kPlay, Serving(), Lossy()),
        camera_(up_, kRate) {
    up_.Publish();
    down_.Start();
    RunFor(TimeDelta::Seconds(5));
    REQUIRE(up_.ready_at);
    REQUIRE(down_.ready_at);
    camera_.Start();
    RunFor(TimeDelta::Seconds(2));
  }

  void RunFor(TimeDelta span) {
    const Timestamp end = up_.world.now() + span;
    while (up_.world.now() < end) {
      up_.world.RunFor(kStep);
      down_.world.RunFor(kStep);
      Relay();
      CountViewed();
    }
  }

  // Of both clients, to the server's next address.
  void KillPaths() {
    const SocketAddress next = At("192.0.3." + std::to_string(++address_) + ":6000");
    up_.MoveServer(next);
    down_.MoveServer(next);
  }

  const WebWorld& up() const { return up_; }
  const WebWorld& down() const { return down_; }
  std::int64_t sounds_sent() const { return camera_.sounds; }
  std::int64_t pictures_sent() const { return camera_.pictures; }
  std::int64_t sounds = 0;  // That the viewer got.
  std::int64_t pictures = 0;
  TimeDelta longest_gap = TimeDelta::Zero();

 private:
  static WebOptions Lossy() {
    WebOptions options;
    options.loss = kLoss;
    return options;
  }

  // What an edge does: frames as they come, and a viewer's wish for a key frame.
  void Relay() {
    if (up_.server.got_tracks && down_.server.connected_at) {
      down_.server.Do([&](PeerSession& s, Timestamp now) {
        REQUIRE(s.SetTracks(*up_.server.got_tracks, now));
        s.Apply({.target_rate = kRate,
                 .pacing_rate = kRate.Scaled(2.5),
                 .congestion_window = {},
                 .probe = {},
                 .repair = {},
                 .cause = cc::Cause::kNone,
                 .decide_again_at = now + TimeDelta::Seconds(1),
                 .reason = "test"},
                DataRate::KilobitsPerSec(64), now);
      });
      up_.server.got_tracks.reset();
    }
    for (const auto& entry : std::exchange(up_.server.got, {})) {
      down_.server.Do([&](PeerSession& s, Timestamp now) { s.Send(entry.second, now); });
    }
    if (std::exchange(down_.server.keys_wanted, 0) > 0) {
      up_.server.Do([](PeerSession& s, Timestamp now) { s.RequestKeyFrame(now); });
    }
  }

  void CountViewed() {
    for (const auto& [at, frame] : std::exchange(down_.got, {})) {
      ++(frame.track() == TrackKind::kVideo ? pictures : sounds);
      if (frame.track() == TrackKind::kVideo) continue;
      if (last_sound_) longest_gap = std::max(longest_gap, at - *last_sound_);
      last_sound_ = at;
    }
  }

  WebWorld up_;
  WebWorld down_;
  ClientMedia camera_;
  std::optional<Timestamp> last_sound_;
  int address_ = 0;
};

// In four parts, with a restart between them.
void Soak(TimeDelta whole) {
  Broadcast live;
  const TimeDelta part = whole / 4;
  std::vector<std::int64_t> bytes;
  std::int64_t settled = 0;
  for (int i = 0; i < 4; ++i) {
    if (i > 0) live.KillPaths();
    live.RunFor(part / 3);
    settled = test::LiveBytes();
    live.RunFor(part - part / 3);
    bytes.push_back(test::LiveBytes());
    std::cout << "soak: " << (i + 1) * part.us() / 1'000'000 << " s, " << bytes.back()
              << " bytes live, " << live.sounds << "/" << live.sounds_sent() << " sounds, "
              << live.pictures << "/" << live.pictures_sent() << " pictures, longest gap "
              << live.longest_gap.us() / 1000 << " ms\n";
  }

  CHECK_FALSE(live.up().closed);
  CHECK_FALSE(live.down().closed);
  CHECK_FALSE(live.up().server.closed);
  CHECK_FALSE(live.down().server.closed);
  CHECK(live.up().client->stats().restarts_begun == 3);
  CHECK(live.down().client->stats().restarts_begun == 3);
  CHECK(live.longest_gap < TimeDelta::Millis(2'500));
  CHECK(live.sounds > live.sounds_sent() * 90 / 100);
  CHECK(live.pictures > live.pictures_sent() * 85 / 100);
  // Nothing grows while media flow. Rings keep the room that an outage took, up to their bounds:
  // after five outages no further one adds to them.
  CHECK(bytes[3] - settled < 64 * 1024);
  CHECK(bytes[3] - bytes[0] < 3 * 1024 * 1024);
}

TEST_CASE("Two minutes of publishing and playing with three restarts leave no memory behind") {
  Soak(TimeDelta::Seconds(120));
}

TEST_CASE("Half an hour of publishing and playing with three restarts leaves no memory behind",
          "[.][soak]") {
  Soak(TimeDelta::Seconds(1'800));
}

}  // namespace
}  // namespace onair::webrtc
