// SPDX-License-Identifier: Apache-2.0
#include "codec/decode/opus_decoder.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "codec/bitstream/opus_config.h"
#include "codec/encode/opus_encoder.h"
#include "core/base/rng.h"

namespace onair::codec {
namespace {

struct Sound {
  AudioTrack track;
  std::vector<EncodedFrame> frames;
};

// A tone whose loudness swells and fades, as speech does; in frames of 20 ms.
Sound MakeSound(AudioConfig config, int blocks = 50) {
  config.codec = AudioCodec::kOpus;
  auto encoder = *OpenOpusEncoder(config);
  Sound sound{encoder->track(), {}};
  for (int i = 0; i < blocks; ++i) {
    AudioBlock block{
        config.format, {}, MediaTime::Millis(1000 + 20 * i), Timestamp::Micros(20'000 * i)};
    for (int k = 0; k < 960; ++k) {
      const double t = static_cast<double>(i * 960 + k) / 48'000;
      for (int c = 0; c < config.format.channels; ++c) {
        block.samples.push_back(static_cast<float>(0.3 * std::sin(6.2831853 * 300 * t)));
      }
    }
    REQUIRE(encoder->Encode(block, sound.frames));
  }
  return sound;
}

Sound MakeSound() {
  return MakeSound(AudioConfig{});
}

std::unique_ptr<AudioDecoder> Open(const AudioTrack& track) {
  auto decoder = OpenOpusDecoder();
  REQUIRE(decoder);
  REQUIRE((*decoder)->Configure(track));
  return std::move(*decoder);
}

double Energy(const AudioBlock& block) {
  double sum = 0;
  for (const float sample : block.samples) sum += sample * sample;
  return sum / static_cast<double>(block.samples.size());
}

TEST_CASE("Each Opus packet gives one block at its pts") {
  for (const int channels : {1, 2}) {
    AudioConfig config;
    config.format.channels = channels;
    const Sound sound = MakeSound(config);
    auto decoder = Open(sound.track);
    for (const auto& frame : sound.frames) {
      std::vector<AudioBlock> out;
      REQUIRE(decoder->Decode(frame, out));
      REQUIRE(out.size() == 1);
      CHECK(out[0].pts == frame.pts);
      CHECK(out[0].captured_at == frame.captured_at);
      CHECK(out[0].format == AudioFormat{48'000, channels});
      CHECK(out[0].frames() == 960);
    }
  }
}

TEST_CASE("A lost packet is made up in its place with sound of the same loudness") {
  const Sound sound = MakeSound();
  auto decoder = Open(sound.track);
  std::vector<AudioBlock> out;
  for (int i = 0; i < 30; ++i) REQUIRE(decoder->Decode(sound.frames[i], out));
  const double before = Energy(out.back());
  out.clear();

  const LostAudio lost{sound.frames[30].pts, TimeDelta::Millis(20), nullptr, Timestamp::Micros(77)};
  REQUIRE(decoder->Conceal(lost, out));

  REQUIRE(out.size() == 1);
  CHECK(out[0].pts == sound.frames[30].pts);
  CHECK(out[0].captured_at == Timestamp::Micros(77));
  CHECK(out[0].duration() == TimeDelta::Millis(20));
  CHECK(Energy(out[0]) > before / 4);
  CHECK(Energy(out[0]) < before * 2);
}

// How far what stands in for the lost frame 30 is from what was sent, as a share of its energy.
double ErrorOfRecovery(const Sound& sound, bool by_copy) {
  auto whole = Open(sound.track);
  std::vector<AudioBlock> right;
  for (int i = 0; i < 31; ++i) REQUIRE(whole->Decode(sound.frames[i], right));
  auto decoder = Open(sound.track);
  std::vector<AudioBlock> out;
  for (int i = 0; i < 30; ++i) REQUIRE(decoder->Decode(sound.frames[i], out));
  const EncodedFrame* next = by_copy ? &sound.frames[31] : nullptr;
  REQUIRE(decoder->Conceal({sound.frames[30].pts, TimeDelta::Millis(20), next, Timestamp::Zero()},
                           out));
  const AudioBlock& made = out.back();
  double error = 0;
  for (std::size_t i = 0; i < made.samples.size(); ++i) {
    error += std::pow(made.samples[i] - right.back().samples[i], 2);
  }
  return error / static_cast<double>(made.samples.size()) / Energy(right.back());
}

TEST_CASE("The copy in the next packet is nearer to what was lost than what is made up") {
  AudioConfig config;
  config.format.channels = 1;
  config.rate = DataRate::KilobitsPerSec(32);
  config.opus.expected_loss = 0.2;
  config.codec = AudioCodec::kOpus;
  auto encoder = *OpenOpusEncoder(config);
  Sound sound{encoder->track(), {}};
  // The pitch jumps with frame 30: nobody can make that up.
  double phase = 0;
  for (int i = 0; i < 40; ++i) {
    AudioBlock block{config.format, {}, MediaTime::Millis(1000 + 20 * i), Timestamp::Zero()};
    for (int k = 0; k < 960; ++k) {
      phase += 6.2831853 * (i < 30 ? 300 : 700) / 48'000;
      block.samples.push_back(static_cast<float>(0.3 * std::sin(phase)));
    }
    REQUIRE(encoder->Encode(block, sound.frames));
  }

  const double made_up = ErrorOfRecovery(sound, false);
  const double by_copy = ErrorOfRecovery(sound, true);
  CAPTURE(made_up, by_copy);
  CHECK(by_copy < made_up / 2);
}

TEST_CASE("At most 120 ms of a loss are made up, right before the packet that follows") {
  const Sound sound = MakeSound();
  auto decoder = Open(sound.track);
  std::vector<AudioBlock> out;
  for (int i = 0; i < 10; ++i) REQUIRE(decoder->Decode(sound.frames[i], out));
  out.clear();
  REQUIRE(decoder->Conceal(
      {sound.frames[10].pts, TimeDelta::Millis(400), &sound.frames[30], Timestamp::Zero()}, out));
  REQUIRE(out.size() == 1);
  CHECK(out[0].duration() == TimeDelta::Millis(120));
  CHECK(out[0].pts == sound.frames[30].pts - TimeDelta::Millis(120));

  out.clear();
  REQUIRE(decoder->Conceal(
      {sound.frames[10].pts, TimeDelta::Micros(2'499), nullptr, Timestamp::Zero()}, out));
  CHECK(out.empty());
}

TEST_CASE("A damaged Opus packet is an error and the next one decodes") {
  const Sound sound = MakeSound();
  auto decoder = Open(sound.track);
  std::vector<AudioBlock> out;
  for (const Bytes& bad :
       {Bytes{}, Bytes{0x83}, Bytes{0x83, 0}, Bytes{0x01, 1}, Bytes(64 * 1024 + 1, 0xf8)}) {
    EncodedFrame frame = sound.frames[0];
    frame.payload = Buffer::Own(bad);
    CHECK(decoder->Decode(frame, out).error().code == ErrorCode::kDecodeFailed);
  }
  CHECK(out.empty());
  CHECK(decoder->Decode(sound.frames[0], out));
}

TEST_CASE("Opus packets of any bytes never give more than 120 ms") {
  const Sound sound = MakeSound();
  auto decoder = Open(sound.track);
  Rng rng(5);
  for (int i = 0; i < 2000; ++i) {
    EncodedFrame frame = sound.frames[0];
    frame.payload = Buffer::Own(rng.TakeBytes(rng.Below(40)));
    std::vector<AudioBlock> out;
    static_cast<void>(decoder->Decode(frame, out));
    static_cast<void>(
        decoder->Conceal({frame.pts, TimeDelta::Millis(20), &frame, Timestamp::Zero()}, out));
    for (const auto& block : out) REQUIRE(block.duration() <= TimeDelta::Millis(120));
  }
}

TEST_CASE("The gain of the header is applied") {
  const Sound sound = MakeSound();
  AudioTrack loud = sound.track;
  loud.config = Buffer::Own(MakeOpusConfig({.channels = 2, .pre_skip = 312, .gain_q8 = -6 * 256}));
  auto plain = Open(sound.track);
  auto quiet = Open(loud);
  std::vector<AudioBlock> a;
  std::vector<AudioBlock> b;
  for (int i = 0; i < 20; ++i) {
    REQUIRE(plain->Decode(sound.frames[i], a));
    REQUIRE(quiet->Decode(sound.frames[i], b));
  }
  CHECK(Energy(b.back()) == Approx(Energy(a.back()) / 3.98).epsilon(0.02));
}

TEST_CASE("An Opus decoder without a usable configuration says so") {
  auto decoder = *OpenOpusDecoder();
  std::vector<AudioBlock> out;
  const Sound sound = MakeSound();
  CHECK(decoder->Decode(sound.frames[0], out).error().code == ErrorCode::kDecodeFailed);
  AudioTrack bad = sound.track;
  bad.config = Buffer::Own(Bytes{1, 2, 3});
  CHECK(decoder->Configure(bad).error().code == ErrorCode::kCodecOpen);
  bad.codec = AudioCodec::kAac;
  CHECK(decoder->Configure(bad).error().code == ErrorCode::kCodecUnavailable);
}

}  // namespace
}  // namespace onair::codec
