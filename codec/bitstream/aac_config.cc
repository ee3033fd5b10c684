// SPDX-License-Identifier: Apache-2.0
#include "codec/bitstream/aac_config.h"

#include <algorithm>
#include <array>
#include <utility>

#include "codec/bitstream/bit_reader.h"
#include "codec/bitstream/bit_writer.h"

namespace onair::codec {
namespace {

constexpr int kLowComplexity = 2;  // Audio object types: ISO/IEC 14496-3 table 1.17.
constexpr int kSbr = 5;
constexpr int kPs = 29;
constexpr std::uint32_t kSyncExtension = 0x2b7;
constexpr std::uint32_t kPsExtension = 0x548;

// ISO/IEC 14496-3 table 1.18.
constexpr std::array<int, 13> kRates = {96000, 88200, 64000, 48000, 44100, 32000, 24000,
                                        22050, 16000, 12000, 11025, 8000,  7350};
// ISO/IEC 14496-3 table 1.19; 0 where reserved or given elsewhere.
constexpr std::array<int, 16> kChannels = {0, 1, 2, 3, 4, 5, 6, 8, 0, 0, 0, 7, 8, 0, 8, 0};

// Main, LC, SSR, LTP, scalable and their error-resilient forms share GASpecificConfig.
bool IsGeneralAudio(int type) {
  return (type >= 1 && type <= 4) || type == 6 || type == 7 || type == 17 || type == 19 ||
         type == 20 || type == 23;
}

int ReadObjectType(BitReader& bits) {
  const auto type = static_cast<int>(bits.Bits(5));
  return type == 31 ? 32 + static_cast<int>(bits.Bits(6)) : type;
}

int ReadRate(BitReader& bits) {
  const std::uint32_t index = bits.Bits(4);
  if (index == 15) return static_cast<int>(bits.Bits(24));
  return index < kRates.size() ? kRates[index] : 0;
}

bool IsRate(int rate) {
  return rate >= 7350 && rate <= 96000;
}

// Backward compatible signalling: behind the core's own config, where older decoders stop.
void ReadSyncExtension(BitReader& bits, AacConfig& config) {
  if (bits.remaining() < 16 || bits.Bits(11) != kSyncExtension) return;
  if (ReadObjectType(bits) != kSbr || !bits.Flag()) return;
  const int rate = ReadRate(bits);
  if (!bits.ok() || !IsRate(rate)) return;
  config.sbr = SbrSignal::kSbr;
  config.output.sample_rate = rate;
  if (bits.remaining() >= 12 && bits.Bits(11) == kPsExtension && bits.Flag()) {
    config.sbr = SbrSignal::kSbrAndPs;
  }
}

Result<std::uint32_t> RateIndex(int rate) {
  const auto found = std::find(kRates.begin(), kRates.end(), rate);
  if (found == kRates.end()) {
    return Fail(ErrorCode::kInvalidConfig, "sample rate " + std::to_string(rate));
  }
  return static_cast<std::uint32_t>(found - kRates.begin());
}

}  // namespace

Result<AacConfig> ParseAacConfig(ByteView bytes) {
  BitReader bits(bytes);
  AacConfig config;
  config.object_type = ReadObjectType(bits);
  config.core.sample_rate = ReadRate(bits);
  const std::uint32_t channels = bits.Bits(4);
  config.output.sample_rate = config.core.sample_rate;
  if (config.object_type == kSbr || config.object_type == kPs) {
    config.sbr = config.object_type == kPs ? SbrSignal::kSbrAndPs : SbrSignal::kSbr;
    config.output.sample_rate = ReadRate(bits);
    config.object_type = ReadObjectType(bits);
  }
  if (!bits.ok()) return Fail(ErrorCode::kBitstream, "AudioSpecificConfig is cut short");
  if (!IsGeneralAudio(config.object_type)) {
    return Fail(ErrorCode::kUnsupported, "audio object type " + std::to_string(config.object_type));
  }
  const bool is_short_frame = bits.Flag();
  if (bits.Flag()) bits.Skip(14);  // coreCoderDelay
  bits.Skip(1);                    // extensionFlag
  if (!bits.ok()) return Fail(ErrorCode::kBitstream, "AudioSpecificConfig is cut short");
  if (channels == 0) return Fail(ErrorCode::kUnsupported, "program config element");
  config.frame_samples = is_short_frame ? 960 : 1024;
  config.core.channels = kChannels[channels];
  if (!IsRate(config.core.sample_rate) || !IsRate(config.output.sample_rate) ||
      config.core.channels == 0) {
    return Fail(ErrorCode::kBitstream, "AudioSpecificConfig has a reserved value");
  }
  if (config.sbr == SbrSignal::kNone) ReadSyncExtension(bits, config);
  config.output.channels = config.sbr == SbrSignal::kSbrAndPs ? 2 : config.core.channels;
  return config;
}

Result<Bytes> MakeAacConfig(AudioFormat format) {
  const auto index = RateIndex(format.sample_rate);
  if (!index) return Forward(index);
  if (format.channels < 1 || format.channels > 2) {
    return Fail(ErrorCode::kInvalidConfig, "channels " + std::to_string(format.channels));
  }
  BitWriter bits;
  bits.Bits(kLowComplexity, 5).Bits(*index, 4);
  bits.Bits(static_cast<std::uint32_t>(format.channels), 4).Bits(0, 3);
  return bits.Take();
}

Result<AudioTrack> TrackFromAacConfig(Buffer config) {
  const auto parsed = ParseAacConfig(config.view());
  if (!parsed) return Forward(parsed);
  const AudioFormat format{parsed->output.sample_rate, std::min(parsed->output.channels, 2)};
  return AudioTrack{AudioCodec::kAac, format, std::move(config)};
}

// sync fff (12) | id layer no_crc (4) | profile (2) rate (4) private (1) channels (3) | flags (4)
// frame_length (13) | buffer_fullness (11) | raw blocks - 1 (2) | [crc (16)] | payload
Result<AdtsFrame> ParseAdts(ByteView bytes) {
  BitReader bits(bytes.first(std::min<std::size_t>(bytes.size(), 7)));
  if (bits.Bits(12) != 0xfff) return Fail(ErrorCode::kBitstream, "no ADTS syncword");
  bits.Skip(3);
  const bool has_crc = !bits.Flag();
  AdtsFrame frame;
  frame.config.object_type = static_cast<int>(bits.Bits(2)) + 1;
  const std::uint32_t rate = bits.Bits(4);
  bits.Skip(1);
  const std::uint32_t channels = bits.Bits(3);
  bits.Skip(4);
  frame.frame_bytes = bits.Bits(13);
  bits.Skip(11);
  const std::uint32_t more_blocks = bits.Bits(2);
  const std::size_t header = has_crc ? 9 : 7;
  if (!bits.ok() || frame.frame_bytes > bytes.size() || frame.frame_bytes <= header) {
    return Fail(ErrorCode::kBitstream, "ADTS frame is cut short");
  }
  if (rate >= kRates.size() || kChannels[channels] == 0) {
    return Fail(ErrorCode::kBitstream, "ADTS has a reserved value");
  }
  if (more_blocks != 0) return Fail(ErrorCode::kUnsupported, "several blocks in an ADTS frame");
  frame.config.core = {kRates[rate], kChannels[channels]};
  frame.config.output = frame.config.core;
  frame.payload = bytes.subspan(header, frame.frame_bytes - header);
  return frame;
}

Result<Bytes> ConfigFromAdts(const AdtsFrame& frame) {
  const auto index = RateIndex(frame.config.core.sample_rate);
  if (!index) return Forward(index);
  const auto channels =
      std::find(kChannels.begin(), kChannels.begin() + 8, frame.config.core.channels);
  if (channels == kChannels.begin() + 8) {
    return Fail(ErrorCode::kInvalidConfig, "channels");
  }
  BitWriter bits;
  bits.Bits(static_cast<std::uint32_t>(frame.config.object_type), 5).Bits(*index, 4);
  bits.Bits(static_cast<std::uint32_t>(channels - kChannels.begin()), 4).Bits(0, 3);
  return bits.Take();
}

}  // namespace onair::codec
