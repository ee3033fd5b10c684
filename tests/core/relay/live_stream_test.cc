// SPDX-License-Identifier: Apache-2.0
#include "core/relay/live_stream.h"

#include <catch2/catch.hpp>

#include "tests/core/relay/stream_fixture.h"
#include "tests/support/print_units.h"

namespace onair::relay {
namespace {

ViewerId Join(LiveStream& stream, StartPolicy policy = StartPolicy::kNewestKeyFrame,
              Timestamp now = At(0)) {
  const auto viewer = stream.AddViewer(policy, now);
  REQUIRE(viewer.has_value());
  return *viewer;
}

RelayConfig CacheOff() {
  RelayConfig config;
  config.gop_cache = GopCache::kOff;
  return config;
}

// Start.

TEST_CASE("A joiner in mid-GOP begins at the newest key frame when the cache is on") {
  LiveStream stream = Published({}, VideoOnly());
  PushGop(stream, 0, 5);
  PushGop(stream, 500, 3);

  const ViewerId viewer = Join(stream);

  CHECK(Drain(stream, viewer) == "T K500 P600 P700");
}

TEST_CASE("A joiner in mid-GOP waits for the next key frame when the cache is off") {
  LiveStream stream = Published(CacheOff(), VideoOnly());
  PushGop(stream, 0, 5);

  const ViewerId viewer = Join(stream);

  CHECK(Drain(stream, viewer) == "");
  CHECK(stream.stats(viewer)->is_waiting);
  stream.Push(Delta(500), At(500));
  CHECK(Drain(stream, viewer) == "");
  PushGop(stream, 600, 2);
  CHECK(Drain(stream, viewer) == "T K600 P700");
  CHECK(stream.stats(viewer)->video_dropped == 0);
}

TEST_CASE("A joiner who asks for the next key frame does not get the cached one") {
  LiveStream stream = Published({}, VideoOnly());
  PushGop(stream, 0, 5);

  const ViewerId viewer = Join(stream, StartPolicy::kNextKeyFrame);

  CHECK(Drain(stream, viewer) == "");
  PushGop(stream, 500, 1);
  CHECK(Drain(stream, viewer) == "T K500");
}

TEST_CASE("A viewer may come before the publisher") {
  LiveStream stream{RelayConfig{}};
  const ViewerId viewer = Join(stream);

  stream.BeginPublish(At(0));
  stream.SetTracks(Both(), At(0));
  stream.Push(Sound(0), At(0));
  PushGop(stream, 10, 2);

  CHECK(Drain(stream, viewer) == "T K10 P110");
}

TEST_CASE("Audio travels with the video it belongs to") {
  LiveStream stream = Published({}, Both());
  stream.Push(Key(0), At(0));
  stream.Push(Sound(10), At(10));
  stream.Push(Delta(33), At(33));

  CHECK(Drain(stream, Join(stream)) == "T K0 A10 P33");
}

TEST_CASE("A stream without video starts with its next frame") {
  LiveStream stream = Published({}, AudioOnly());
  stream.Push(Sound(0), At(0));
  const ViewerId viewer = Join(stream);

  stream.Push(Sound(21), At(21));
  stream.Push(Sound(43), At(43));

  CHECK(Drain(stream, viewer) == "T A21 A43");
}

TEST_CASE("A GOP longer than the cache may be is not kept") {
  RelayConfig config;
  config.cache_span = TimeDelta::Millis(500);
  LiveStream stream = Published(config, VideoOnly());
  PushGop(stream, 0, 6);
  CHECK(stream.stats().held_frames == 6);

  stream.Push(Delta(600), At(600));

  CHECK(stream.stats().held_frames == 0);
  CHECK(Drain(stream, Join(stream)) == "");
}

TEST_CASE("A GOP larger than the cache may be is not kept") {
  RelayConfig config;
  config.cache_size = DataSize::Kibibytes(64);
  LiveStream stream = Published(config, VideoOnly());
  const auto charge = static_cast<std::size_t>(kEntryCharge.bytes());
  PushGop(stream, 0, 2, 32 * 1024 - charge);
  CHECK(stream.stats().held == DataSize::Kibibytes(63));

  stream.Push(Delta(200, 1), At(200));

  CHECK(stream.stats().held == DataSize::Zero());
}

// Slow viewers.

TEST_CASE("A slow viewer jumps to the newest key frame and counts what it missed") {
  RelayConfig config;
  config.backlog_span = TimeDelta::Millis(1000);
  LiveStream stream = Published(config, Both());
  stream.Push(Key(0), At(0));
  const ViewerId slow = Join(stream);
  CHECK(Drain(stream, slow) == "T K0");

  for (int i = 1; i < 20; ++i) {
    const std::int64_t ms = 100 * i;
    stream.Push(i % 5 == 0 ? Key(ms) : Delta(ms), At(ms));
    stream.Push(Sound(ms + 1), At(ms + 1));
  }

  CHECK(Drain(stream, slow) == "K1500 A1501 P1600 A1601 P1700 A1701 P1800 A1801 P1900 A1901");
  const ViewerStats stats = *stream.stats(slow);
  CHECK(stats.jumps == 1);
  CHECK(stats.video_dropped == 14);
  CHECK(stats.audio_dropped == 14);
  CHECK(stream.stats().frames_dropped == 28);
}

TEST_CASE("A slow viewer jumps to the newest key frame with the cache off too") {
  RelayConfig config = CacheOff();
  config.backlog_span = TimeDelta::Millis(1000);
  LiveStream stream = Published(config, VideoOnly());
  stream.Push(Key(0), At(0));
  const ViewerId slow = Join(stream);
  stream.Push(Key(100), At(100));

  for (int i = 2; i < 20; ++i) stream.Push(i % 5 == 0 ? Key(100 * i) : Delta(100 * i), At(100 * i));

  CHECK(Drain(stream, slow) == "T K1500 P1600 P1700 P1800 P1900");
}

TEST_CASE("A slow viewer waits when the newest key frame is itself too far back") {
  RelayConfig config = CacheOff();
  config.backlog_span = TimeDelta::Millis(500);
  LiveStream stream = Published(config, VideoOnly());
  const ViewerId slow = Join(stream);
  PushGop(stream, 0, 10);

  CHECK(Drain(stream, slow) == "");
  CHECK(stream.stats(slow)->is_waiting);
  CHECK(stream.stats(slow)->video_dropped == 10);
  stream.Push(Delta(1000), At(1000));
  PushGop(stream, 1100, 2);

  CHECK(Drain(stream, slow) == "T K1100 P1200");
  CHECK(stream.stats(slow)->video_dropped == 11);
  CHECK(stream.stats(slow)->video_frames == 2);
}

TEST_CASE("A viewer who starts anew gets the newest group once more, or skips to it") {
  LiveStream stream = Published({}, VideoOnly());
  PushGop(stream, 0, 3);
  const auto viewer = stream.AddViewer(StartPolicy::kNewestKeyFrame, At(0));
  REQUIRE(viewer.has_value());
  CHECK(Drain(stream, *viewer) == "T K0 P100 P200");

  stream.StartAnew(*viewer);
  CHECK(Drain(stream, *viewer) == "K0 P100 P200");
  CHECK(stream.stats().jumps == 0);
  CHECK(stream.stats().frames_dropped == 0);

  stream.Push(Delta(300), At(300));
  PushGop(stream, 400, 2);
  CHECK(stream.stats(*viewer)->has_later_start);
  stream.StartAnew(*viewer);
  CHECK_FALSE(stream.stats(*viewer)->has_later_start);
  CHECK(Drain(stream, *viewer) == "K400 P500");
  CHECK(stream.stats().jumps == 1);
  CHECK(stream.stats().frames_dropped == 1);
}

TEST_CASE("A viewer who starts anew without a cache waits for the next key frame") {
  RelayConfig config;
  config.gop_cache = GopCache::kOff;
  LiveStream stream = Published(config, VideoOnly());
  const auto viewer = stream.AddViewer(StartPolicy::kNewestKeyFrame, At(0));
  REQUIRE(viewer.has_value());
  PushGop(stream, 0, 3);
  stream.StartAnew(*viewer);
  CHECK(Drain(stream, *viewer).empty());
  CHECK(stream.stats().frames_dropped == 3);
  PushGop(stream, 300, 2);
  CHECK(Drain(stream, *viewer) == "T K300 P400");
}

TEST_CASE("The backlog limit counts bytes as well as time") {
  RelayConfig config = CacheOff();
  config.backlog_size = DataSize::Kibibytes(64);
  LiveStream stream = Published(config, VideoOnly());
  const ViewerId slow = Join(stream);
  PushGop(stream, 0, 4, 16 * 1024 - static_cast<std::size_t>(kEntryCharge.bytes()));
  CHECK(stream.stats(slow)->backlog_size == DataSize::Kibibytes(62));

  stream.Push(Delta(400, 1), At(400));

  CHECK(Drain(stream, slow) == "");
  CHECK(stream.stats(slow)->jumps == 1);
}

TEST_CASE("A viewer inside the cached GOP is left in peace however slow it is") {
  RelayConfig config;
  config.backlog_span = TimeDelta::Millis(200);
  LiveStream stream = Published(config, VideoOnly());
  PushGop(stream, 0, 10);

  const ViewerId viewer = Join(stream);

  CHECK(Drain(stream, viewer) == "T K0 P100 P200 P300 P400 P500 P600 P700 P800 P900");
  CHECK(stream.stats(viewer)->jumps == 0);
}

TEST_CASE("A slow viewer of sound jumps to the newest frame") {
  RelayConfig config;
  config.backlog_span = TimeDelta::Millis(200);
  LiveStream stream = Published(config, AudioOnly());
  const ViewerId slow = Join(stream);

  for (int i = 0; i < 10; ++i) stream.Push(Sound(50 * i), At(50 * i));

  CHECK(Drain(stream, slow) == "T A450");
  CHECK(stream.stats(slow)->audio_dropped == 9);
}

TEST_CASE("A slow viewer never delays another nor takes frames from it") {
  RelayConfig config;
  config.backlog_span = TimeDelta::Millis(300);
  LiveStream stream = Published(config, VideoOnly());
  const ViewerId fast = Join(stream);
  const ViewerId slow = Join(stream);
  std::string seen;

  for (int i = 0; i < 12; ++i) {
    stream.Push(i % 6 == 0 ? Key(100 * i) : Delta(100 * i), At(100 * i));
    seen += Drain(stream, fast) + " ";
  }

  CHECK(seen == "T K0 P100 P200 P300 P400 P500 K600 P700 P800 P900 P1000 P1100 ");
  CHECK(stream.stats(fast)->video_dropped == 0);
  CHECK(Drain(stream, slow) == "T K600 P700 P800 P900 P1000 P1100");
}

// Memory.

TEST_CASE("With the cache off nothing is held that every viewer has taken") {
  LiveStream stream = Published(CacheOff(), VideoOnly());
  PushGop(stream, 0, 10);
  CHECK(stream.stats().held_frames == 0);

  const ViewerId viewer = Join(stream);
  PushGop(stream, 1000, 3);
  CHECK(stream.stats().held_frames == 3);
  Drain(stream, viewer);
  stream.Push(Delta(1300), At(1300));

  CHECK(stream.stats().held_frames == 1);
  stream.RemoveViewer(viewer);
  CHECK(stream.stats().held_frames == 0);
}

TEST_CASE("With the cache on exactly the newest GOP is held") {
  LiveStream stream = Published({}, VideoOnly());
  PushGop(stream, 0, 10);
  PushGop(stream, 1000, 4);

  CHECK(stream.stats().held_frames == 4);
}

TEST_CASE("A viewer who never takes anything holds no more than the backlog limit") {
  RelayConfig config = CacheOff();
  config.backlog_size = DataSize::Kibibytes(64);
  LiveStream stream = Published(config, VideoOnly());
  const ViewerId dead = Join(stream);

  for (int i = 0; i < 1000; ++i) {
    stream.Push(i % 50 == 0 ? Key(33 * i, 5000) : Delta(33 * i, 5000), At(33 * i));
    REQUIRE(stream.stats().held <= config.backlog_size);
  }

  stream.RemoveViewer(dead);
  CHECK(stream.stats().held_frames == 0);
}

TEST_CASE("Tiny frames without end are bounded by what they cost, not by what they carry") {
  const GopCache cache = GENERATE(GopCache::kOn, GopCache::kOff);
  RelayConfig config;
  config.gop_cache = cache;
  config.cache_size = config.backlog_size = DataSize::Kibibytes(64);
  LiveStream stream = Published(config, VideoOnly());
  Join(stream);
  const std::int64_t most = config.cache_size.bytes() / kEntryCharge.bytes();

  stream.Push(Key(0, 1), At(0));
  for (int i = 0; i < 1000; ++i) {
    stream.Push(Delta(0, 1), At(0));  // All at one time: the span never grows.
    REQUIRE(stream.stats().held_frames <= most);
  }
}

TEST_CASE("Track changes without frames do not pile up") {
  LiveStream stream = Published({}, VideoOnly(1));
  const ViewerId viewer = Join(stream);
  PushGop(stream, 0, 1);

  for (int i = 2; i < 200; ++i) {
    stream.SetTracks(VideoOnly(static_cast<std::uint8_t>(i)), At(i));
  }
  PushGop(stream, 1000, 1);

  CHECK(Drain(stream, viewer) == "T K0 T K1000");
}

// Tracks.

TEST_CASE("Changed tracks come exactly before the first frame that needs them") {
  LiveStream stream = Published({}, VideoOnly(1));
  const ViewerId viewer = Join(stream);
  PushGop(stream, 0, 2);
  stream.SetTracks(VideoOnly(2), At(200));
  PushGop(stream, 200, 2);

  CHECK(Drain(stream, viewer) == "T K0 P100 T K200 P300");
  CHECK(Drain(stream, Join(stream)) == "T K200 P300");
}

TEST_CASE("Repeated headers change nothing in mid-GOP") {
  LiveStream stream = Published({}, Both());
  const ViewerId viewer = Join(stream);
  stream.Push(Key(0), At(0));
  stream.SetTracks(Both(), At(10));
  stream.Push(Delta(33), At(33));

  CHECK(Drain(stream, viewer) == "T K0 P33");
}

TEST_CASE("A sound track that comes later does not cost the video a GOP") {
  LiveStream stream = Published({}, VideoOnly());
  const ViewerId viewer = Join(stream);
  stream.Push(Key(0), At(0));
  stream.SetTracks(Both(), At(10));
  stream.Push(Sound(10), At(10));
  stream.Push(Delta(33), At(33));

  CHECK(Drain(stream, viewer) == "T K0 T A10 P33");
}

TEST_CASE("After new video parameters other frames are refused until a key frame") {
  LiveStream stream = Published({}, VideoOnly(1));
  PushGop(stream, 0, 1);
  const ViewerId viewer = Join(stream);
  stream.SetTracks(VideoOnly(2), At(100));

  stream.Push(Delta(100), At(100));
  stream.Push(Key(200), At(200));

  CHECK(Drain(stream, viewer) == "T K0 T K200");
  CHECK(stream.stats().frames_refused == 1);
}

TEST_CASE("A joiner gets the sound of a stream whose pictures stay away") {
  RelayConfig config;
  config.cache_span = TimeDelta::Seconds(2);
  LiveStream stream = Published(config, Both());
  stream.Push(Key(0), At(0));
  for (int ms = 100; ms < 3000; ms += 100) stream.Push(Sound(ms), At(ms));
  const ViewerId viewer = stream.AddViewer(StartPolicy::kNewestKeyFrame, At(2900)).value();
  CHECK(Drain(stream, viewer) == "");

  stream.Push(Sound(3000), At(3000));
  stream.Push(Sound(3100), At(3100));

  CHECK(Drain(stream, viewer) == "T A3000 A3100");
}

TEST_CASE("A joiner gets the sound of a stream that announced video and sends none") {
  LiveStream stream = Published({}, Both());
  const ViewerId viewer = stream.AddViewer(StartPolicy::kNewestKeyFrame, At(0)).value();
  for (int ms = 500; ms <= 3500; ms += 500) stream.Push(Sound(ms), At(ms));
  CHECK(Drain(stream, viewer) == "T A3500");
}

TEST_CASE("A viewer who began with sound gets pictures from the next key frame on") {
  RelayConfig config;
  config.gop_cache = GopCache::kOff;
  LiveStream stream = Published(config, Both());
  const ViewerId first = stream.AddViewer(StartPolicy::kNewestKeyFrame, At(0)).value();
  stream.Push(Key(0), At(0));
  stream.Push(Sound(2000), At(2000));
  const ViewerId late = stream.AddViewer(StartPolicy::kNewestKeyFrame, At(2000)).value();
  CHECK(Drain(stream, first) == "T K0 A2000");
  stream.Push(Sound(4000), At(4000));

  stream.Push(Delta(4100), At(4100));
  stream.Push(Sound(4200), At(4200));
  stream.Push(Key(4300), At(4300));
  stream.Push(Delta(4400), At(4400));

  CHECK(Drain(stream, late) == "T A4000 A4200 K4300 P4400");
  CHECK(stream.stats(late)->video_dropped == 1);
  CHECK(Drain(stream, first) == "A4000 P4100 A4200 K4300 P4400");
  CHECK(stream.stats(first)->video_dropped == 0);
}

TEST_CASE("A pause of the whole stream is no reason to begin with sound") {
  RelayConfig config;
  config.gop_cache = GopCache::kOff;
  LiveStream stream = Published(config, Both());
  stream.Push(Key(0), At(0));
  const ViewerId viewer = stream.AddViewer(StartPolicy::kNewestKeyFrame, At(0)).value();
  stream.Push(Sound(100), At(5000));  // The network held both back.
  stream.Push(Delta(110), At(5000));
  CHECK(Drain(stream, viewer) == "");
  stream.Push(Key(200), At(5100));
  CHECK(Drain(stream, viewer) == "T K200");
}

TEST_CASE("A publisher's next connection goes on with its line, from its key frame") {
  LiveStream stream = Published({}, Both());
  const ViewerId viewer = *stream.AddViewer(StartPolicy::kNewestKeyFrame, At(0));
  stream.Push(Key(0), At(0));
  stream.Push(Delta(33), At(33));
  stream.Push(Sound(40), At(40));
  CHECK(Drain(stream, viewer) == "T K0 P33 A40");

  SECTION("times that go on") {
    stream.TakeOver(At(50));
    stream.Push(Delta(66), At(66));  // Of a GOP nobody has seen begin.
    stream.Push(Key(300), At(300));
    stream.Push(Sound(310), At(310));
    CHECK(Drain(stream, viewer) == "K300 A310");
    CHECK(stream.stats().joins == 0);
    CHECK(stream.stats().frames_refused == 1);
  }
  SECTION("times that begin anew") {
    stream.Push(Delta(5000), At(5000));
    CHECK(Drain(stream, viewer) == "P5000");
    stream.TakeOver(At(5010));
    stream.Push(Key(0), At(5040));
    stream.Push(Delta(33), At(5070));
    CHECK(Drain(stream, viewer) == "K5100 P5133");  // One step on; steps are at most 100 ms.
    CHECK(stream.stats().joins == 1);
  }
  CHECK(stream.stats().publishers == 2);
}

TEST_CASE("A publisher who turns the camera off goes on with sound") {
  LiveStream stream = Published({}, Both());
  stream.Push(Key(0), At(0));
  const ViewerId early = Join(stream);
  stream.SetTracks(AudioOnly(), At(50));
  const ViewerId late = Join(stream);

  stream.Push(Sound(60), At(60));
  stream.Push(Delta(66), At(66));

  CHECK(Drain(stream, late) == "T A60");
  CHECK(Drain(stream, early) == "T K0 T A60");
  CHECK(stream.stats().frames_refused == 1);
}

TEST_CASE("Frames of tracks nobody announced are refused and counted") {
  LiveStream stream{RelayConfig{}};
  stream.Push(Key(0), At(0));
  stream.BeginPublish(At(0));
  stream.Push(Key(0), At(0));
  stream.SetTracks(VideoOnly(), At(0));
  stream.Push(Sound(0), At(0));
  stream.Push(Delta(0), At(0));

  CHECK(stream.stats().frames_refused == 4);
  CHECK(stream.stats().held_frames == 0);
}

// Publishers.

TEST_CASE("A publisher's restart goes on one frame after the last and without a gap") {
  LiveStream stream = Published({}, Both());
  const ViewerId viewer = Join(stream);
  stream.Push(Key(5000), At(0));
  stream.Push(Sound(5010), At(10));
  stream.Push(Delta(5033), At(33));
  stream.EndPublish(At(40));

  stream.BeginPublish(At(9000));
  stream.SetTracks(Both(), At(9000));
  stream.Push(Delta(0), At(9000));  // Not decodable: from the middle of a GOP.
  stream.Push(Key(33), At(9033));
  stream.Push(Sound(40), At(9040));

  CHECK(Drain(stream, viewer) == "T K5000 A5010 P5033 K5066 A5073");
  CHECK(stream.stats().joins == 1);
  CHECK(stream.stats().publishers == 2);
}

TEST_CASE("Nobody joins in the stale pictures of a publisher who left") {
  LiveStream stream = Published({}, VideoOnly());
  PushGop(stream, 0, 5);
  stream.EndPublish(At(500));

  const ViewerId viewer = Join(stream);

  CHECK(Drain(stream, viewer) == "");
  CHECK(stream.stats().held_frames == 0);
  CHECK_FALSE(stream.is_publishing());
}

// Viewers.

TEST_CASE("A dropped cache is gone for joiners only, and the next key frame begins another") {
  LiveStream stream = Published({}, VideoOnly());
  const ViewerId slow = stream.AddViewer(StartPolicy::kNewestKeyFrame, At(0)).value();
  PushGop(stream, 0, 3);

  stream.DropCache();

  const ViewerId joiner = stream.AddViewer(StartPolicy::kNewestKeyFrame, At(200)).value();
  stream.Push(Delta(300), At(300));
  CHECK(Drain(stream, joiner) == "");
  CHECK(Drain(stream, slow) == "T K0 P100 P200 P300");
  PushGop(stream, 400, 2);
  CHECK(stream.stats().held_frames == 2);
  CHECK(Drain(stream, joiner) == "T K400 P500");
  const ViewerId later = stream.AddViewer(StartPolicy::kNewestKeyFrame, At(500)).value();
  CHECK(Drain(stream, later) == "T K400 P500");
}

TEST_CASE("One viewer more than allowed is refused until another leaves") {
  RelayConfig config;
  config.max_viewers = 2;
  LiveStream stream(config);
  Join(stream);
  const ViewerId second = Join(stream);

  const auto third = stream.AddViewer(StartPolicy::kNewestKeyFrame, At(0));
  REQUIRE_FALSE(third.has_value());
  CHECK(third.error().code == ErrorCode::kLimit);
  stream.RemoveViewer(second);
  CHECK(stream.AddViewer(StartPolicy::kNewestKeyFrame, At(0)).has_value());
}

TEST_CASE("The name of a removed viewer finds nobody, not its successor") {
  LiveStream stream = Published({}, VideoOnly());
  const ViewerId gone = Join(stream);
  stream.RemoveViewer(gone);
  const ViewerId successor = Join(stream);
  PushGop(stream, 0, 1);

  CHECK(Drain(stream, gone) == "");
  CHECK_FALSE(stream.stats(gone).has_value());
  stream.RemoveViewer(gone);
  CHECK(stream.stats().viewers == 1);
  CHECK(Drain(stream, successor) == "T K0");
}

TEST_CASE("A removed viewer who waited is not started later") {
  LiveStream stream = Published({}, VideoOnly());
  const ViewerId viewer = Join(stream);
  stream.RemoveViewer(viewer);

  PushGop(stream, 0, 2);

  CHECK(stream.stats().viewers == 0);
  CHECK(Drain(stream, viewer) == "");
}

TEST_CASE("What the driver attaches for one viewer is there for the others") {
  LiveStream stream = Published({}, VideoOnly());
  PushGop(stream, 0, 1);
  const ViewerId a = Join(stream);
  const ViewerId b = Join(stream);
  const auto first_entry = [&](ViewerId viewer) {
    Taken taken = stream.Next(viewer, At(0));
    REQUIRE(std::holds_alternative<Tracks*>(taken));
    taken = stream.Next(viewer, At(0));
    REQUIRE(std::holds_alternative<Entry*>(taken));
    return std::get<Entry*>(taken);
  };

  first_entry(a)->wires[1] = Buffer::Own({1, 2, 3});

  CHECK(first_entry(b)->wires[1].size() == 3);
}

TEST_CASE("Stats tell what came in and what went out") {
  LiveStream stream = Published({}, Both());
  const ViewerId viewer = Join(stream, StartPolicy::kNewestKeyFrame, At(5));
  stream.Push(Key(0, 1000), At(10));
  stream.Push(Sound(0, 50), At(10));
  Drain(stream, viewer, At(20));
  stream.Push(Delta(33, 200), At(43));

  const StreamStats all = stream.stats();
  CHECK(all.video_frames_in == 2);
  CHECK(all.audio_frames_in == 1);
  CHECK(all.bytes_in == DataSize::Bytes(1250));
  CHECK(all.frames_out == 2);
  CHECK(all.bytes_out == DataSize::Bytes(1050));
  const ViewerStats one = *stream.stats(viewer);
  CHECK(one.joined_at == At(5));
  CHECK(one.first_frame_at == At(20));
  CHECK(one.video_frames == 1);
  CHECK(one.audio_frames == 1);
  CHECK(one.backlog_frames == 1);
  CHECK(one.backlog_size == DataSize::Bytes(200));
}

TEST_CASE("A viewer who awaits a key frame gets nothing before it, and what he missed is counted") {
  LiveStream stream = Published({}, Both());
  stream.Push(Key(0), At(0));
  const auto id = *stream.AddViewer(StartPolicy::kNewestKeyFrame, At(0));
  static_cast<void>(stream.Next(id, At(0)));  // Tracks.
  REQUIRE(std::holds_alternative<Entry*>(stream.Next(id, At(0))));
  for (int ms = 33; ms < 330; ms += 33) stream.Push(Delta(ms), At(ms));
  stream.AwaitKey(id);
  CHECK(stream.stats(id)->is_waiting);
  CHECK(stream.stats(id)->video_dropped == 9);
  stream.Push(Delta(330), At(330));
  CHECK(std::holds_alternative<Nothing>(stream.Next(id, At(330))));
  stream.Push(Key(363), At(363));
  const auto next = stream.Next(id, At(363));
  REQUIRE(std::holds_alternative<Entry*>(next));
  CHECK(std::get<Entry*>(next)->frame.is_key());
  CHECK(stream.stats(id)->video_dropped == 10);
}

TEST_CASE("A stream tells what a joiner would begin with, and how long its groups usually are") {
  LiveStream stream = Published({}, Both());
  CHECK_FALSE(stream.cached_group());
  stream.Push(Key(0, 5'000), At(0));
  stream.Push(Delta(40, 1'000), At(40));
  CHECK(stream.cached_group()->usual == TimeDelta::Zero());
  CHECK(stream.cached_group()->age == TimeDelta::Millis(40));
  CHECK(stream.cached_group()->size == DataSize::Bytes(6'000));
  CHECK(stream.cached_group()->key == DataSize::Bytes(5'000));
  stream.Push(Key(1'000), At(1'000));
  CHECK(stream.cached_group()->usual == TimeDelta::Seconds(1));
  CHECK(stream.cached_group()->age == TimeDelta::Zero());
}

}  // namespace
}  // namespace onair::relay
