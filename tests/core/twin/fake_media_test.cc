// SPDX-License-Identifier: Apache-2.0
#include "core/twin/fake_media.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <functional>
#include <vector>

#include "tests/support/print_units.h"

namespace onair::twin {
namespace {

std::int64_t Size(const EncodedFrame& frame) {
  return static_cast<std::int64_t>(frame.payload.size());
}

// `seconds` of frames.
std::vector<EncodedFrame> Run(FakeEncoder& encoder, std::int64_t seconds) {
  std::vector<EncodedFrame> frames;
  const MediaTime end = encoder.next_pts() + TimeDelta::Seconds(seconds);
  while (encoder.next_pts() < end) frames.push_back(encoder.Next(Timestamp::Zero()));
  return frames;
}
std::int64_t Total(const std::vector<EncodedFrame>& frames) {
  std::int64_t bytes = 0;
  for (const EncodedFrame& frame : frames) bytes += Size(frame);
  return bytes;
}

TEST_CASE("A fake encoder keeps its rate, its frame rate and its GOP") {
  FakeEncoder encoder({.rate = DataRate::KilobitsPerSec(1500)}, Rng(1));
  const auto frames = Run(encoder, 60);

  CHECK(frames.size() == 1800);
  CHECK(std::abs(static_cast<double>(Total(frames)) / (60 * 187'500) - 1) < 0.02);
  int keys = 0;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    CHECK(frames[i].is_key() == (i % 60 == 0));
    CHECK(FrameNumber(frames[i]) == static_cast<std::int64_t>(i));
    keys += frames[i].is_key() ? 1 : 0;
  }
  CHECK(keys == 30);
}

TEST_CASE("A key frame is a burst of its factor") {
  FakeEncoder encoder({.key_factor = 8, .noise = 0}, Rng(1));
  const auto frames = Run(encoder, 2);
  CHECK(std::abs(static_cast<double>(Size(frames[0])) / static_cast<double>(Size(frames[1])) - 8) <
        0.05);
}

void Limit(FakeEncoder& encoder, std::optional<DataSize> most) {
  encoder.Apply(
      {.video_rate = DataRate::KilobitsPerSec(1500), .frame_rate = 30, .frame_limit = most});
}

TEST_CASE("A limit holds for key frames too, and no longer than it is told") {
  FakeEncoder encoder({.rate = DataRate::KilobitsPerSec(1500)}, Rng(1));
  Limit(encoder, DataSize::Bytes(5000));
  std::int64_t largest = 0;
  for (const EncodedFrame& frame : Run(encoder, 4)) largest = std::max(largest, Size(frame));
  CHECK(largest == 5000);
  Limit(encoder, std::nullopt);
  encoder.RequestKeyFrame();
  CHECK(Size(encoder.Next(Timestamp::Zero())) > 20'000);
}

TEST_CASE("What a limit takes off key frames the pictures behind them make up for") {
  const std::int64_t seconds = 60;
  const std::int64_t wanted = seconds * 187'500;
  FakeEncoder encoder({.rate = DataRate::KilobitsPerSec(1500), .noise = 0}, Rng(1));
  Limit(encoder, DataSize::Bytes(13'000));  // 70 ms of the rate; key frames want 34.6 kB.
  const auto frames = Run(encoder, seconds);
  CHECK(Size(frames[0]) == 13'000);
  CHECK(std::abs(static_cast<double>(Total(frames)) / static_cast<double>(wanted) - 1) < 0.01);
  // Most of it soon, and no picture much larger than the others for it.
  CHECK(Size(frames[1]) > Size(frames[59]) * 21 / 20);
  CHECK(Size(frames[1]) < Size(frames[59]) * 3 / 2);
}

TEST_CASE("Beyond a quarter of a second what a limit took off is lost") {
  FakeEncoder encoder({.rate = DataRate::KilobitsPerSec(1500), .noise = 0}, Rng(1));
  const auto free = Run(encoder, 2);
  Limit(encoder, DataSize::Bytes(1000));
  Run(encoder, 10);
  Limit(encoder, std::nullopt);
  const auto after = Run(encoder, 10);
  const std::int64_t extra = Total(after) - 5 * Total(free);
  CHECK(extra > 187'500 / 5);
  CHECK(extra <= 187'500 / 4);
  const std::int64_t ordinary = Size(free[1]);
  for (const EncodedFrame& frame : after) {
    if (!frame.is_key()) CHECK(Size(frame) <= ordinary * 3 / 2 + 1);
  }
}

TEST_CASE("The record of a fake encoder's track is one that peers can read") {
  const VideoTrack track = FakeEncoder({}, Rng(1)).track();
  const ByteView avcc = track.config.view();
  // ISO/IEC 14496-15 section 5.3.3.1: one SPS, then the number of PPS, which ends in its stop bit.
  REQUIRE(avcc.size() > 8);
  const std::size_t sps_bytes = avcc[7];
  REQUIRE(avcc.size() > 8 + sps_bytes + 3);
  CHECK((avcc[8] & 0x1f) == 7);
  CHECK(avcc[8 + sps_bytes] == 1);
  const std::size_t pps_bytes = avcc[8 + sps_bytes + 2];
  CHECK((avcc[8 + sps_bytes + 3] & 0x1f) == 8);
  CHECK(8 + sps_bytes + 3 + pps_bytes <= avcc.size());
}

TEST_CASE("Fake Opus is 20 ms a frame behind a byte that says so") {
  FakeAudio audio(DataRate::KilobitsPerSec(64), Rng(1), AudioCodec::kOpus);
  CHECK(audio.track().codec == AudioCodec::kOpus);
  std::int64_t bytes = 0;
  for (int i = 0; i < 50; ++i) {
    CHECK(audio.next_pts() == MediaTime::Millis(20 * i));
    const EncodedFrame frame = audio.Next(Timestamp::Zero());
    CHECK(frame.payload.view()[0] == 0xfc);
    bytes += Size(frame);
  }
  CHECK(std::abs(static_cast<double>(bytes) / 8000 - 1) < 0.05);
}

TEST_CASE("A payload is one NAL unit behind its length") {
  FakeEncoder encoder({}, Rng(1));
  for (const EncodedFrame& frame : Run(encoder, 1)) {
    const ByteView bytes = frame.payload.view();
    const std::uint32_t length =
        static_cast<std::uint32_t>(bytes[0]) << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3];
    REQUIRE(length == bytes.size() - 4);
    REQUIRE((bytes[4] & 0x1f) == (frame.is_key() ? 5 : 1));
  }
}

TEST_CASE("A new rate is kept from the next frame on") {
  FakeEncoder encoder({.rate = DataRate::KilobitsPerSec(2000)}, Rng(1));
  Run(encoder, 10);
  encoder.Apply({DataRate::KilobitsPerSec(500), 30});
  const auto frames = Run(encoder, 20);
  CHECK(std::abs(static_cast<double>(Total(frames)) / (20 * 62'500) - 1) < 0.05);
}

TEST_CASE("A wanted key frame comes next and the GOP begins anew") {
  FakeEncoder encoder({}, Rng(1));
  Run(encoder, 1);
  encoder.Apply({DataRate::KilobitsPerSec(1500), 30, 0, KeyFrameWanted::kYes});
  const auto frames = Run(encoder, 2);
  CHECK(frames[0].is_key());
  for (std::size_t i = 1; i < frames.size(); ++i) CHECK_FALSE(frames[i].is_key());
}

TEST_CASE("A new frame rate changes the distance and never the order") {
  FakeEncoder encoder({}, Rng(1));
  Run(encoder, 1);
  const MediaTime before = encoder.next_pts();
  encoder.Apply({DataRate::KilobitsPerSec(1500), 10});
  CHECK(encoder.next_pts() == before);
  encoder.Next(Timestamp::Zero());
  CHECK(encoder.next_pts() - before == TimeDelta::Millis(100));
}

TEST_CASE("The same seed gives the same frames") {
  FakeEncoder a({.droppable = 0.5}, Rng(5));
  FakeEncoder b({.droppable = 0.5}, Rng(5));
  int droppable = 0;
  for (int i = 0; i < 300; ++i) {
    const EncodedFrame x = a.Next(Timestamp::Zero());
    const EncodedFrame y = b.Next(Timestamp::Zero());
    REQUIRE(Size(x) == Size(y));
    REQUIRE(x.kind == y.kind);
    droppable += x.kind == FrameKind::kDroppable ? 1 : 0;
  }
  CHECK(droppable > 100);
  CHECK(droppable < 200);
}

TEST_CASE("Fake encoder settings outside their range are named") {
  const struct {
    const char* field;
    std::function<void(FakeEncoderConfig&)> spoil;
  } rows[] = {
      {"rate", [](auto& c) { c.rate = DataRate::BitsPerSec(9'999); }},
      {"rate", [](auto& c) { c.rate = DataRate::BitsPerSec(100'000'001); }},
      {"frame_rate", [](auto& c) { c.frame_rate = 0.9; }},
      {"frame_rate", [](auto& c) { c.frame_rate = 121; }},
      {"gop", [](auto& c) { c.gop = TimeDelta::Millis(99); }},
      {"gop", [](auto& c) { c.gop = TimeDelta::Millis(60'001); }},
      {"key_factor", [](auto& c) { c.key_factor = 0.9; }},
      {"key_factor", [](auto& c) { c.key_factor = 20.1; }},
      {"noise", [](auto& c) { c.noise = -0.1; }},
      {"noise", [](auto& c) { c.noise = 0.91; }},
      {"droppable", [](auto& c) { c.droppable = -0.1; }},
      {"droppable", [](auto& c) { c.droppable = 1.1; }},
  };
  CHECK(FakeEncoderConfig{}.Validate().has_value());
  for (const auto& row : rows) {
    INFO(row.field);
    FakeEncoderConfig config;
    row.spoil(config);
    REQUIRE_FALSE(config.Validate().has_value());
    CHECK(config.Validate().error().detail == row.field);
  }
}

TEST_CASE("Fake sound comes 1024 samples at a time without drift") {
  FakeAudio audio(DataRate::KilobitsPerSec(64), Rng(1));
  std::int64_t bytes = 0;
  for (int i = 0; i < 48'000; ++i) {
    REQUIRE(audio.next_pts() == MediaTime::Micros(i * 1024LL * 1'000'000 / 48'000));
    const EncodedFrame frame = audio.Next(Timestamp::Zero());
    REQUIRE(FrameNumber(frame) == i);
    bytes += Size(frame);
  }
  CHECK(audio.next_pts() == MediaTime::Micros(1024'000'000));
  CHECK(std::abs(static_cast<double>(bytes) / (1024 * 8000) - 1) < 0.02);
}

TEST_CASE("Fake media gives each frame at its time and stops when told") {
  World world(Timestamp::Micros(5'000'000));
  int video = 0;
  int audio = 0;
  FakeMedia media(world, FakeEncoder({}, world.ForkRng()),
                  FakeAudio(DataRate::KilobitsPerSec(64), world.ForkRng()),
                  [&](const EncodedFrame& frame, Timestamp now) {
                    (frame.track() == TrackKind::kVideo ? video : audio) += 1;
                    REQUIRE(now == Timestamp::Micros(5'000'000) + (frame.pts - MediaTime::Zero()));
                  });
  CHECK(media.tracks().video.has_value());
  CHECK(media.tracks().audio.has_value());

  media.Start();
  world.RunFor(TimeDelta::Millis(9'990));
  media.Stop();
  world.RunFor(TimeDelta::Seconds(5));

  CHECK(video == 300);
  CHECK(audio == 469);
}

// What left the encoders, with the world's time.
struct Given {
  std::vector<EncodedFrame> video;
  std::vector<EncodedFrame> audio;
  FakeMedia::Sink Sink() {
    return [this](EncodedFrame frame, Timestamp now) {
      REQUIRE(now == Timestamp::Zero() + (frame.pts - MediaTime::Zero()));
      (frame.track() == TrackKind::kVideo ? video : audio).push_back(std::move(frame));
    };
  }
};

TEST_CASE("Fake media skips pictures while the intake is paused and breaks no reference") {
  World world;
  Given given;
  FakeMedia media(world, FakeEncoder({}, world.ForkRng()),
                  FakeAudio(DataRate::KilobitsPerSec(64), world.ForkRng()), given.Sink());
  EncoderTarget target{.video_rate = DataRate::KilobitsPerSec(1500), .frame_rate = 30};
  media.Start();
  world.RunFor(TimeDelta::Millis(990));
  target.intake = Intake::kPaused;
  media.Apply(target);
  world.RunFor(TimeDelta::Millis(500));
  target.intake = Intake::kOpen;
  media.Apply(target);
  world.RunFor(TimeDelta::Millis(490));

  CHECK(media.pictures_skipped() == 15);
  REQUIRE(given.video.size() == 45);
  CHECK(given.video[30].pts == MediaTime::Millis(1500));
  CHECK(FrameNumber(given.video[30]) == 30);
  CHECK(ReferenceNumber(given.video[30]) == 29);
  CHECK(given.audio.size() == 93);  // Sound goes on: 1980 ms.
}

TEST_CASE("Fake media resumes where the time is, with a key frame after a GOP's pause") {
  World world;
  Given given;
  FakeMedia media(world, FakeEncoder({}, world.ForkRng()),
                  FakeAudio(DataRate::KilobitsPerSec(64), world.ForkRng()), given.Sink());
  media.Start();
  world.RunFor(TimeDelta::Millis(990));
  media.Stop();
  world.RunFor(TimeDelta::Seconds(10));
  media.Resume();
  world.RunFor(TimeDelta::Seconds(1));

  REQUIRE(given.video.size() >= 59);
  CHECK(given.video[30].pts - MediaTime::Zero() >= TimeDelta::Millis(10'990));
  CHECK(given.video[30].pts - MediaTime::Zero() <= TimeDelta::Millis(11'024));
  CHECK(given.video[30].is_key());
  CHECK(FrameNumber(given.audio[47]) == 47);
  CHECK(media.pictures_skipped() == 0);
}

}  // namespace
}  // namespace onair::twin
