// SPDX-License-Identifier: Apache-2.0
#include "core/session/publish.h"

#include <catch2/catch.hpp>

#include "tests/core/session/publish_rig.h"
#include "tests/support/print_units.h"

namespace onair::session {
namespace {

using enum FrameKind;
using Sent = std::vector<PublishRig::Sent>;

constexpr TimeDelta Ms(std::int64_t ms) {
  return TimeDelta::Millis(ms);
}

TEST_CASE("Publish opens its stream at once and becomes live when the peer accepts") {
  PublishRig rig;
  rig.Tracks(wire::MakeTracks(true, true));

  rig.Start();
  REQUIRE(rig.All<Publish::OpenStream>().size() == 1);
  CHECK(rig.All<Publish::OpenStream>()[0].endpoint.host == "live.example");
  CHECK(rig.state() == PublishState::kConnecting);
  rig.Connected();
  REQUIRE(rig.sent.size() == 1);
  CHECK(rig.sent[0].type == 'H');
  rig.Reply('R');

  CHECK(rig.state() == PublishState::kLive);
}

TEST_CASE("Publish sends the newest GOP at once when it becomes live") {
  PublishRig rig;
  rig.Tracks(wire::MakeTracks(true, true));
  rig.Start();
  rig.Push(kKey, 0);
  rig.Push(kAudio, 0);
  rig.Push(kReference, 33);
  rig.Push(kAudio, 490);
  rig.Push(kKey, 500);
  rig.Push(kAudio, 505);
  rig.Push(kReference, 533);
  rig.Connected();

  rig.Reply('R');

  CHECK(rig.Frames() == Sent{{kKey, 500}, {kAudio, 505}, {kReference, 533}});
  CHECK(rig.sent[1].type == 'T');  // Sequence headers in front.
  CHECK(rig.All<Publish::FirstFrameSent>().size() == 1);
  CHECK(rig.All<Publish::FramesDropped>().empty());
  CHECK(rig.All<Publish::KeyFrameWanted>().empty());
}

TEST_CASE("Publish does not open with a GOP that is older than the queue may be") {
  PublishRig rig;
  rig.Tracks(wire::MakeTracks(true, true));
  rig.Start();
  rig.Push(kKey, 0);
  for (int ms = 40; ms <= 1200; ms += 40) rig.Push(kReference, ms);
  rig.Connected();

  rig.Reply('R');
  CHECK(rig.Frames().empty());
  CHECK(rig.All<Publish::KeyFrameWanted>().size() == 1);
  rig.Push(kReference, 1240);
  rig.Push(kKey, 1280);

  CHECK(rig.Frames() == Sent{{kKey, 1280}});
}

TEST_CASE("Publish gives up an attempt exactly at the connect timeout and says in which phase") {
  PublishRig rig;
  rig.Tracks(wire::MakeTracks(true, true));
  rig.Start();

  SECTION("without a connection") {
    rig.Wait(TimeDelta::Seconds(10) - TimeDelta::Micros(1));
    CHECK(rig.state() == PublishState::kConnecting);
    rig.Wait(TimeDelta::Micros(1));
    REQUIRE(rig.state() == PublishState::kReconnecting);
    CHECK(rig.States().back().error->code == ErrorCode::kConnectTimeout);
    CHECK(rig.All<Publish::CloseStream>().size() == 1);
  }
  SECTION("without acceptance") {
    rig.Wait(TimeDelta::Seconds(4));
    rig.Connected();
    rig.Wait(TimeDelta::Seconds(6));
    REQUIRE(rig.state() == PublishState::kReconnecting);
    CHECK(rig.States().back().error->code == ErrorCode::kTimeout);
  }
}

TEST_CASE("Publish does not retry after a rejected key") {
  PublishRig rig;
  rig.Tracks(wire::MakeTracks(true, true));
  rig.Start();
  rig.Connected();

  rig.Reply('X');

  REQUIRE(rig.state() == PublishState::kEnded);
  CHECK(rig.States().back().error->code == ErrorCode::kPublishRejected);
  CHECK(rig.All<Publish::CloseStream>().size() == 1);
  rig.Wait(TimeDelta::Seconds(600));
  CHECK(rig.All<Publish::OpenStream>().size() == 1);
}

TEST_CASE("Publish waits longer after each refused attempt and gives up after the last") {
  PublishSessionConfig config;
  config.reconnect.max_attempts = 4;
  config.reconnect.jitter = 0.3;
  PublishRig rig(config);
  rig.Start();
  for (int i = 0; i < 5; ++i) {
    rig.Closed(ErrorCode::kConnectRefused);
    rig.Wait(TimeDelta::Seconds(20));
  }

  const auto states = rig.States();
  REQUIRE(states.size() == 6);  // Connecting, four waits, the end.
  for (std::size_t i = 1; i <= 4; ++i) {
    const TimeDelta base = Ms(300 << (i - 1));
    CHECK(states[i].retry_in >= base.Scaled(0.69));
    CHECK(states[i].retry_in <= base.Scaled(1.31));
  }
  CHECK(states[5].state == PublishState::kEnded);
  CHECK(states[5].error->code == ErrorCode::kRetriesExhausted);
  CHECK(states[5].error->detail.find("net.connect_refused") != std::string::npos);
  CHECK(rig.All<Publish::OpenStream>().size() == 5);
}

TEST_CASE("Publish forgets failed attempts only after being live for a while") {
  PublishSessionConfig config;
  config.reconnect.max_attempts = 2;
  const auto cycle = [](PublishRig& rig, TimeDelta live_for) {
    rig.Connected();
    rig.Reply('R');
    rig.Wait(live_for);
    rig.Closed(ErrorCode::kConnectionLost);
    rig.Wait(Ms(2000));
  };

  PublishRig steady(config);
  steady.Start();
  for (int i = 0; i < 6; ++i) cycle(steady, TimeDelta::Seconds(11));
  CHECK(steady.state() != PublishState::kEnded);

  PublishRig flapping(config);
  flapping.Start();
  for (int i = 0; i < 6; ++i) cycle(flapping, TimeDelta::Seconds(1));
  CHECK(flapping.state() == PublishState::kEnded);
}

TEST_CASE("Publish returns with sequence headers, then a forced key frame, then sound from it") {
  PublishRig rig;
  rig.GoLive();
  rig.Push(kKey, 0);
  rig.Push(kAudio, 10);
  rig.Closed(ErrorCode::kConnectionLost);
  rig.Push(kReference, 100);
  rig.Push(kAudio, 110);
  rig.Wait(TimeDelta::Seconds(1));
  rig.sent.clear();
  rig.events.clear();

  rig.Connected();
  rig.Reply('R');
  REQUIRE(rig.All<Publish::KeyFrameWanted>().size() == 1);
  rig.Push(kAudio, 1000);
  rig.Push(kReference, 1010);
  CHECK(rig.Frames().empty());
  rig.Push(kAudio, 1021);
  rig.Push(kKey, 1020);
  rig.Push(kReference, 1053);

  CHECK(rig.Frames() == Sent{{kKey, 1020}, {kAudio, 1021}, {kReference, 1053}});
  REQUIRE(rig.sent.size() >= 2);
  CHECK(rig.sent[0].type == 'H');
  CHECK(rig.sent[1].type == 'T');
  CHECK(rig.session.stats().reconnects == 1);
}

TEST_CASE("Publish lets sound go alone when no key frame comes") {
  PublishRig rig;
  rig.GoLive();
  rig.Push(kAudio, 0);

  rig.Wait(Ms(2999));
  CHECK(rig.Frames().empty());
  rig.Wait(Ms(1));

  CHECK(rig.Frames() == Sent{{kAudio, 0}});
}

TEST_CASE("Publish does not blame the peer for sound that waits for a key frame") {
  PublishSessionConfig config;
  config.queue_span = Ms(200);
  config.write_stall_timeout = Ms(500);
  config.unsent_limit = DataSize::Kibibytes(4);
  PublishRig rig(config);
  rig.GoLive();
  for (std::int64_t ms = 0; ms < 6000; ms += 20) {
    rig.Push(kAudio, ms, 400);
    rig.Wait(Ms(20));
    rig.Unsent(DataSize::Zero());
  }

  CHECK(rig.state() == PublishState::kLive);
  CHECK(rig.session.stats().reconnects == 0);
  // What waited longer than the queue may hold is gone: the sound is as live as it can be.
  const auto frames = rig.Frames();
  REQUIRE_FALSE(frames.empty());
  CHECK(frames.front().dts_ms >= 2'780);
  CHECK(frames.front().dts_ms <= 3'000);
  CHECK(frames.back().dts_ms == 5'980);
  CHECK(rig.session.stats().audio_frames_dropped == frames.front().dts_ms / 20);
}

TEST_CASE("Publish holds frames back while the socket has enough and goes on when it has not") {
  PublishRig rig;
  rig.GoLive();
  rig.Unsent(DataSize::Kibibytes(64));

  rig.Push(kKey, 0);
  rig.Push(kAudio, 5);
  CHECK(rig.Frames().empty());
  rig.Unsent(DataSize::Kibibytes(63));

  CHECK(rig.Frames() == Sent{{kKey, 0}, {kAudio, 5}});
}

TEST_CASE("Publish gives out no more than the unsent limit and one frame between two reports") {
  PublishRig rig;
  rig.Tracks(wire::MakeTracks(true, true));
  rig.Start();
  rig.Push(kKey, 0, 60'000);
  for (int ms = 40; ms <= 400; ms += 40) rig.Push(kReference, ms, 30'000);
  rig.Connected();

  rig.Reply('R');

  CHECK(rig.Frames().size() == 2);  // 60 kB are below 64 KiB, 90 kB are not.
  rig.Wait(Ms(10));
  rig.Push(kReference, 440, 30'000);
  CHECK(rig.Frames().size() == 2);  // Drained, but the socket has not spoken.
  rig.Unsent(DataSize::Zero());
  CHECK(rig.Frames().size() == 5);
}

TEST_CASE("Publish counts what is still to be polled against the unsent limit") {
  PublishRig rig;
  rig.GoLive();
  rig.session.Push(wire::MakeFrame(kKey, 0, 60'000), rig.now);
  rig.session.HandleUnsent(DataSize::Zero(), rig.now);  // Knows nothing of the frame.
  rig.session.Push(wire::MakeFrame(kReference, 40, 30'000), rig.now);
  rig.session.Push(wire::MakeFrame(kReference, 80, 30'000), rig.now);
  rig.Drain();

  CHECK(rig.Frames().size() == 2);
}

TEST_CASE("Publish follows a redirect and begins at home again after a loss") {
  PublishRig rig;
  rig.Tracks(wire::MakeTracks(true, true));
  rig.Start();
  rig.Push(kKey, 0);
  rig.Connected();

  rig.Move("other.example");
  REQUIRE(rig.All<Publish::OpenStream>().size() == 2);
  CHECK(rig.All<Publish::OpenStream>()[1].endpoint.host == "other.example");
  CHECK(rig.state() == PublishState::kConnecting);
  rig.Connected();
  rig.Reply('R');
  CHECK(rig.state() == PublishState::kLive);
  CHECK(rig.Frames() == Sent{{kKey, 0}});
  CHECK(rig.session.stats().redirects == 1);
  CHECK(rig.session.stats().reconnects == 0);

  rig.Closed(ErrorCode::kConnectionLost);
  rig.Wait(Ms(1000));
  CHECK(rig.All<Publish::OpenStream>().back().endpoint.host == "live.example");
}

TEST_CASE("Publish follows five redirects in a row and not a sixth") {
  PublishRig rig;
  rig.Tracks(wire::MakeTracks(true, true));
  rig.Start();
  for (int i = 0; i < 5; ++i) {
    rig.Connected();
    rig.Move("other.example");
  }
  CHECK(rig.state() == PublishState::kConnecting);
  rig.Connected();
  rig.Move("other.example");

  REQUIRE(rig.state() == PublishState::kEnded);
  CHECK(rig.States().back().error->code == ErrorCode::kHttpRedirectLoop);
  CHECK(rig.All<Publish::OpenStream>().size() == 6);
  CHECK(rig.All<Publish::CloseStream>().size() == 1);
}

TEST_CASE("Publish refuses a redirect that leads nowhere or out of TLS") {
  PublishRig rig;
  rig.Tracks(wire::MakeTracks(true, true));
  rig.Start();
  rig.Connected();
  SECTION("nowhere") {
    rig.Move("nowhere");
    REQUIRE(rig.state() == PublishState::kEnded);
    CHECK(rig.States().back().error->code == ErrorCode::kInvalidUrl);
  }
  SECTION("out of TLS") {
    rig.Move("tls.example");
    rig.Connected();
    CHECK(rig.state() == PublishState::kConnecting);
    rig.Move("other.example");
    REQUIRE(rig.state() == PublishState::kEnded);
    CHECK(rig.States().back().error->code == ErrorCode::kRtmpRejected);
  }
  CHECK(rig.All<Publish::CloseStream>().size() == 1);
}

TEST_CASE("Publish drops droppable frames first and nothing else while that is enough") {
  PublishRig rig;
  rig.GoLive();
  rig.Push(kKey, 0);
  rig.Unsent(DataSize::Kibibytes(64));
  for (int ms = 40; ms <= 760; ms += 80) {
    rig.Push(kDroppable, ms);
    rig.Push(kReference, ms + 40);
    rig.Push(kAudio, ms);
  }
  const auto stats = rig.session.stats();
  rig.Unsent(DataSize::Zero());

  CHECK(stats.frames_dropped > 0);
  CHECK(stats.audio_frames_dropped == 0);
  for (const auto& frame : rig.Frames()) CHECK(frame.kind != kDroppable);
  const auto frames = rig.Frames();
  CHECK(std::count_if(frames.begin(), frames.end(), [](auto f) { return f.kind == kReference; }) ==
        10);
}

TEST_CASE(
    "Publish drops the rest of a GOP when its queue is full, never sound, and asks once there is "
    "room") {
  PublishRig rig;
  rig.GoLive();
  rig.Push(kKey, 0);
  rig.events.clear();
  rig.Unsent(DataSize::Kibibytes(64));
  for (int ms = 40; ms <= 1400; ms += 40) {
    rig.Push(kReference, ms);
    rig.Push(kAudio, ms);
  }
  CHECK(rig.session.stats().audio_frames_dropped == 0);
  CHECK(rig.session.stats().frames_dropped == 35);
  rig.Wait(Ms(600));  // The wish at the start is half a second ago.
  CHECK(rig.All<Publish::KeyFrameWanted>().empty());
  rig.sent.clear();

  rig.Unsent(DataSize::Zero());
  CHECK(rig.All<Publish::KeyFrameWanted>().size() == 1);
  rig.Push(kReference, 1440);
  rig.Push(kKey, 1480);

  const auto frames = rig.Frames();
  CHECK(std::count_if(frames.begin(), frames.end(), [](auto f) { return f.kind == kAudio; }) == 35);
  CHECK(std::count_if(frames.begin(), frames.end(), [](auto f) { return f.kind == kReference; }) ==
        0);
  CHECK(frames.back() == PublishRig::Sent{kKey, 1480});
}

TEST_CASE("Publish tells of dropped frames at most once a second and misses none") {
  PublishRig rig;
  rig.GoLive();
  rig.Push(kKey, 0);
  for (int ms = 40; ms <= 5000; ms += 40) {
    rig.Unsent(DataSize::Kibibytes(64) + DataSize::Bytes(6000 - ms));  // Falls, but slowly.
    rig.Wait(Ms(40));
    rig.Push(kReference, ms);
  }
  rig.Wait(Ms(1000));

  const auto reports = rig.All<Publish::FramesDropped>();
  std::int64_t sum = 0;
  for (const auto& report : reports) sum += report.frames;
  CHECK(reports.size() >= 3);
  CHECK(reports.size() <= 6);
  CHECK(sum == rig.session.stats().frames_dropped);
  CHECK(sum > 90);
}

TEST_CASE("Publish asks again for a key frame that does not come, not more than twice a second") {
  PublishRig rig;
  rig.GoLive();

  rig.Wait(Ms(2100));

  CHECK(rig.All<Publish::KeyFrameWanted>().size() == 5);
}

TEST_CASE("Publish reconnects when the peer takes nothing for the write-stall timeout") {
  PublishSessionConfig config;
  config.standby_after = TimeDelta::Seconds(60);  // No standby meanwhile.
  PublishRig rig(config);
  rig.GoLive();
  rig.Push(kKey, 0, 70'000);
  rig.Unsent(DataSize::Bytes(70'000));
  rig.events.clear();

  rig.Wait(TimeDelta::Seconds(5) - TimeDelta::Micros(1));
  CHECK(rig.state() == PublishState::kLive);
  rig.Wait(TimeDelta::Micros(1));

  REQUIRE(rig.state() == PublishState::kReconnecting);
  CHECK(rig.States().back().error->code == ErrorCode::kTimeout);
  CHECK(rig.All<Publish::CloseStream>().size() == 1);
}

TEST_CASE("Publish stays with a slow peer that takes a little") {
  PublishRig rig;
  rig.GoLive();
  rig.Push(kKey, 0, 70'000);
  for (int i = 0; i < 10; ++i) {
    rig.Unsent(DataSize::Bytes(70'000 - i));
    rig.Wait(TimeDelta::Seconds(4));
  }

  CHECK(rig.state() == PublishState::kLive);
}

TEST_CASE("Publish reconnects instead of queueing sound without bound") {
  PublishRig rig;
  rig.GoLive();
  rig.Push(kKey, 0);
  std::int64_t ms = 0;
  while (rig.state() == PublishState::kLive && ms < 60'000) {
    rig.Unsent(DataSize::Kibibytes(128) - DataSize::Bytes(ms));
    rig.Push(kAudio, ms += 20);
    rig.Wait(Ms(20));
  }

  CHECK(rig.state() == PublishState::kReconnecting);
  CHECK(ms <= 6'040);  // Queue span plus write-stall timeout.
}

TEST_CASE("Publish says goodbye, closes and ends at once when stopped, then is silent") {
  PublishRig rig;
  rig.GoLive();
  rig.Push(kKey, 0);
  rig.order.clear();
  rig.events.clear();
  rig.sent.clear();

  rig.Stop();

  REQUIRE(rig.sent.size() == 1);
  CHECK(rig.sent[0].type == 'B');
  CHECK(rig.order == std::vector<char>{'t', 'e', 'e'});
  CHECK(std::holds_alternative<Publish::CloseStream>(rig.events[0]));
  CHECK_FALSE(rig.States().back().error.has_value());
  CHECK(rig.state() == PublishState::kEnded);
  rig.Push(kKey, 100);
  rig.Reply('R');
  rig.Connected();
  rig.Start();
  CHECK(rig.order.size() == 3);
  CHECK_FALSE(rig.idle.wake_at.is_finite());
}

TEST_CASE("Publish ends at once in every state") {
  PublishRig rig;
  SECTION("before the start") {}
  SECTION("connecting") {
    rig.Start();
  }
  SECTION("opening") {
    rig.Start();
    rig.Connected();
  }
  SECTION("waiting for the next attempt") {
    rig.Start();
    rig.Closed(ErrorCode::kConnectRefused);
  }

  rig.Stop();

  CHECK(rig.state() == PublishState::kEnded);
  CHECK_FALSE(rig.idle.wake_at.is_finite());
  CHECK_FALSE(rig.States().back().error.has_value());
}

TEST_CASE("Publish interleaves sound and video by decoding time") {
  PublishRig rig;
  rig.GoLive();
  rig.Push(kKey, 0);
  rig.Unsent(DataSize::Kibibytes(64));
  rig.Push(kReference, 40);
  rig.Push(kReference, 80);
  rig.Push(kAudio, 20);
  rig.Push(kAudio, 40);
  rig.Push(kAudio, 60);
  rig.sent.clear();

  rig.Unsent(DataSize::Zero());

  CHECK(rig.Frames() ==
        Sent{{kAudio, 20}, {kReference, 40}, {kAudio, 40}, {kAudio, 60}, {kReference, 80}});
}

TEST_CASE("Publish puts new decoder configurations in front of the first frame they are for") {
  PublishRig rig;
  rig.GoLive();
  rig.Push(kKey, 0);
  rig.Unsent(DataSize::Kibibytes(64));
  rig.sent.clear();
  rig.Push(kReference, 40);
  rig.Tracks(wire::MakeTracks(true, true, 2));
  rig.Push(kKey, 80);

  rig.Unsent(DataSize::Zero());

  REQUIRE(rig.sent.size() == 3);
  CHECK(rig.sent[0].type == 'F');
  CHECK(rig.sent[1].type == 'T');
  CHECK(rig.sent[1].body[1] == 2);
  CHECK(rig.sent[2].type == 'F');
}

TEST_CASE("Sound that overtakes pictures does not bring the new decoder of theirs too early") {
  PublishRig rig;
  rig.GoLive();
  rig.Push(kKey, 0);
  rig.Unsent(DataSize::Mebibytes(1));  // Full: what follows waits.
  rig.Push(kReference, 33);
  rig.Push(kReference, 66);
  rig.Tracks(wire::MakeTracks(true, true, 7));
  rig.Push(kAudio, 50);  // Between pictures of the old decoder.
  rig.Push(kKey, 100);
  rig.sent.clear();

  rig.Unsent(DataSize::Zero());

  std::string order;
  for (const auto& record : rig.sent) {
    if (record.type == 'T') order.push_back('T');
    if (record.type != 'F') continue;
    const auto frame = *wire::ParseFrame(record.body, Timestamp::Zero());
    order.push_back(frame.kind == kAudio ? 'a' : frame.is_key() ? 'K' : 'p');
  }
  CHECK(order == "papTK");
}

TEST_CASE("Publish without a video track sends sound at once and asks for no key frame") {
  PublishRig rig;
  rig.Tracks(wire::MakeTracks(false, true));
  rig.Start();
  rig.Push(kAudio, 0);
  rig.Connected();

  rig.Reply('R');

  CHECK(rig.Frames() == Sent{{kAudio, 0}});
  CHECK(rig.All<Publish::FirstFrameSent>().size() == 1);
  CHECK(rig.All<Publish::KeyFrameWanted>().empty());
}

}  // namespace
}  // namespace onair::session
