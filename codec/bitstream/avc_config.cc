// SPDX-License-Identifier: Apache-2.0
#include "codec/bitstream/avc_config.h"

#include <utility>

#include "codec/bitstream/h264_sps.h"
#include "codec/bitstream/nal.h"
#include "core/base/byte_reader.h"
#include "core/base/byte_writer.h"

// version (1) = 1 | profile | constraints | level
// 111111 lengthSizeMinusOne (2)
// 111 numSPS (5) | { size (2) SPS }*
// numPPS (1) | { size (2) PPS }*
//
// and for profiles 100, 110, 122 and 144:
// 111111 chroma (2) | 11111 luma-8 (3) | 11111 chroma-8 (3) | numExt = 0

namespace onair::codec {
namespace {

Status ReadSets(ByteReader& reader, int count, H264NalType type, std::vector<Bytes>& out) {
  for (int i = 0; i < count; ++i) {
    const ByteView nal = reader.Take(reader.U16());
    if (!reader.ok()) return Fail(ErrorCode::kBitstream, "avcC is cut short");
    if (NalType(nal, VideoCodec::kH264) != static_cast<int>(type)) {
      return Fail(ErrorCode::kBitstream, "avcC holds another unit in place of a parameter set");
    }
    out.emplace_back(nal.begin(), nal.end());
  }
  return {};
}

bool HasExtension(int profile) {
  return profile == 100 || profile == 110 || profile == 122 || profile == 144;
}

}  // namespace

Result<AvcConfig> ParseAvcConfig(ByteView record) {
  ByteReader reader(record);
  const int version = reader.U8();
  AvcConfig config;
  config.profile_idc = reader.U8();
  config.constraint_flags = reader.U8();
  config.level_idc = reader.U8();
  config.length_bytes = (reader.U8() & 3U) + 1;
  const int sps_count = reader.U8() & 0x1f;
  if (!reader.ok()) return Fail(ErrorCode::kBitstream, "avcC is cut short");
  if (version != 1) return Fail(ErrorCode::kBitstream, "avcC version");
  if (config.length_bytes == 3) return Fail(ErrorCode::kBitstream, "avcC length size 3");
  if (auto s = ReadSets(reader, sps_count, H264NalType::kSps, config.sps); !s) return Forward(s);
  const int pps_count = reader.U8();
  if (auto s = ReadSets(reader, pps_count, H264NalType::kPps, config.pps); !s) return Forward(s);
  if (config.sps.empty() || config.pps.empty()) {
    return Fail(ErrorCode::kBitstream, "avcC without SPS or PPS");
  }
  return config;
}

Result<Bytes> MakeAvcConfig(ByteView sps, ByteView pps) {
  const auto parsed = ParseH264Sps(sps);
  if (!parsed) return Forward(parsed);
  if (const auto p = ParseH264Pps(pps); !p) return Forward(p);
  if (sps.size() > 0xffff || pps.size() > 0xffff) {
    return Fail(ErrorCode::kBitstream, "parameter set is too large for avcC");
  }
  ByteWriter writer;
  writer.U8(1).Append(sps.subspan(1, 3)).U8(0xff);
  writer.U8(0xe1).U16(static_cast<std::uint16_t>(sps.size())).Append(sps);
  writer.U8(1).U16(static_cast<std::uint16_t>(pps.size())).Append(pps);
  if (HasExtension(parsed->profile_idc)) {
    writer.U8(static_cast<std::uint8_t>(0xfc | parsed->chroma_format_idc));
    writer.U8(static_cast<std::uint8_t>(0xf8 | (parsed->luma_bits - 8)));
    writer.U8(static_cast<std::uint8_t>(0xf8 | (parsed->chroma_bits - 8)));
    writer.U8(0);
  }
  return writer.Take();
}

Result<VideoTrack> TrackFromAvcConfig(Buffer record) {
  const auto config = ParseAvcConfig(record.view());
  if (!config) return Forward(config);
  const auto sps = ParseH264Sps(config->sps.front());
  if (!sps) return Forward(sps);
  return VideoTrack{VideoCodec::kH264, sps->size, sps->frame_rate, std::move(record)};
}

}  // namespace onair::codec
