// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/aac_payload.h"

#include <algorithm>
#include <utility>

#include "codec/bitstream/aac_config.h"
#include "codec/bitstream/bit_reader.h"
#include "codec/bitstream/bit_writer.h"

namespace onair::rtp {
namespace {

using codec::BitReader;
using codec::BitWriter;

constexpr std::uint32_t kEscape = 31;        // Of an audio object type.
constexpr std::uint32_t kExplicitRate = 15;  // samplingFrequencyIndex: 24 bits follow.

tl::unexpected<Error> Unsupported(const char* what) {
  return Fail(ErrorCode::kUnsupported, what);
}
tl::unexpected<Error> CutShort() {
  return Fail(ErrorCode::kBitstream, "LATM is cut short");
}

// Reads fields and writes them again: the config stands at any bit, its copy at a byte.
class Copier {
 public:
  explicit Copier(BitReader& from) : from_(from) {}

  std::uint32_t Bits(int count) {
    const std::uint32_t value = from_.Bits(count);
    to_.Bits(value, count);
    return value;
  }
  std::uint32_t ObjectType() {
    const std::uint32_t type = Bits(5);
    return type == kEscape ? 32 + Bits(6) : type;
  }
  void Rate() {
    if (Bits(4) == kExplicitRate) Bits(24);
  }
  Bytes Take() { return to_.Take(); }

 private:
  BitReader& from_;
  BitWriter to_;
};

bool IsSbr(std::uint32_t type) {
  return type == 5 || type == 29;
}

// Section 1.6.5.2: SBR and PS told behind the config of AAC-LC, here without a length around it.
// What would stand there otherwise is a frameLengthType, and these first bits are none.
void CopyExtension(BitReader& bits, Copier& copy) {
  constexpr std::uint32_t kSync = 0x2b7;
  constexpr std::uint32_t kSyncOfPs = 0x548;
  constexpr std::uint32_t kSbrType = 5;
  BitReader ahead = bits;
  if (ahead.Bits(11) != kSync || ahead.Bits(5) != kSbrType) return;
  if (!ahead.Flag()) return bits.Skip(17);  // Told that there is none.
  copy.Bits(17);
  copy.Rate();
  ahead = bits;
  if (ahead.Bits(11) == kSyncOfPs) copy.Bits(12);
}

// ISO/IEC 14496-3 section 1.6.2.1 for AAC Main, LC, SSR and LTP, SBR and PS; the config's length
// follows from its fields only.
Result<Bytes> CopyAudioConfig(BitReader& bits) {
  Copier copy(bits);
  std::uint32_t type = copy.ObjectType();
  copy.Rate();
  const std::uint32_t channels = copy.Bits(4);
  if (IsSbr(type)) {
    copy.Rate();
    type = copy.ObjectType();
  }
  if (type < 1 || type > 4) return Unsupported("audio object type in LATM");
  if (channels == 0) return Unsupported("program config in LATM");
  copy.Bits(1);                          // frameLengthFlag
  if (copy.Bits(1) != 0) copy.Bits(14);  // dependsOnCoreCoder
  if (copy.Bits(1) != 0) return Unsupported("GASpecificConfig extension");
  CopyExtension(bits, copy);
  if (!bits.ok()) return CutShort();
  return copy.Take();
}

// LatmGetValue(), section 1.7.3.
std::uint32_t LatmValue(BitReader& bits) {
  const std::uint32_t bytes = bits.Bits(2);
  std::uint32_t value = 0;
  for (std::uint32_t i = 0; i <= bytes; ++i) value = value << 8 | bits.Bits(8);
  return value;
}

Result<Bytes> ReadSizedAudioConfig(BitReader& bits) {
  const std::size_t size = LatmValue(bits);
  const std::size_t before = bits.remaining();
  auto config = CopyAudioConfig(bits);
  if (!config) return config;
  const std::size_t used = before - bits.remaining();
  if (used > size) return Fail(ErrorCode::kBitstream, "length of the audio config in LATM");
  bits.Skip(size - used);
  return config;
}

Result<LatmConfig> ReadStreamMuxConfig(BitReader& bits) {
  const bool is_version_1 = bits.Flag();
  if (is_version_1 && bits.Flag()) return Unsupported("audioMuxVersionA");
  if (is_version_1) LatmValue(bits);  // taraBufferFullness
  if (!bits.Flag()) return Unsupported("framing that differs between streams");
  LatmConfig config;
  config.sub_frames = static_cast<int>(bits.Bits(6)) + 1;
  if (bits.Bits(4) != 0 || bits.Bits(3) != 0) return Unsupported("several programs or layers");
  auto audio = is_version_1 ? ReadSizedAudioConfig(bits) : CopyAudioConfig(bits);
  if (!audio) return Forward(audio);
  config.audio_config = std::move(*audio);
  if (bits.Bits(3) != 0) return Unsupported("frameLengthType");
  bits.Skip(8);  // latmBufferFullness
  if (bits.Flag()) return Unsupported("other data in LATM");
  config.has_crc = bits.Flag();
  if (config.has_crc) bits.Skip(8);
  if (!bits.ok()) return CutShort();
  return config;
}

// PayloadLengthInfo() and PayloadMux() of one sub-frame.
Result<Bytes> ReadSubFrame(BitReader& bits) {
  std::size_t size = 0;
  std::uint32_t part = 0;
  do {
    part = bits.Bits(8);
    size += part;
  } while (part == 255 && bits.ok());
  if (!bits.ok() || size * 8 > bits.remaining()) return CutShort();
  if (size == 0) return Fail(ErrorCode::kBitstream, "empty access unit in LATM");
  Bytes unit(size);
  for (std::uint8_t& byte : unit) byte = static_cast<std::uint8_t>(bits.Bits(8));
  return unit;
}

}  // namespace

Result<LatmConfig> ParseStreamMuxConfig(ByteView config) {
  BitReader bits(config);
  return ReadStreamMuxConfig(bits);
}

Status LatmReader::Configure(ByteView stream_mux_config) {
  auto config = ParseStreamMuxConfig(stream_mux_config);
  if (!config) return Forward(config);
  return Use(std::move(*config));
}

Status LatmReader::Read(ByteView element, std::vector<Bytes>& out) {
  if (element.size() > kMaxAacBytes) return Fail(ErrorCode::kBitstream, "size of a LATM element");
  BitReader bits(element);
  if (place_ == LatmConfigPlace::kInBand && !bits.Flag()) {
    auto config = ReadStreamMuxConfig(bits);
    if (!config) return Forward(config);
    if (auto used = Use(std::move(*config)); !used) return used;
  }
  if (!config_) return Fail(ErrorCode::kInvalidState, "no StreamMuxConfig yet");
  const std::size_t before = out.size();
  for (int i = 0; i < config_->sub_frames; ++i) {
    auto unit = ReadSubFrame(bits);
    if (!unit) {
      out.resize(before);
      return Forward(unit);
    }
    out.push_back(std::move(*unit));
  }
  return {};
}

Status LatmReader::Use(LatmConfig config) {
  const bool is_same = track_ && std::ranges::equal(track_->config.view(), config.audio_config);
  if (!is_same) {
    auto track = codec::TrackFromAacConfig(Buffer::Own(config.audio_config));
    if (!track) return Forward(track);
    track_ = std::move(*track);
  }
  config_ = std::move(config);
  return {};
}

Result<AudioTrack> ReadAdts(ByteView payload, std::vector<Bytes>& out) {
  const std::size_t before = out.size();
  std::optional<AudioTrack> track;
  while (!payload.empty()) {
    const auto frame = codec::ParseAdts(payload);
    if (!frame) {
      out.resize(before);
      return Forward(frame);
    }
    if (!track) {
      auto config = codec::ConfigFromAdts(*frame);
      auto parsed = config ? codec::TrackFromAacConfig(Buffer::Own(std::move(*config)))
                           : Result<AudioTrack>(Forward(config));
      if (!parsed) return parsed;
      track = std::move(*parsed);
    }
    out.emplace_back(frame->payload.begin(), frame->payload.end());
    payload = payload.subspan(frame->frame_bytes);
  }
  if (!track) return Fail(ErrorCode::kBitstream, "no ADTS frame");
  return *track;
}

}  // namespace onair::rtp
