// SPDX-License-Identifier: Apache-2.0
#include "core/twin/fake_audio.h"

#include <algorithm>

#include "core/base/byte_writer.h"

namespace onair::twin {
namespace {

constexpr std::int64_t kAacSamples = 1024;  // ISO/IEC 14496-3, AAC-LC.
constexpr std::int64_t kOpusSamples = 960;
constexpr std::int64_t kSampleRate = 48000;

// ISO/IEC 14496-3 section 1.6.2.1: object type 2 (LC), frequency index 3, two channels.
Buffer StereoLcConfig() {
  return Buffer::Own({0x11, 0x90});
}

// RFC 6716 section 3.1: CELT, full band, 20 ms, stereo, one frame.
constexpr std::uint8_t kOpusToc = 31 << 3 | 1 << 2;

AudioTrack TrackOf(AudioCodec codec) {
  const bool is_aac = codec == AudioCodec::kAac;
  return {codec, {static_cast<int>(kSampleRate), 2}, is_aac ? StereoLcConfig() : Buffer()};
}

}  // namespace

FakeAudio::FakeAudio(DataRate rate, Rng rng, AudioCodec codec)
    : rate_(rate), rng_(rng), track_(TrackOf(codec)) {}

std::int64_t FakeAudio::samples() const {
  return is_opus() ? kOpusSamples : kAacSamples;
}

MediaTime FakeAudio::next_pts() const {
  return MediaTime::Micros((number_ + skipped_) * samples() * 1'000'000 / kSampleRate);
}

void FakeAudio::SkipTo(MediaTime at) {
  while (next_pts() < at) ++skipped_;
}

EncodedFrame FakeAudio::Next(Timestamp captured_at) {
  const MediaTime pts = next_pts();
  const DataSize mean = rate_ * TimeDelta::Micros(samples() * 1'000'000 / kSampleRate);
  const auto size =
      static_cast<std::size_t>(static_cast<double>(mean.bytes()) * (0.9 + 0.2 * rng_.Fraction()));
  ByteWriter writer;
  if (is_opus()) writer.U8(kOpusToc);
  writer.U64(static_cast<std::uint64_t>(number_++));
  Bytes payload = writer.Take();
  payload.resize(std::max(payload.size(), size), 0x21);
  return {Buffer::Own(std::move(payload)), FrameKind::kAudio, pts, pts, captured_at};
}

}  // namespace onair::twin
