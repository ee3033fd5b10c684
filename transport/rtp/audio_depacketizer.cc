// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/audio_depacketizer.h"

#include <utility>

#include "codec/bitstream/aac_config.h"
#include "codec/bitstream/opus_config.h"
#include "transport/rtp/red.h"

namespace onair::rtp {
namespace {

LatmConfigPlace PlaceOf(AudioPacking packing) {
  return packing == AudioPacking::kLatmInSdp ? LatmConfigPlace::kInSdp : LatmConfigPlace::kInBand;
}

bool IsOpus(AudioPacking packing) {
  return packing == AudioPacking::kOpus || packing == AudioPacking::kRedOpus;
}

}  // namespace

AudioDepacketizer::AudioDepacketizer(AudioPacking packing, int clock_rate, int channels,
                                     MediaTime origin)
    : packing_(packing), clock_(clock_rate, origin), latm_(PlaceOf(packing)) {
  if (!IsOpus(packing)) return;
  track_ = AudioTrack{AudioCodec::kOpus,
                      {codec::kOpusRate, channels},
                      Buffer::Own(codec::MakeOpusConfig({.channels = channels}))};
}

void AudioDepacketizer::SetOpusPacking(AudioPacking packing) {
  if (IsOpus(packing_) && IsOpus(packing)) packing_ = packing;
}

Status AudioDepacketizer::ConfigureLatm(ByteView stream_mux_config) {
  if (auto configured = latm_.Configure(stream_mux_config); !configured) return configured;
  track_ = latm_.track();
  return {};
}

void AudioDepacketizer::HandlePacket(const MediaPacket& packet, Timestamp now,
                                     std::vector<EncodedFrame>& out) {
  if (packet.payload.empty()) return;  // Padding.
  const std::size_t before = out.size();
  switch (packing_) {
    case AudioPacking::kOpus:
      Opus(packet.payload, packet.timestamp, now, out);
      break;
    case AudioPacking::kRedOpus:
      Red(packet, now, out);
      break;
    case AudioPacking::kLatmInBand:
    case AudioPacking::kLatmInSdp:
      Latm(packet, now, out);
      break;
    case AudioPacking::kAdts:
      Adts(packet, now, out);
      break;
  }
  stats_.frames += static_cast<std::int64_t>(out.size() - before);
}

void AudioDepacketizer::Opus(ByteView bytes, std::uint32_t timestamp, Timestamp now,
                             std::vector<EncodedFrame>& out) {
  const auto span = codec::OpusPacketSpan(bytes);
  if (!span) {
    ++stats_.malformed;
    return;
  }
  const MediaTime pts = clock_.MediaTimeOf(timestamp);
  out.push_back(
      {Buffer::Own(Bytes(bytes.begin(), bytes.end())), FrameKind::kAudio, pts, pts, now, *span});
}

void AudioDepacketizer::Red(const MediaPacket& packet, Timestamp now,
                            std::vector<EncodedFrame>& out) {
  RedReader blocks(packet.payload, packet.timestamp);
  if (!blocks.ok()) ++stats_.malformed;
  while (const auto block = blocks.Next()) {
    if (block->bytes.empty()) continue;
    if (!block->is_own) ++stats_.repeated;
    Opus(block->bytes, block->timestamp, now, out);
  }
}

// RFC 6416 section 6.3: the marker ends an element, all its packets carry the same timestamp.
void AudioDepacketizer::Latm(const MediaPacket& packet, Timestamp now,
                             std::vector<EncodedFrame>& out) {
  if (element_next_ != packet.sequence) element_.clear();
  element_.insert(element_.end(), packet.payload.begin(), packet.payload.end());
  element_next_ = packet.sequence + 1;
  if (element_.size() > kMaxAacBytes) {
    ++stats_.malformed;
    element_.clear();
    return;
  }
  if (packet.marker == Marker::kClear) return;
  if (!latm_.Read(element_, units_)) ++stats_.malformed;
  element_.clear();
  track_ = latm_.track();
  GiveUnits(clock_.MediaTimeOf(packet.timestamp), now, out);
}

void AudioDepacketizer::Adts(const MediaPacket& packet, Timestamp now,
                             std::vector<EncodedFrame>& out) {
  auto track = ReadAdts(packet.payload, units_);
  if (!track) {
    units_.clear();
    ++stats_.malformed;
    return;
  }
  track_ = std::move(*track);
  GiveUnits(clock_.MediaTimeOf(packet.timestamp), now, out);
}

// The timestamp is that of the first unit; the others follow on.
void AudioDepacketizer::GiveUnits(MediaTime pts, Timestamp now, std::vector<EncodedFrame>& out) {
  const auto config = track_ ? codec::ParseAacConfig(track_->config.view())
                             : Result<codec::AacConfig>(Fail(ErrorCode::kInvalidState, ""));
  for (std::size_t i = 0; config && i < units_.size(); ++i) {
    const auto after = [&config](std::size_t units) {
      const auto samples = static_cast<std::int64_t>(units) * config->frame_samples;
      return TimeDelta::Micros(samples * 1'000'000 / config->core.sample_rate);
    };
    const MediaTime at = pts + after(i);
    out.push_back({Buffer::Own(std::move(units_[i])), FrameKind::kAudio, at, at, now, after(1)});
  }
  units_.clear();
}

}  // namespace onair::rtp
