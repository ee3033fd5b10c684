// SPDX-License-Identifier: Apache-2.0
#include "core/session/play.h"

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
Timestamp At(std::int64_t ms) {
  return Timestamp::Zero() + Ms(ms);
}

TEST_CASE("Play records when each stage of opening was done") {
  PlayRig rig({}, "tests://live.example/x");
  rig.Start();
  rig.WaitMs(5);
  rig.session.HandleResolved(rig.now);
  rig.WaitMs(20);
  rig.session.HandleTcpConnected(rig.now);
  rig.WaitMs(20);
  rig.Connected();
  rig.WaitMs(30);
  rig.Reply('A');
  rig.Tracks(true, true);
  rig.WaitMs(10);
  rig.Frame(kKey, 0);

  const auto opening = rig.session.stats().opening;
  CHECK(opening.started == At(0));
  CHECK(opening.resolved == At(5));
  CHECK(opening.connected == At(25));
  CHECK(opening.secured == At(45));
  CHECK(opening.requested == At(45));
  CHECK(opening.first_byte == At(75));
  CHECK(opening.first_key_frame == At(85));
  REQUIRE(rig.sent.size() == 1);
  CHECK(rig.sent[0].type == 'G');
}

TEST_CASE("Play shows the first key frame at once and drops what comes before it") {
  PlayRig rig;
  rig.Open();
  rig.Frame(kReference, 960);
  CHECK(rig.Decoded(TrackKind::kVideo).empty());

  rig.WaitMs(7);
  rig.Frame(kKey, 1000);

  const auto decoded = rig.Decoded(TrackKind::kVideo);
  REQUIRE(decoded.size() == 1);
  CHECK(decoded[0].frame.dts == MediaTime::Millis(1000));
  CHECK(decoded[0].render_at == At(7));
  CHECK(rig.state() == PlayState::kPlaying);
  CHECK(rig.session.stats().frames_dropped == 1);
  // The line itself stands at the target behind it.
  REQUIRE_FALSE(rig.All<Play::LineChanged>().empty());
  CHECK(rig.All<Play::LineChanged>().back().line.AtOf(MediaTime::Millis(1000)) == At(7 + 80));
}

TEST_CASE("Play tells tracks, then the line, before the first frame") {
  PlayRig rig;
  rig.Open();
  rig.Frame(kKey, 0);
  std::vector<std::size_t> order;
  for (const auto& event : rig.events) order.push_back(event.index());
  const auto find = [&](std::size_t index) {
    return std::find(order.begin(), order.end(), index) - order.begin();
  };
  CHECK(find(2) < find(4));  // TracksChanged, LineChanged
  CHECK(find(4) < find(3));  // LineChanged, DecodeFrame
}

TEST_CASE("Play decodes video 60 ms and sound 120 ms before their time on the line") {
  PlaySessionConfig config;
  config.buffer = BufferMode::kFixed;
  config.fixed_delay = Ms(500);
  PlayRig rig(config);
  rig.Open();
  rig.Live(0, 50);
  rig.events.clear();
  const Timestamp began = rig.now;
  rig.Live(2000, 1);
  rig.WaitMs(2000);

  const auto video = rig.Decoded(TrackKind::kVideo);
  const auto found = std::find_if(video.begin(), video.end(), [](const auto& d) {
    return d.frame.dts == MediaTime::Millis(2000);
  });
  REQUIRE(found != video.end());
  CHECK(found->render_at - began == Ms(500));
}

TEST_CASE("Play decodes each frame in order and in time on a steady stream") {
  PlayRig rig;
  rig.Open();
  rig.Live(0, 100);

  Timestamp last = Timestamp::MinusInfinity();
  const auto video = rig.Decoded(TrackKind::kVideo);
  for (const auto& decode : video) {
    CHECK(decode.render_at >= last);
    last = decode.render_at;
  }
  CHECK(video.size() >= 98);
  CHECK(rig.session.stats().stalls == 0);
  CHECK(rig.session.stats().frames_dropped == 0);
  CHECK(rig.session.stats().audio_frames_dropped == 0);
  CHECK(rig.session.stats().playback_rate == 1.0);
}

TEST_CASE("Play decodes a cached GOP behind the line at once and does not plan to show it") {
  PlayRig rig;
  rig.Open();
  for (std::int64_t ms = 0; ms < 2000; ms += 40) rig.Frame(ms == 0 ? kKey : kReference, ms);

  const auto video = rig.Decoded(TrackKind::kVideo);
  REQUIRE(video.size() >= 48);
  CHECK(video[0].render_at == At(0));
  for (std::size_t i = 1; i < 45; ++i) {
    INFO("picture " << i);
    CHECK(rig.All<Play::LineChanged>().back().line.AtOf(video[i].frame.pts) < At(0));
  }
  CHECK(rig.All<Play::LineChanged>().back().line.AtOf(MediaTime::Millis(1960)) == At(80));
}

TEST_CASE("Play with a cache of several GOPs starts where the newest late one does") {
  PlayRig rig;
  rig.Open();
  onair::Bytes burst;
  for (std::int64_t ms = 0; ms < 4000; ms += 40) {
    const auto frame = wire::PutFrame(wire::MakeFrame(ms % 2000 == 0 ? kKey : kReference, ms));
    burst.insert(burst.end(), frame.begin(), frame.end());
  }
  rig.Bytes(burst);

  CHECK(rig.All<Play::LineChanged>().size() >= 1);
  CHECK(rig.All<Play::LineChanged>().back().line.AtOf(MediaTime::Millis(3960)) == At(80));
}

TEST_CASE("Play counts a stall, tells it, and resumes with the next picture at once") {
  PlayRig rig;
  rig.Open();
  rig.Live(0, 50);
  rig.events.clear();
  rig.WaitMs(1000);
  CHECK(rig.state() == PlayState::kStalled);
  CHECK(rig.session.stats().stalls == 1);

  rig.Frame(kReference, 2000);
  CHECK(rig.state() == PlayState::kPlaying);
  REQUIRE_FALSE(rig.Decoded(TrackKind::kVideo).empty());
  CHECK(rig.Decoded(TrackKind::kVideo).back().render_at == rig.now);
  CHECK(rig.session.stats().stalled_for >= Ms(850));
  CHECK(rig.session.stats().stalled_for <= Ms(1000));
  CHECK(rig.session.stats().target_delay >= Ms(180));
}

TEST_CASE("Play drops to the next key frame after the decoder failed") {
  PlayRig rig;
  rig.Open();
  rig.Live(0, 10);
  rig.session.HandleDecodeFailed(rig.now);
  rig.Drain();
  rig.events.clear();
  rig.Live(400, 30);

  const auto video = rig.Decoded(TrackKind::kVideo);
  REQUIRE_FALSE(video.empty());
  CHECK(video[0].frame.is_key());
  CHECK(video[0].frame.dts == MediaTime::Millis(1000));
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

TEST_CASE("Play plays a stream of sound alone and one of video alone") {
  PlayRig rig;
  rig.Start();
  rig.Connected();
  rig.Reply('A');

  SECTION("sound") {
    rig.Tracks(false, true);
    for (int ms = 0; ms < 1000; ms += 20) {
      rig.Frame(kAudio, ms);
      rig.WaitMs(20);
    }
    CHECK(rig.Decoded(TrackKind::kAudio).size() >= 45);
  }
  SECTION("video") {
    rig.Tracks(true, false);
    for (int ms = 0; ms < 1000; ms += 40) {
      rig.Frame(ms == 0 ? kKey : kReference, ms);
      rig.WaitMs(40);
    }
    CHECK(rig.Decoded(TrackKind::kVideo).size() >= 24);
  }
  CHECK(rig.state() == PlayState::kPlaying);
  CHECK(rig.session.stats().stalls == 0);
}

TEST_CASE("Play follows redirects up to its limit") {
  PlaySessionConfig config;
  config.max_redirects = 3;
  PlayRig rig(config);
  rig.Start();
  for (int i = 0; i < 3; ++i) {
    rig.Connected();
    rig.Bytes(wire::PutText('M', "test://node" + std::to_string(i) + ".example/x"));
  }
  const auto opened = rig.All<Play::OpenStream>();
  REQUIRE(opened.size() == 4);
  CHECK(opened[3].endpoint.host == "node2.example");
  rig.Connected();

  SECTION("and plays") {
    rig.Reply('A');
    rig.Tracks(true, true);
    rig.Frame(kKey, 0);
    CHECK(rig.state() == PlayState::kPlaying);
    CHECK(rig.session.stats().redirects == 3);
  }
  SECTION("not further") {
    rig.Bytes(wire::PutText('M', "test://node3.example/x"));
    REQUIRE(rig.state() == PlayState::kEnded);
    CHECK(rig.States().back().error->code == ErrorCode::kHttpRedirectLoop);
  }
}

TEST_CASE("Play that is sent elsewhere in the midst of media opens there at once and plays on") {
  PlayRig rig;
  rig.Open();
  rig.Live(0, 50);
  rig.Bytes(wire::PutText('M', "test://next.example/x"));

  REQUIRE(rig.All<Play::OpenStream>().size() == 2);
  CHECK(rig.All<Play::OpenStream>()[1].endpoint.host == "next.example");
  rig.Connected();
  rig.Reply('A');
  rig.Tracks(true, true);
  rig.Live(2000, 25);

  CHECK(rig.state() == PlayState::kPlaying);
  CHECK(rig.session.stats().reconnects == 1);
  CHECK(rig.States().size() == 2);  // Connecting, playing.
}

TEST_CASE(
    "Play that is asked to come back opens its first address; requests far apart never end it") {
  PlayRig rig;
  rig.Start();
  for (int i = 0; i < 12; ++i) {
    rig.Connected();
    rig.Reply('A');
    rig.Tracks(true, true);
    rig.Live(i * 6000, 150);
    rig.Bytes(wire::PutText('M', ""));
  }

  const auto opened = rig.All<Play::OpenStream>();
  REQUIRE(opened.size() == 13);
  CHECK(opened.back().endpoint.host == "live.example");
  CHECK(rig.state() == PlayState::kPlaying);
}

TEST_CASE("Play that was sent elsewhere tries there first when the stream is not there yet") {
  PlayRig rig;
  rig.Open();
  rig.Live(0, 50);
  rig.Bytes(wire::PutText('M', "test://next.example/x"));
  for (int i = 0; i < 5; ++i) {
    rig.Connected();
    rig.Reply('N');
    rig.Wait(TimeDelta::Seconds(10));
  }

  const auto opened = rig.All<Play::OpenStream>();
  REQUIRE(opened.size() == 7);
  for (std::size_t i = 1; i <= 4; ++i) CHECK(opened[i].endpoint.host == "next.example");
  CHECK(opened[5].endpoint.host == "live.example");
  CHECK(opened[6].endpoint.host == "live.example");
}

TEST_CASE("Play does not follow a redirect to a protocol it does not know") {
  PlayRig rig;
  rig.Start();
  rig.Connected();
  rig.Bytes(wire::PutText('M', "gopher://node.example/x"));
  REQUIRE(rig.state() == PlayState::kEnded);
  CHECK(rig.States().back().error->code == ErrorCode::kInvalidUrl);
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

TEST_CASE("Play ends at once in every state and is silent then") {
  PlayRig rig;
  SECTION("before the start") {}
  SECTION("connecting") {
    rig.Start();
  }
  SECTION("playing") {
    rig.Open();
    rig.Live(0, 20);
  }
  SECTION("waiting") {
    rig.Start();
    rig.Closed(ErrorCode::kConnectRefused);
  }
  rig.Stop();
  CHECK(rig.state() == PlayState::kEnded);
  CHECK_FALSE(rig.States().back().error.has_value());
  CHECK_FALSE(rig.idle.wake_at.is_finite());
  rig.events.clear();
  rig.Reply('A');
  rig.Frame(kKey, 0);
  rig.Start();
  CHECK(rig.events.empty());
}

}  // namespace
}  // namespace onair::session
