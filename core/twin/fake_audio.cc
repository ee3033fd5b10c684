// SPDX-License-Identifier: Apache-2.0
#include "core/twin/fake_audio.h"

#include <algorithm>

#include "core/base/byte_writer.h"

namespace onair::twin {
namespace {

constexpr std::int64_t kSamplesPerFrame = 1024;  // ISO/IEC 14496-3, AAC-LC.
constexpr std::int64_t kSampleRate = 48000;

// ISO/IEC 14496-3 section 1.6.2.1: object type 2 (LC), frequency index 3, two channels.
Buffer StereoLcConfig() {
  return Buffer::Own({0x11, 0x90});
}

}  // namespace

FakeAudio::FakeAudio(DataRate rate, Rng rng)
    : rate_(rate),
      rng_(rng),
      track_{AudioCodec::kAac, {static_cast<int>(kSampleRate), 2}, StereoLcConfig()} {}

MediaTime FakeAudio::next_pts() const {
  return MediaTime::Micros((number_ + skipped_) * kSamplesPerFrame * 1'000'000 / kSampleRate);
}

void FakeAudio::SkipTo(MediaTime at) {
  while (next_pts() < at) ++skipped_;
}

EncodedFrame FakeAudio::Next(Timestamp captured_at) {
  const MediaTime pts = next_pts();
  const DataSize mean = rate_ * TimeDelta::Micros(kSamplesPerFrame * 1'000'000 / kSampleRate);
  const auto size =
      static_cast<std::size_t>(static_cast<double>(mean.bytes()) * (0.9 + 0.2 * rng_.Fraction()));
  ByteWriter writer;
  writer.U64(static_cast<std::uint64_t>(number_++));
  Bytes payload = writer.Take();
  payload.resize(std::max(payload.size(), size), 0x21);
  return {Buffer::Own(std::move(payload)), FrameKind::kAudio, pts, pts, captured_at};
}

}  // namespace onair::twin
