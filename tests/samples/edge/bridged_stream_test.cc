// SPDX-License-Identifier: Apache-2.0
#include "samples/edge/bridged_stream.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>

#include "codec/decode/audio_decoder.h"
#include "codec/encode/audio_encoder.h"
#include "tests/core/relay/stream_fixture.h"
#include "tests/support/print_units.h"

namespace onair::edge {
namespace {

using relay::At;

constexpr int kHz = 440;

AudioBlock Tone(MediaTime pts, int frames, int rate = 48'000) {
  AudioBlock block{{rate, 2}, {}, pts, At(0)};
  const double start = (pts - MediaTime::Zero()).seconds_f();
  for (int i = 0; i < frames; ++i) {
    const double t = start + static_cast<double>(i) / rate;
    const auto value = static_cast<float>(0.5 * std::sin(2 * std::numbers::pi * kHz * t));
    block.samples.push_back(value);
    block.samples.push_back(value);
  }
  return block;
}

struct Sound {
  AudioTrack track;
  std::vector<EncodedFrame> frames;
};

// A second of a tone that begins one second into the line.
Sound Encode(AudioCodec codec) {
  AudioConfig config;
  config.codec = codec;
  config.rate = DataRate::KilobitsPerSec(128);
  auto encoder = codec::OpenAudioEncoder(config);
  REQUIRE(encoder.has_value());
  Sound sound{(*encoder)->track(), {}};
  for (int i = 0; i < 100; ++i) {
    const MediaTime pts = MediaTime::Zero() + TimeDelta::Millis(1000 + 10 * i);
    REQUIRE((*encoder)->Encode(Tone(pts, 480), sound.frames));
  }
  return sound;
}

// The media time at which the tone's wave crosses zero upwards for the last time, against
// where it should: how far the sound has shifted.
double ShiftMs(const AudioTrack& track, const std::vector<EncodedFrame>& frames) {
  auto decoder = codec::OpenAudioDecoder();
  REQUIRE(decoder.has_value());
  REQUIRE((*decoder)->Configure(track));
  std::vector<AudioBlock> blocks;
  for (const EncodedFrame& frame : frames) REQUIRE((*decoder)->Decode(frame, blocks));
  double crossing = -1;
  float last = 0;
  for (const AudioBlock& block : blocks) {
    for (std::size_t i = 0; i < block.frames(); ++i) {
      const float value = block.samples[2 * i];
      const double at = (block.pts - MediaTime::Zero()).seconds_f() +
                        static_cast<double>(i) / block.format.sample_rate;
      if (last < -0.01F && value >= 0 && at < 1.9) crossing = at;
      last = value;
    }
  }
  REQUIRE(crossing > 1.5);
  const double periods = crossing * kHz;
  return (periods - std::round(periods)) / kHz * 1000;
}

TEST_CASE("Sound keeps its place on the line in the other codec") {
  for (const auto& [from, to] : {std::pair{AudioCodec::kAac, AudioCodec::kOpus},
                                 std::pair{AudioCodec::kOpus, AudioCodec::kAac}}) {
    const Sound sound = Encode(from);
    AudioBridge bridge(to);
    REQUIRE(bridge.SetTrack(sound.track));
    REQUIRE(bridge.track().has_value());
    CHECK(bridge.track()->codec == to);

    std::vector<EncodedFrame> out;
    for (const EncodedFrame& frame : sound.frames) bridge.Push(frame, out);

    REQUIRE(out.size() > 30);
    CHECK(bridge.frames_lost() == 0);
    CHECK(std::abs(ShiftMs(sound.track, sound.frames)) < 0.1);
    CHECK(std::abs(ShiftMs(*bridge.track(), out)) < 0.2);
  }
}

TEST_CASE("Sound that is in the wanted codec passes untouched") {
  const Sound sound = Encode(AudioCodec::kAac);
  AudioBridge bridge(AudioCodec::kAac);
  REQUIRE(bridge.SetTrack(sound.track));
  std::vector<EncodedFrame> out;
  bridge.Push(sound.frames[0], out);

  REQUIRE(out.size() == 1);
  CHECK(out[0].payload.data() == sound.frames[0].payload.data());
}

TEST_CASE("Broken sound is counted and what follows is heard") {
  Sound sound = Encode(AudioCodec::kAac);
  AudioBridge bridge(AudioCodec::kOpus);
  std::vector<EncodedFrame> out;
  bridge.Push(sound.frames[0], out);
  CHECK(bridge.frames_lost() == 1);  // No track yet.
  REQUIRE(bridge.SetTrack(sound.track));
  sound.frames[3].payload = Buffer::Own(Bytes(40, 0xff));
  for (const EncodedFrame& frame : sound.frames) bridge.Push(frame, out);

  CHECK(bridge.frames_lost() >= 2);
  CHECK(out.size() > 40);
}

TEST_CASE("A track that cannot be bridged leaves the picture") {
  relay::LiveStream source = relay::Published({}, relay::VideoOnly());
  StreamTracks tracks = relay::VideoOnly();
  tracks.audio = AudioTrack{AudioCodec::kAac, {48'000, 2}, Buffer::Own({0xff, 0xff})};
  source.SetTracks(tracks, At(0));
  relay::PushGop(source, 0, 5);

  const auto stream = BridgedStream::Make(source, {}, {AudioCodec::kOpus}, At(500));
  REQUIRE(stream.has_value());
  CHECK_FALSE((*stream)->tracks().audio);
  const auto viewer = (*stream)->live().AddViewer(relay::StartPolicy::kNewestKeyFrame, At(500));
  REQUIRE(viewer.has_value());
  CHECK(relay::Drain((*stream)->live(), *viewer) == "T K0 P100 P200 P300 P400");
}

// One key frame, and the sound behind it.
relay::LiveStream WithSecondOf(const Sound& sound) {
  relay::LiveStream source = relay::Published({}, relay::VideoOnly());
  StreamTracks tracks = relay::VideoOnly();
  tracks.audio = sound.track;
  source.SetTracks(tracks, At(0));
  source.Push(relay::Key(1000), At(1000));
  for (const EncodedFrame& frame : sound.frames) source.Push(frame, At(2000));
  return source;
}

TEST_CASE("Who comes first finds the cached pictures and their sound bridged") {
  relay::LiveStream source = WithSecondOf(Encode(AudioCodec::kAac));
  const auto stream = BridgedStream::Make(source, {}, {AudioCodec::kOpus}, At(2000));
  REQUIRE(stream.has_value());
  const auto stats = (*stream)->live().stats();
  CHECK(stats.video_frames_in == 1);
  CHECK(stats.audio_frames_in > 40);
  CHECK((*stream)->tracks().audio->codec == AudioCodec::kOpus);
}

TEST_CASE("Only as much of the cached sound is bridged as viewers are sent, and all that follows") {
  Sound sound = Encode(AudioCodec::kAac);
  const std::vector<EncodedFrame> later(sound.frames.end() - 10, sound.frames.end());
  sound.frames.erase(sound.frames.end() - 10, sound.frames.end());
  relay::LiveStream source = WithSecondOf(sound);

  const auto stream =
      BridgedStream::Make(source, {}, {AudioCodec::kOpus, TimeDelta::Millis(200)}, At(2000));
  REQUIRE(stream.has_value());
  const auto cached = (*stream)->live().stats();
  CHECK(cached.video_frames_in == 1);
  CHECK(cached.audio_frames_in >= 6);
  CHECK(cached.audio_frames_in <= 10);

  for (const EncodedFrame& frame : later) source.Push(frame, At(2200));
  (*stream)->Pump(At(2200));
  CHECK((*stream)->live().stats().audio_frames_in >= cached.audio_frames_in + 9);
  CHECK((*stream)->audio_frames_lost() == 0);
}

TEST_CASE("A publisher's leaving and return reach the bridged stream, and so does its end") {
  relay::LiveStream source = relay::Published({}, relay::VideoOnly());
  {
    const auto stream = BridgedStream::Make(source, {}, {AudioCodec::kOpus}, At(0));
    REQUIRE(stream.has_value());
    CHECK((*stream)->live().is_publishing());
    source.EndPublish(At(100));
    (*stream)->SetPublishing(false, At(100));
    CHECK_FALSE((*stream)->live().is_publishing());
    source.BeginPublish(At(200));
    (*stream)->SetPublishing(true, At(200));
    CHECK((*stream)->live().is_publishing());
    CHECK(source.has_viewers());
  }
  CHECK_FALSE(source.has_viewers());
}

}  // namespace
}  // namespace onair::edge
