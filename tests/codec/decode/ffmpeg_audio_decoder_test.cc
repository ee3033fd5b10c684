// SPDX-License-Identifier: Apache-2.0
#include "codec/decode/ffmpeg_audio_decoder.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "codec/encode/aac_encoder.h"
#include "core/base/rng.h"

namespace onair::codec {
namespace {

struct Sound {
  AudioTrack track;
  std::vector<EncodedFrame> frames;
};

Sound MakeSound(AudioFormat format, int blocks = 50) {
  AudioConfig config;
  config.format = format;
  config.rate = DataRate::KilobitsPerSec(format.channels * 80);
  auto encoder = *OpenAacEncoder(config);
  Sound sound{encoder->track(), {}};
  const int length = format.sample_rate / 50;
  for (int i = 0; i < blocks; ++i) {
    AudioBlock block{format, {}, MediaTime::Millis(20 * i), Timestamp::Micros(20'000 * i)};
    for (int k = 0; k < length; ++k) {
      for (int c = 0; c < format.channels; ++c) {
        const double hz = c == 0 ? 440 : 660;
        const double t = static_cast<double>(i * length + k) / format.sample_rate;
        block.samples.push_back(static_cast<float>(0.3 * std::sin(6.2831853 * hz * t)));
      }
    }
    REQUIRE(encoder->Encode(block, sound.frames));
  }
  return sound;
}

std::unique_ptr<AudioDecoder> Open() {
  auto decoder = OpenFfmpegAudioDecoder();
  REQUIRE(decoder);
  return std::move(*decoder);
}

TEST_CASE("Each AAC frame gives one block at its pts in the stream's format") {
  for (const AudioFormat format :
       {AudioFormat{48000, 2}, AudioFormat{44100, 1}, AudioFormat{16000, 1}}) {
    const Sound sound = MakeSound(format);
    auto decoder = Open();
    REQUIRE(decoder->Configure(sound.track));
    for (const auto& frame : sound.frames) {
      std::vector<AudioBlock> out;
      REQUIRE(decoder->Decode(frame, out));
      REQUIRE(out.size() == 1);
      CHECK(out[0].pts == frame.pts);
      CHECK(out[0].captured_at == frame.captured_at);
      CHECK(out[0].format == format);
      CHECK(out[0].frames() == 1024);
    }
  }
}

TEST_CASE("Left and right stay apart") {
  const Sound sound = MakeSound({48000, 2});
  auto decoder = Open();
  REQUIRE(decoder->Configure(sound.track));
  std::vector<AudioBlock> out;
  for (const auto& frame : sound.frames) REQUIRE(decoder->Decode(frame, out));
  double error[2] = {0, 0};
  std::size_t count = 0;
  for (const auto& block : out) {
    if (block.pts < MediaTime::Millis(200) || block.pts > MediaTime::Millis(800)) continue;
    for (std::size_t i = 0; i < block.frames(); ++i, ++count) {
      const double t = static_cast<double>(block.pts.us()) / 1e6 + static_cast<double>(i) / 48000;
      for (int c = 0; c < 2; ++c) {
        const double expected = 0.3 * std::sin(6.2831853 * (c == 0 ? 440 : 660) * t);
        error[c] += std::pow(block.samples[2 * i + static_cast<std::size_t>(c)] - expected, 2);
      }
    }
  }
  REQUIRE(count > 10'000);
  CHECK(std::sqrt(error[0] / static_cast<double>(count)) < 0.02);
  CHECK(std::sqrt(error[1] / static_cast<double>(count)) < 0.02);
}

TEST_CASE("Damaged sound is refused or played and never crashes, the next frame decodes") {
  const Sound sound = MakeSound({48000, 2});
  Rng rng(4);
  auto decoder = Open();
  REQUIRE(decoder->Configure(sound.track));
  for (int round = 0; round < 20; ++round) {
    for (const auto& frame : sound.frames) {
      EncodedFrame bad = frame;
      Bytes bytes(frame.payload.view().begin(), frame.payload.view().end());
      bytes[rng.Below(bytes.size())] ^= static_cast<std::uint8_t>(1U << rng.Below(8));
      if (rng.Below(3) == 0) bytes.resize(rng.Below(bytes.size()));
      bad.payload = Buffer::Own(std::move(bytes));
      std::vector<AudioBlock> out;
      static_cast<void>(decoder->Decode(bad, out));
      for (const auto& block : out) {
        CHECK(block.format.channels <= 2);
        CHECK(block.samples.size() == block.frames() * block.format.channels);
      }
    }
  }
  decoder->Reset();
  std::vector<AudioBlock> out;
  REQUIRE(decoder->Configure(sound.track));
  REQUIRE(decoder->Decode(sound.frames[3], out));
  CHECK(out.size() == 1);
}

TEST_CASE("Sound without configuration, of wrong size or codec is refused") {
  const Sound sound = MakeSound({48000, 2}, 5);
  auto decoder = Open();
  std::vector<AudioBlock> out;
  CHECK(decoder->Decode(sound.frames[0], out).error().detail == "no configuration yet");

  AudioTrack opus = sound.track;
  opus.codec = AudioCodec::kOpus;
  CHECK(decoder->Configure(opus).error().code == ErrorCode::kCodecUnavailable);
  AudioTrack broken = sound.track;
  broken.config = Buffer::Own({0x12});
  CHECK(decoder->Configure(broken).error().code == ErrorCode::kCodecOpen);

  REQUIRE(decoder->Configure(sound.track));
  EncodedFrame frame = sound.frames[0];
  frame.payload = Buffer();
  CHECK(decoder->Decode(frame, out).error().code == ErrorCode::kDecodeFailed);
  frame.payload = Buffer::Own(Bytes(20'000, 7));
  CHECK(decoder->Decode(frame, out).error().code == ErrorCode::kDecodeFailed);
  CHECK(out.empty());
}

TEST_CASE("The present configuration again does not touch the sound") {
  const Sound sound = MakeSound({48000, 2});
  auto steady = Open();
  auto again = Open();
  REQUIRE(steady->Configure(sound.track));
  REQUIRE(again->Configure(sound.track));
  std::vector<AudioBlock> wanted;
  std::vector<AudioBlock> got;
  for (const auto& frame : sound.frames) {
    REQUIRE(steady->Decode(frame, wanted));
    REQUIRE(again->Configure(sound.track));
    REQUIRE(again->Decode(frame, got));
  }
  REQUIRE(got.size() == wanted.size());
  for (std::size_t i = 0; i < got.size(); ++i) CHECK(got[i].samples == wanted[i].samples);
}

TEST_CASE("A new configuration changes the format of the blocks") {
  auto decoder = Open();
  for (const AudioFormat format : {AudioFormat{48000, 2}, AudioFormat{22050, 1}}) {
    const Sound sound = MakeSound(format);
    REQUIRE(decoder->Configure(sound.track));
    std::vector<AudioBlock> out;
    REQUIRE(decoder->Decode(sound.frames[0], out));
    CHECK(out[0].format == format);
  }
}

}  // namespace
}  // namespace onair::codec
