// SPDX-License-Identifier: Apache-2.0
#include "codec/bitstream/opus_config.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "core/base/byte_writer.h"

namespace onair::codec {
namespace {

constexpr std::string_view kMagic = "OpusHead";
constexpr std::size_t kHeadBytes = 19;

int U16Little(ByteView bytes, std::size_t at) {
  return bytes[at] | bytes[at + 1] << 8;
}

ByteWriter& U16Little(ByteWriter& out, int value) {
  return out.U8(static_cast<std::uint8_t>(value & 0xff))
      .U8(static_cast<std::uint8_t>(value >> 8 & 0xff));
}

// RFC 6716 table 2: microseconds of one frame by the config field.
TimeDelta FrameSpan(int config) {
  if (config < 12) {  // SILK
    constexpr std::array<int, 4> kSilk = {10'000, 20'000, 40'000, 60'000};
    return TimeDelta::Micros(kSilk[static_cast<std::size_t>(config % 4)]);
  }
  if (config < 16) return TimeDelta::Millis(config % 2 == 0 ? 10 : 20);  // Hybrid
  return TimeDelta::Micros(2'500 << (config % 4));                       // CELT
}

}  // namespace

Result<OpusConfig> ParseOpusConfig(ByteView head) {
  if (head.size() < kHeadBytes || !std::equal(kMagic.begin(), kMagic.end(), head.begin())) {
    return Fail(ErrorCode::kBitstream, "not an OpusHead");
  }
  if ((head[8] & 0xf0) != 0) return Fail(ErrorCode::kBitstream, "OpusHead version");
  if (head[18] != 0) return Fail(ErrorCode::kUnsupported, "Opus channel mapping");
  if (head[9] < 1 || head[9] > 2) return Fail(ErrorCode::kUnsupported, "Opus channels");
  OpusConfig config;
  config.channels = head[9];
  config.pre_skip = U16Little(head, 10);
  // A player does not need it; a value past int's range is as good as unknown.
  const auto rate = static_cast<std::uint32_t>(U16Little(head, 12)) |
                    static_cast<std::uint32_t>(U16Little(head, 14)) << 16;
  config.input_rate = rate <= 0x7fff'ffff ? static_cast<int>(rate) : 0;
  config.gain_q8 = static_cast<std::int16_t>(U16Little(head, 16));
  return config;
}

Bytes MakeOpusConfig(const OpusConfig& config) {
  ByteWriter out;
  out.Text(kMagic).U8(1).U8(static_cast<std::uint8_t>(config.channels));
  U16Little(out, config.pre_skip).U32Little(static_cast<std::uint32_t>(config.input_rate));
  U16Little(out, config.gain_q8).U8(0);
  return out.Take();
}

Result<AudioTrack> TrackFromOpusConfig(Buffer head) {
  const auto config = ParseOpusConfig(head.view());
  if (!config) return Forward(config);
  return AudioTrack{AudioCodec::kOpus, {kOpusRate, config->channels}, std::move(head)};
}

Result<TimeDelta> OpusPacketSpan(ByteView packet) {
  if (packet.empty()) return Fail(ErrorCode::kBitstream, "empty Opus packet");
  const int code = packet[0] & 3;
  int frames = code == 0 ? 1 : 2;
  if (code == 3) {
    if (packet.size() < 2) return Fail(ErrorCode::kBitstream, "Opus packet without its count");
    frames = packet[1] & 0x3f;
  }
  const TimeDelta span = FrameSpan(packet[0] >> 3) * frames;
  if (span <= TimeDelta::Zero() || span > kMaxOpusPacketSpan) {
    return Fail(ErrorCode::kBitstream, "span of an Opus packet");
  }
  return span;
}

}  // namespace onair::codec
