// SPDX-License-Identifier: Apache-2.0
#include "codec/encode/aac_encoder.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "codec/bitstream/aac_config.h"
#include "codec/decode/ffmpeg_audio_decoder.h"

namespace onair::codec {
namespace {

constexpr double kPi = 3.14159265358979;

std::unique_ptr<AudioEncoder> Open(AudioFormat format = {48000, 2}) {
  AudioConfig config;
  config.format = format;
  config.rate = DataRate::KilobitsPerSec(96);
  auto encoder = OpenAacEncoder(config);
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
  auto decoder = OpenFfmpegAudioDecoder();
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

TEST_CASE("An impulse comes back at its own pts within a millisecond") {
  struct Row {
    AudioFormat in, out;
  };
  for (const Row& row : {Row{{48000, 2}, {48000, 2}}, Row{{44100, 1}, {48000, 2}},
                         Row{{16000, 1}, {44100, 2}}, Row{{48000, 2}, {16000, 1}}}) {
    auto encoder = Open(row.out);
    std::vector<EncodedFrame> frames;
    // Starts at 5 s; blocks of 10 ms; the click is 523 ms in.
    const auto per_block = static_cast<std::size_t>(row.in.sample_rate / 100);
    for (int i = 0; i < 100; ++i) {
      AudioBlock block = Block(row.in, MediaTime::Millis(5000 + 10 * i), per_block);
      if (i == 52) {
        const std::size_t at = per_block * 3 / 10 * static_cast<std::size_t>(row.in.channels);
        // Three samples wide, so that resampling keeps it.
        for (std::size_t k = 0; k < 3 * static_cast<std::size_t>(row.in.channels); ++k) {
          block.samples[at + k] = 0.9F;
        }
      }
      REQUIRE(encoder->Encode(block, frames));
    }
    REQUIRE(encoder->Flush(frames));

    CAPTURE(row.in.sample_rate, row.out.sample_rate);
    CHECK(LoudestAt(DecodeAll(encoder->track(), frames)) == Approx(5523).margin(1.0));
  }
}

TEST_CASE("Frames follow each other without a gap whatever the block length") {
  for (const std::size_t length : {1UL, 160UL, 441UL, 480UL, 1024UL, 4800UL}) {
    auto encoder = Open({44100, 2});
    std::vector<EncodedFrame> frames;
    std::size_t sent = 0;
    while (sent < 44100) {
      const auto pts = MediaTime::Micros(static_cast<std::int64_t>(sent) * 1'000'000 / 44100);
      REQUIRE(encoder->Encode(Sine({44100, 2}, pts, length), frames));
      sent += length;
    }
    CAPTURE(length);
    REQUIRE(frames.size() >= 41);
    for (std::size_t i = 1; i < frames.size(); ++i) {
      CHECK((frames[i].pts - frames[i - 1].pts).us() == Approx(1024e6 / 44100).margin(1));
      CHECK(frames[i].kind == FrameKind::kAudio);
      CHECK(frames[i].dts == frames[i].pts);
    }
  }
}

TEST_CASE("The priming frame lies before the first sample and is left out before time zero") {
  auto late = Open();
  std::vector<EncodedFrame> frames;
  REQUIRE(late->Encode(Sine({48000, 2}, MediaTime::Millis(1000), 4800), frames));
  CHECK(frames.front().pts.us() == Approx(1'000'000 - 21'333).margin(1));

  auto zero = Open();
  frames.clear();
  REQUIRE(zero->Encode(Sine({48000, 2}, MediaTime::Zero(), 4800), frames));
  CHECK(frames.front().pts == MediaTime::Zero());
}

TEST_CASE("Jitter within 100 ms leaves the line alone, a longer gap restarts it") {
  auto encoder = Open();
  std::vector<EncodedFrame> frames;
  for (int i = 0; i < 50; ++i) {
    const int jitter_ms = i % 2 == 0 ? 40 : -40;
    REQUIRE(encoder->Encode(
        Block({48000, 2}, MediaTime::Millis(1000 + 20 * i + (i ? jitter_ms : 0)), 960), frames));
  }
  for (std::size_t i = 1; i < frames.size(); ++i) {
    REQUIRE((frames[i].pts - frames[i - 1].pts).us() == Approx(21'333).margin(1));
  }

  const MediaTime end = MediaTime::Millis(2000);
  REQUIRE(encoder->Encode(Block({48000, 2}, end + TimeDelta::Millis(500), 9600), frames));

  int gaps = 0;
  for (std::size_t i = 1; i < frames.size(); ++i) {
    const auto step = (frames[i].pts - frames[i - 1].pts).us();
    REQUIRE(step > 0);
    if (step < 22'000) continue;
    ++gaps;
    // The line resumes at its block's pts.
    CHECK(frames[i].pts.us() == Approx(2'500'000).margin(1));
  }
  CHECK(gaps == 1);
}

TEST_CASE("A click after a gap and after a flush is still in sync") {
  auto encoder = Open();
  std::vector<EncodedFrame> frames;
  REQUIRE(encoder->Encode(Block({48000, 2}, MediaTime::Millis(100), 5000), frames));
  REQUIRE(encoder->Encode(Block({48000, 2}, MediaTime::Millis(700), 5000), frames));
  REQUIRE(encoder->Flush(frames));
  AudioBlock block = Block({48000, 2}, MediaTime::Millis(1000), 9600);
  block.samples[2 * 4800] = block.samples[2 * 4800 + 1] = 0.9F;
  REQUIRE(encoder->Encode(block, frames));
  REQUIRE(encoder->Flush(frames));

  CHECK(LoudestAt(DecodeAll(encoder->track(), frames)) == Approx(1100).margin(1.0));
}

TEST_CASE("Rounding of block durations never adds up to a restart") {
  // One sample at 11025 Hz is 90.7 us: 0.7 us lost a block would be 100 ms after 140,000.
  auto encoder = Open({16000, 1});
  std::vector<EncodedFrame> frames;
  for (std::int64_t sent = 0; sent < 160'000; ++sent) {
    const auto pts = MediaTime::Micros(sent * 1'000'000 / 11025);
    REQUIRE(encoder->Encode(Block({11025, 1}, pts, 1), frames));
  }
  for (std::size_t i = 1; i < frames.size(); ++i) {
    REQUIRE((frames[i].pts - frames[i - 1].pts).us() == Approx(64'000).margin(1));
  }
  CHECK(frames.back().pts.ms() == Approx(160'000 * 1000 / 11025).margin(300));
}

TEST_CASE("The format of blocks may change in mid-stream") {
  auto encoder = Open();
  std::vector<EncodedFrame> frames;
  MediaTime pts = MediaTime::Millis(1000);
  for (const AudioFormat format : {AudioFormat{48000, 2}, AudioFormat{44100, 1},
                                   AudioFormat{8000, 1}, AudioFormat{96000, 2}}) {
    for (int i = 0; i < 20; ++i) {
      REQUIRE(encoder->Encode(Sine(format, pts, static_cast<std::size_t>(format.sample_rate / 50)),
                              frames));
      pts += TimeDelta::Millis(20);
    }
  }
  REQUIRE(encoder->Flush(frames));
  for (std::size_t i = 1; i < frames.size(); ++i) {
    REQUIRE((frames[i].pts - frames[i - 1].pts).us() == Approx(21'333).margin(1));
  }
  CHECK(frames.back().pts.ms() == Approx(2600).margin(45));
}

TEST_CASE("Sound survives: a sine comes back with its level") {
  auto encoder = Open();
  std::vector<EncodedFrame> frames;
  for (int i = 0; i < 100; ++i) {
    REQUIRE(encoder->Encode(Sine({48000, 2}, MediaTime::Millis(10 * i), 480), frames));
  }
  const auto blocks = DecodeAll(encoder->track(), frames);
  double sum = 0;
  std::size_t count = 0;
  for (const auto& block : blocks) {
    if (block.pts < MediaTime::Millis(200)) continue;
    for (const float sample : block.samples) sum += sample * sample;
    count += block.samples.size();
  }
  REQUIRE(count > 0);
  CHECK(std::sqrt(sum / static_cast<double>(count)) == Approx(0.4 / std::sqrt(2.0)).epsilon(0.05));
}

TEST_CASE("Samples that are not numbers become silence and disturb nothing after") {
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

TEST_CASE("Blocks that are no sound are refused and the line goes on") {
  auto encoder = Open();
  std::vector<EncodedFrame> out;
  CHECK(encoder->Encode(Block({48000, 3}, MediaTime::Zero(), 480), out).error().code ==
        ErrorCode::kEncodeFailed);
  CHECK_FALSE(encoder->Encode(Block({0, 2}, MediaTime::Zero(), 480), out));
  CHECK_FALSE(encoder->Encode(Block({8000, 1}, MediaTime::Zero(), 80'008), out));
  CHECK(encoder->Encode(Block({48000, 2}, MediaTime::Zero(), 0), out));
  CHECK(encoder->Encode(Block({48000, 2}, MediaTime::Zero(), 4800), out));
  CHECK_FALSE(out.empty());
}

TEST_CASE("The track is AAC-LC of the configured format") {
  const auto encoder = Open({44100, 1});
  const auto config = ParseAacConfig(encoder->track().config.view());
  REQUIRE(config);
  CHECK(config->object_type == 2);
  CHECK(config->output == AudioFormat{44100, 1});
}

TEST_CASE("Wrong audio configurations are refused at opening") {
  AudioConfig opus;
  opus.codec = AudioCodec::kOpus;
  CHECK(OpenAacEncoder(opus).error().code == ErrorCode::kCodecUnavailable);
  AudioConfig rate;
  rate.format.sample_rate = 12345;
  CHECK(OpenAacEncoder(rate).error().code == ErrorCode::kInvalidConfig);
}

}  // namespace
}  // namespace onair::codec
