// SPDX-License-Identifier: Apache-2.0
//
// Whole publish sessions over links that are good, slow, cut, refused or deaf.
#include <catch2/catch.hpp>

#include "tests/scenario/publish_stage.h"
#include "tests/support/print_units.h"
#include "tests/support/seed.h"

namespace onair::scenario {
namespace {

constexpr TimeDelta kOneWay = TimeDelta::Millis(40);
constexpr TimeDelta Sec(std::int64_t s) {
  return TimeDelta::Seconds(s);
}
Timestamp At(std::int64_t ms) {
  return Timestamp::Zero() + TimeDelta::Millis(ms);
}

twin::StreamLink Link(std::int64_t kbps) {
  return twin::StreamLink::Symmetric(twin::RateSchedule(DataRate::KilobitsPerSec(kbps)), kOneWay);
}

TEST_CASE("Ten minutes over 2 Mbit/s and 80 ms lose nothing and stay on time") {
  PublishStage stage({.link = Link(2000), .seed = test::Seed()});
  INFO(test::SeedNote(test::Seed()));
  stage.Start();
  stage.RunFor(Sec(600));

  CHECK(stage.session.stats().frames_dropped == 0);
  CHECK(stage.states.size() == 2);
  CHECK(stage.Count(TrackKind::kVideo) >= 600 * 30 - 15);
  CHECK(stage.Count(TrackKind::kAudio) >= 600 * 46);
  CHECK(stage.IsChainWhole());
  CHECK(stage.LongestDelay() <= TimeDelta::Millis(450));
}

TEST_CASE("Two runs with one seed send the same bytes, two seeds do not") {
  const auto run = [](std::uint64_t seed) {
    twin::StreamLink link = Link(1200);  // Too slow: drops take part.
    link.up.rate.Outage(At(20'000), Sec(7));
    PublishStage stage({.link = link, .seed = seed});
    stage.Start();
    stage.RunFor(Sec(60));
    return std::make_pair(stage.hash, stage.session.stats().frames_dropped);
  };
  const auto first = run(11);
  CHECK(first == run(11));
  CHECK(first.second > 0);
  CHECK(first.first != run(12).first);
}

TEST_CASE("A link too slow for the video keeps sound whole, delay bounded and pictures decodable") {
  PublishStage stage({.link = Link(900)});
  stage.Start();
  stage.RunFor(Sec(120));

  const auto stats = stage.session.stats();
  CHECK(stats.state == PublishState::kLive);
  CHECK(stage.states.size() == 2);
  CHECK(stats.frames_dropped > 100);
  CHECK(stats.audio_frames_dropped <= 10);  // Before acceptance.
  CHECK(stats.audio_frames_sent >= 120 * 46);
  CHECK(stage.IsChainWhole());
  // Queue of 1 s, 64 KiB in the socket and 16 KiB on the wire at 900 kbit/s.
  CHECK(stage.LongestDelay() <= TimeDelta::Millis(2200));
}

TEST_CASE(
    "A tunnel of 5 seconds is left within 3 seconds, with both tracks and a key frame first") {
  for (const std::int64_t stall_ms : {3'000, 60'000}) {  // Reconnects; sits it out.
    INFO("write-stall timeout " << stall_ms);
    twin::StreamLink link = Link(2000);
    link.up.rate.Outage(At(20'000), Sec(5));
    link.down.rate.Outage(At(20'000), Sec(5));
    PublishSessionConfig config;
    config.write_stall_timeout = TimeDelta::Millis(stall_ms);
    PublishStage stage({.link = link, .session = config});
    stage.Start();
    stage.RunFor(Sec(40));

    CHECK(stage.IsChainWhole());
    CHECK(stage.session.stats().state == PublishState::kLive);
    CHECK(stage.session.stats().reconnects == (stall_ms == 3'000 ? 1 : 0));
    // Media captured after the tunnel, not what was stuck in it.
    const auto first = [&](TrackKind track) {
      return std::find_if(stage.log.begin(), stage.log.end(), [&](const Received& r) {
        return r.frame.track() == track && r.frame.pts > MediaTime::Millis(25'000);
      });
    };
    const auto video = first(TrackKind::kVideo);
    const auto audio = first(TrackKind::kAudio);
    REQUIRE(video != stage.log.end());
    REQUIRE(audio != stage.log.end());
    CHECK(video->frame.is_key());
    CHECK(video->frame.captured_at <= At(28'000));
    CHECK(audio->frame.captured_at <= At(28'000));
    CHECK(stage.LongestDelay(At(32'000)) <= TimeDelta::Millis(450));
  }
}

TEST_CASE("A server that closes mid-stream gets the publisher back within a second") {
  PublishStage stage({.link = Link(2000), .server = [](int n) {
                        ServerPlan plan;
                        if (n == 1) plan.closes_after = Sec(10);
                        return plan;
                      }});
  stage.Start();
  stage.RunFor(Sec(20));

  CHECK(stage.session.stats().reconnects == 1);
  const auto back = std::find_if(stage.log.begin(), stage.log.end(),
                                 [](const Received& r) { return r.connection == 2; });
  REQUIRE(back != stage.log.end());
  CHECK(back->frame.is_key());
  CHECK(back->frame.captured_at <= At(11'100));
  CHECK(stage.FirstAfter(TrackKind::kAudio, back->frame.captured_at) <= At(11'200));
  CHECK(stage.IsChainWhole());
}

TEST_CASE("A server that never reads ends in reconnects, not in waiting for ever") {
  SECTION("from the start: no acceptance") {
    PublishSessionConfig config;
    config.reconnect.max_attempts = 2;
    PublishStage stage({.link = Link(2000), .session = config, .server = [](int) {
                          return ServerPlan{.answer = 'A'};
                        }});
    stage.Start();
    stage.RunFor(Sec(40));
    REQUIRE(stage.session.stats().state == PublishState::kEnded);
    CHECK(stage.states.back().second.error->code == ErrorCode::kRetriesExhausted);
    CHECK(stage.states.back().first <= At(33'000));  // Three attempts of 10 s.
  }
  SECTION("after a while: the write stall is noticed in time") {
    twin::StreamLink link = Link(2000);
    link.up.receive_buffer = DataSize::Kibibytes(128);
    PublishSessionConfig config;
    config.standby_after = Sec(60);
    PublishStage stage({.link = link, .session = config, .server = [](int n) {
                          ServerPlan plan;
                          if (n == 1) plan.deaf_after = Sec(10);
                          return plan;
                        }});
    stage.Start();
    stage.RunFor(Sec(30));
    CHECK(stage.session.stats().reconnects == 1);
    REQUIRE(stage.states.size() == 4);
    CHECK(stage.states[2].second.state == PublishState::kReconnecting);
    CHECK(stage.states[2].second.error->code == ErrorCode::kTimeout);
    // Window and send buffer fill in under 2 s, then the timeout of 5 s.
    CHECK(stage.states[2].first >= At(15'000));
    CHECK(stage.states[2].first <= At(17'000));
    CHECK(stage.IsChainWhole());
  }
  SECTION("after a while: a standby is there before the write stall") {
    twin::StreamLink link = Link(2000);
    link.up.receive_buffer = DataSize::Kibibytes(128);
    PublishStage stage({.link = link, .server = [](int n) {
                          ServerPlan plan;
                          if (n == 1) plan.deaf_after = Sec(10);
                          return plan;
                        }});
    stage.Start();
    stage.RunFor(Sec(30));
    CHECK(stage.session.stats().hand_overs == 1);
    CHECK(stage.states.size() == 2);  // Connecting, live.
    CHECK(stage.FirstAfter(TrackKind::kVideo, At(12'000)) <= At(13'500));
    CHECK(stage.IsChainWhole());
  }
}

TEST_CASE("A refused connection is tried again until the server is there") {
  PublishStage stage(
      {.link = Link(2000),
       .server = [](int n) -> std::variant<twin::Refuse, twin::NoAnswer, ServerPlan> {
         if (n <= 3) return twin::Refuse{};
         return ServerPlan{};
       }});
  stage.Start();
  stage.RunFor(Sec(10));

  CHECK(stage.net.attempts() == 4);
  REQUIRE(stage.states.size() == 5);
  CHECK(stage.states[1].second.error->code == ErrorCode::kConnectRefused);
  CHECK(stage.session.stats().state == PublishState::kLive);
  REQUIRE_FALSE(stage.log.empty());
  CHECK(stage.log[0].frame.is_key());
}

TEST_CASE("A wrong key is told once and not tried again") {
  PublishStage stage({.link = Link(2000), .server = [](int) { return ServerPlan{.answer = 'X'}; }});
  stage.Start();
  stage.RunFor(Sec(60));

  CHECK(stage.net.attempts() == 1);
  CHECK(stage.states.back().second.state == PublishState::kEnded);
  CHECK(stage.states.back().second.error->code == ErrorCode::kPublishRejected);
}

}  // namespace
}  // namespace onair::scenario
