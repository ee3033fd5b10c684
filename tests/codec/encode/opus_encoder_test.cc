// SPDX-License-Identifier: Apache-2.0
#include "codec/encode/opus_encoder.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "codec/bitstream/opus_config.h"
#include "codec/decode/opus_decoder.h"
#include "codec/encode/audio_encoder.h"
#include "core/base/rng.h"

namespace onair::codec {
namespace {

constexpr double kPi = 3.14159265358979;

AudioConfig Config(AudioFormat format = {48000, 2}) {
  AudioConfig config;
  config.codec = AudioCodec::kOpus;
  config.format = format;
  config.rate = DataRate::KilobitsPerSec(96);
  return config;
}

std::unique_ptr<AudioEncoder> Open(const AudioConfig& config = Config()) {
  auto encoder = OpenOpusEncoder(config);
  REQUIRE(encoder);
  return std::move(*encoder);
}

AudioBlock Block(AudioFormat format, MediaTime pts, std::size_t frames, float level = 0) {
  AudioBlock block{format, {}, pts, Timestamp::Micros(pts.us())};
  block.samples.assign(frames * static_cast<std::size_t>(format.channels), level);
  return block;
}

AudioBlock Sine(AudioFormat format, MediaTime pts, std::size_t frames, double hz = 440) {
  AudioBlock block = Block(format, pts, frames);
  for (std::size_t i = 0; i < frames; ++i) {
    const double t =
        static_cast<double>(pts.us()) / 1e6 + static_cast<double>(i) / format.sample_rate;
    for (int c = 0; c < format.channels; ++c) {
      block.samples[i * format.channels + c] = static_cast<float>(0.4 * std::sin(2 * kPi * hz * t));
    }
  }
  return block;
}

std::vector<AudioBlock> DecodeAll(const AudioTrack& track, const std::vector<EncodedFrame>& in) {
  auto decoder = OpenOpusDecoder();
  REQUIRE(decoder);
  REQUIRE((*decoder)->Configure(track));
  std::vector<AudioBlock> out;
  for (const auto& frame : in) REQUIRE((*decoder)->Decode(frame, out));
  return out;
}

// Media time in ms of the loudest sample.
double LoudestAt(const std::vector<AudioBlock>& blocks) {
  double best = -1;
  double at = 0;
  for (const auto& block : blocks) {
    const auto channels = static_cast<std::size_t>(block.format.channels);
    for (std::size_t i = 0; i < block.frames(); ++i) {
      const double level = std::abs(block.samples[i * channels]);
      if (level <= best) continue;
      best = level;
      at = static_cast<double>(block.pts.us()) / 1e3 +
           1e3 * static_cast<double>(i) / block.format.sample_rate;
    }
  }
  REQUIRE(best > 0.1);
  return at;
}

// Mean bytes a frame of `count` frames of noise, which takes whatever it may.
double BytesOfNoise(AudioEncoder& encoder, Rng& rng, int from_ms, int count) {
  std::vector<EncodedFrame> frames;
  for (int i = 0; i < count; ++i) {
    AudioBlock block = Block({48000, 2}, MediaTime::Millis(from_ms + 20 * i), 960);
    for (float& sample : block.samples) sample = static_cast<float>(rng.Fraction() - 0.5);
    REQUIRE(encoder.Encode(block, frames));
  }
  double sum = 0;
  for (const auto& frame : frames) sum += static_cast<double>(frame.payload.size());
  return sum / static_cast<double>(frames.size());
}

TEST_CASE("An impulse comes back from Opus at its own pts within a millisecond") {
  struct Row {
    AudioFormat in, out;
    std::int64_t start_ms;
  };
  for (const Row& row : {Row{{48000, 2}, {48000, 2}, 5000}, Row{{44100, 1}, {48000, 2}, 5000},
                         Row{{16000, 1}, {48000, 1}, 5000}, Row{{48000, 2}, {48000, 1}, 0}}) {
    auto encoder = Open(Config(row.out));
    std::vector<EncodedFrame> frames;
    const auto per_block = static_cast<std::size_t>(row.in.sample_rate / 100);
    for (int i = 0; i < 100; ++i) {
      AudioBlock block = Block(row.in, MediaTime::Millis(row.start_ms + 10 * i), per_block);
      if (i == 52) {
        const std::size_t at = per_block * 3 / 10 * static_cast<std::size_t>(row.in.channels);
        for (std::size_t k = 0; k < 3 * static_cast<std::size_t>(row.in.channels); ++k) {
          block.samples[at + k] = 0.9F;
        }
      }
      REQUIRE(encoder->Encode(block, frames));
    }
    REQUIRE(encoder->Flush(frames));

    CAPTURE(row.in.sample_rate, row.start_ms);
    CHECK(LoudestAt(DecodeAll(encoder->track(), frames)) ==
          Approx(static_cast<double>(row.start_ms) + 523).margin(1.0));
    CHECK(frames.front().pts >= MediaTime::Zero());
  }
}

TEST_CASE("Opus frames follow each other without a gap whatever the block length") {
  for (const std::int64_t span_ms : {10, 20, 40, 60}) {
    for (const std::size_t length : {1UL, 441UL, 960UL, 4800UL}) {
      AudioConfig config = Config();
      config.opus.frame = TimeDelta::Millis(span_ms);
      auto encoder = Open(config);
      std::vector<EncodedFrame> frames;
      std::size_t sent = 0;
      while (sent < 24'000) {
        const auto pts = MediaTime::Micros(static_cast<std::int64_t>(sent) * 1'000'000 / 48'000);
        REQUIRE(encoder->Encode(Sine({48000, 2}, pts, length), frames));
        sent += length;
      }
      CAPTURE(span_ms, length);
      REQUIRE(static_cast<std::int64_t>(frames.size()) >= 500 / span_ms - 1);
      for (std::size_t i = 0; i < frames.size(); ++i) {
        CHECK(OpusPacketSpan(frames[i].payload.view()).value() == config.opus.frame);
        CHECK(frames[i].kind == FrameKind::kAudio);
        CHECK(frames[i].dts == frames[i].pts);
        if (i > 0) CHECK((frames[i].pts - frames[i - 1].pts) == config.opus.frame);
      }
    }
  }
}

TEST_CASE("Jitter within 100 ms leaves an Opus line alone, a longer gap restarts it") {
  auto encoder = Open();
  std::vector<EncodedFrame> frames;
  for (int i = 0; i < 50; ++i) {
    const int jitter_ms = i == 0 ? 0 : (i % 2 == 0 ? 40 : -40);
    REQUIRE(encoder->Encode(Block({48000, 2}, MediaTime::Millis(1000 + 20 * i + jitter_ms), 960),
                            frames));
  }
  for (std::size_t i = 1; i < frames.size(); ++i) {
    REQUIRE((frames[i].pts - frames[i - 1].pts) == TimeDelta::Millis(20));
  }
  const std::size_t before = frames.size();

  REQUIRE(encoder->Encode(Block({48000, 2}, MediaTime::Millis(2500), 9600), frames));

  // 6.5 ms of lookahead: one more frame pushes the end of the first line out.
  REQUIRE(frames.size() > before + 1);
  CHECK(frames[before].pts == frames[before - 1].pts + TimeDelta::Millis(20));
  CHECK(frames[before + 1].pts == MediaTime::Micros(2'500'000 - 6'500));
}

TEST_CASE("A click after a gap and after a flush of Opus is still in sync") {
  auto encoder = Open();
  std::vector<EncodedFrame> frames;
  REQUIRE(encoder->Encode(Block({48000, 2}, MediaTime::Millis(100), 5000), frames));
  REQUIRE(encoder->Encode(Block({48000, 2}, MediaTime::Millis(700), 5000), frames));
  REQUIRE(encoder->Flush(frames));
  AudioBlock block = Block({48000, 2}, MediaTime::Millis(1000), 9600);
  for (std::size_t k = 0; k < 6; ++k) block.samples[2 * 4800 + k] = 0.9F;
  REQUIRE(encoder->Encode(block, frames));
  REQUIRE(encoder->Flush(frames));

  CHECK(LoudestAt(DecodeAll(encoder->track(), frames)) == Approx(1100).margin(1.0));
}

TEST_CASE("Sound up to its last sample leaves Opus with a flush") {
  auto encoder = Open();
  std::vector<EncodedFrame> frames;
  AudioBlock block = Block({48000, 2}, MediaTime::Millis(100), 960);
  for (std::size_t k = 2 * 950; k < 2 * 953; ++k) block.samples[k] = 0.9F;
  REQUIRE(encoder->Encode(block, frames));
  REQUIRE(encoder->Flush(frames));

  CHECK(LoudestAt(DecodeAll(encoder->track(), frames)) == Approx(119.8).margin(1.0));
}

TEST_CASE("A new rate of Opus holds from the next frames on") {
  auto encoder = Open();
  Rng rng(1);
  CHECK(BytesOfNoise(*encoder, rng, 0, 50) == Approx(240).epsilon(0.1));  // 96 kbit/s
  REQUIRE(encoder->Apply({DataRate::KilobitsPerSec(32), 0}));
  CHECK(BytesOfNoise(*encoder, rng, 1000, 50) == Approx(80).epsilon(0.25));
  REQUIRE(encoder->Apply({DataRate::KilobitsPerSec(128), 0}));
  CHECK(BytesOfNoise(*encoder, rng, 2000, 50) == Approx(320).epsilon(0.1));
}

TEST_CASE("A rate or loss out of range changes nothing and is named") {
  auto encoder = Open();
  const auto rate = encoder->Apply({DataRate::BitsPerSec(15'999), 0});
  REQUIRE_FALSE(rate);
  CHECK(rate.error().detail == "audio.rate");
  const auto loss = encoder->Apply({DataRate::KilobitsPerSec(32), 1.5});
  REQUIRE_FALSE(loss);
  CHECK(loss.error().detail == "audio.opus.expected_loss");
  Rng rng(1);
  CHECK(BytesOfNoise(*encoder, rng, 0, 50) == Approx(240).epsilon(0.1));
}

TEST_CASE("Silence sends next to nothing with DTX and pts go on behind it") {
  AudioConfig config = Config({48000, 1});
  config.opus.dtx = OpusDtx::kOn;
  config.rate = DataRate::KilobitsPerSec(24);
  auto encoder = Open(config);
  std::vector<EncodedFrame> frames;
  for (int i = 0; i < 100; ++i) {
    REQUIRE(encoder->Encode(Block({48000, 1}, MediaTime::Millis(20 * i), 960), frames));
  }
  CHECK(frames.size() < 30);

  frames.clear();
  for (int i = 100; i < 110; ++i) {
    REQUIRE(encoder->Encode(Sine({48000, 1}, MediaTime::Millis(20 * i), 960), frames));
  }
  REQUIRE(frames.size() >= 9);
  CHECK(frames.back().pts.us() == Approx(2'160'000).margin(100));
}

TEST_CASE("A packet of Opus always fits a datagram") {
  for (const std::int64_t span_ms : {20, 60}) {
    AudioConfig config = Config();
    config.rate = DataRate::KilobitsPerSec(320);
    config.opus.frame = TimeDelta::Millis(span_ms);
    auto encoder = Open(config);
    Rng rng(2);
    std::vector<EncodedFrame> frames;
    for (int i = 0; i < 30; ++i) {
      AudioBlock block = Block({48000, 2}, MediaTime::Millis(20 * i), 960);
      for (float& sample : block.samples) sample = static_cast<float>(rng.Fraction() - 0.5);
      REQUIRE(encoder->Encode(block, frames));
    }
    for (const auto& frame : frames) CHECK(frame.payload.size() <= kMaxOpusFrameBytes);
  }
}

TEST_CASE("Samples that are not numbers become silence in Opus too") {
  auto encoder = Open();
  std::vector<EncodedFrame> frames;
  AudioBlock bad =
      Block({48000, 2}, MediaTime::Zero(), 4800, std::numeric_limits<float>::quiet_NaN());
  bad.samples[7] = std::numeric_limits<float>::infinity();
  REQUIRE(encoder->Encode(bad, frames));
  REQUIRE(encoder->Encode(Sine({48000, 2}, MediaTime::Millis(100), 9600), frames));
  for (const auto& block : DecodeAll(encoder->track(), frames)) {
    for (const float sample : block.samples) REQUIRE(std::isfinite(sample));
  }
}

TEST_CASE("The encoder for a configuration is chosen by its codec") {
  AudioConfig aac;
  CHECK((*OpenAudioEncoder(aac))->track().codec == AudioCodec::kAac);
  const auto opus = OpenAudioEncoder(Config({48000, 1}));
  REQUIRE(opus);
  CHECK((*opus)->track().codec == AudioCodec::kOpus);
  const auto head = ParseOpusConfig((*opus)->track().config.view());
  REQUIRE(head);
  CHECK(head->channels == 1);
  CHECK(head->pre_skip == 312);
}

TEST_CASE("Wrong Opus configurations and blocks are refused") {
  CHECK(OpenOpusEncoder({}).error().code == ErrorCode::kCodecUnavailable);
  CHECK(OpenOpusEncoder(Config({44100, 2})).error().code == ErrorCode::kInvalidConfig);
  auto encoder = Open();
  std::vector<EncodedFrame> out;
  CHECK_FALSE(encoder->Encode(Block({48000, 3}, MediaTime::Zero(), 480), out));
  CHECK_FALSE(encoder->Encode(Block({8000, 1}, MediaTime::Zero(), 80'008), out));
  CHECK(encoder->Encode(Block({48000, 2}, MediaTime::Zero(), 0), out));
  CHECK(out.empty());
}

}  // namespace
}  // namespace onair::codec
