// SPDX-License-Identifier: Apache-2.0
#include "codec/decode/audio_decoder.h"

#include <catch2/catch.hpp>

#include "codec/encode/audio_encoder.h"

namespace onair::codec {
namespace {

struct Sound {
  AudioTrack track;
  std::vector<EncodedFrame> frames;
};

Sound MakeSound(AudioCodec codec) {
  AudioConfig config;
  config.codec = codec;
  auto encoder = *OpenAudioEncoder(config);
  Sound sound{encoder->track(), {}};
  AudioBlock block{config.format, std::vector<float>(2 * 9600, 0.1F), MediaTime::Millis(500),
                   Timestamp::Zero()};
  REQUIRE(encoder->Encode(block, sound.frames));
  return sound;
}

TEST_CASE("One decoder serves AAC and Opus tracks in turn") {
  auto decoder = *OpenAudioDecoder();
  for (const AudioCodec codec : {AudioCodec::kAac, AudioCodec::kOpus, AudioCodec::kAac}) {
    const Sound sound = MakeSound(codec);
    REQUIRE(decoder->Configure(sound.track));
    std::vector<AudioBlock> out;
    for (const auto& frame : sound.frames) REQUIRE(decoder->Decode(frame, out));
    CHECK(out.size() == sound.frames.size());
  }
}

TEST_CASE("A lost frame is made up for Opus and left out for AAC") {
  auto decoder = *OpenAudioDecoder();
  const LostAudio lost{MediaTime::Millis(900), TimeDelta::Millis(20), nullptr, Timestamp::Zero()};
  std::vector<AudioBlock> out;
  REQUIRE(decoder->Configure(MakeSound(AudioCodec::kAac).track));
  CHECK(decoder->Conceal(lost, out));
  CHECK(out.empty());
  REQUIRE(decoder->Configure(MakeSound(AudioCodec::kOpus).track));
  CHECK(decoder->Conceal(lost, out));
  CHECK(out.size() == 1);
}

TEST_CASE("A track that cannot be decoded leaves the present one going") {
  auto decoder = *OpenAudioDecoder();
  const Sound sound = MakeSound(AudioCodec::kAac);
  REQUIRE(decoder->Configure(sound.track));
  const AudioTrack bad{AudioCodec::kOpus, {48000, 2}, Buffer::Own(Bytes{1})};
  CHECK(decoder->Configure(bad).error().code == ErrorCode::kCodecOpen);
  std::vector<AudioBlock> out;
  CHECK(decoder->Decode(sound.frames[0], out));
}

}  // namespace
}  // namespace onair::codec
