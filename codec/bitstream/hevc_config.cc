// SPDX-License-Identifier: Apache-2.0
#include "codec/bitstream/hevc_config.h"

#include <algorithm>
#include <array>
#include <utility>

#include "codec/bitstream/nal.h"
#include "core/base/byte_reader.h"
#include "core/base/byte_writer.h"

// version (8) = 1 | profile, compatibility, constraints, level (96)
// 1111 min_spatial_segmentation_idc (12) | 111111 parallelismType (2)
// 111111 chroma (2) | 11111 luma-8 (3) | 11111 chroma-8 (3) | avgFrameRate (16)
// constantFrameRate (2) | numTemporalLayers (3) | temporalIdNested (1) | lengthSizeMinusOne (2)
// numOfArrays (8) | { complete (1) 0 type (6) | count (16) | { size (16) unit }* }*

namespace onair::codec {
namespace {

// H.265 sections 7.4.3.1 to 7.4.3.3 allow 16 VPS, 16 SPS and 64 PPS.
constexpr std::size_t kMaxSets = 96;

std::vector<Bytes>* ListFor(HevcConfig& config, int type) {
  if (type == static_cast<int>(H265NalType::kVps)) return &config.vps;
  if (type == static_cast<int>(H265NalType::kSps)) return &config.sps;
  if (type == static_cast<int>(H265NalType::kPps)) return &config.pps;
  return nullptr;
}

Status ReadArray(ByteReader& reader, HevcConfig& config) {
  const int type = reader.U8() & 0x3f;
  const int count = reader.U16();
  std::vector<Bytes>* list = ListFor(config, type);
  for (int i = 0; i < count; ++i) {
    const ByteView nal = reader.Take(reader.U16());
    if (!reader.ok()) return Fail(ErrorCode::kBitstream, "hvcC is cut short");
    if (list == nullptr) continue;
    if (NalType(nal, VideoCodec::kH265) != type) {
      return Fail(ErrorCode::kBitstream, "hvcC holds another unit in place of a parameter set");
    }
    if (config.vps.size() + config.sps.size() + config.pps.size() == kMaxSets) {
      return Fail(ErrorCode::kBitstream, "hvcC holds more than 96 parameter sets");
    }
    list->emplace_back(nal.begin(), nal.end());
  }
  return {};
}

Status RequireSets(ByteView vps, ByteView sps, ByteView pps) {
  if (const auto parsed = ParseH265Vps(vps); !parsed) return Forward(parsed);
  if (const auto parsed = ParseH265Pps(pps); !parsed) return Forward(parsed);
  if (std::max({vps.size(), sps.size(), pps.size()}) > 0xffff) {
    return Fail(ErrorCode::kBitstream, "parameter set is too large for hvcC");
  }
  return {};
}

void WriteArray(ByteWriter& writer, H265NalType type, ByteView nal) {
  constexpr int kComplete = 0x80;
  writer.U8(static_cast<std::uint8_t>(kComplete | static_cast<int>(type)));
  writer.U16(1).U16(static_cast<std::uint16_t>(nal.size())).Append(nal);
}

}  // namespace

Result<HevcConfig> ParseHevcConfig(ByteView record) {
  ByteReader reader(record);
  const int version = reader.U8();
  HevcConfig config;
  const ByteView profile = reader.Take(config.profile.bytes.size());
  std::copy(profile.begin(), profile.end(), config.profile.bytes.begin());
  reader.Skip(8);
  config.length_bytes = (reader.U8() & 3U) + 1;
  const int arrays = reader.U8();
  if (!reader.ok()) return Fail(ErrorCode::kBitstream, "hvcC is cut short");
  if (version != 1) return Fail(ErrorCode::kBitstream, "hvcC version");
  if (config.length_bytes == 3) return Fail(ErrorCode::kBitstream, "hvcC length size 3");
  for (int i = 0; i < arrays; ++i) {
    if (auto read = ReadArray(reader, config); !read) return Forward(read);
  }
  if (!reader.ok()) return Fail(ErrorCode::kBitstream, "hvcC is cut short");
  if (config.sps.empty() || config.pps.empty()) {
    return Fail(ErrorCode::kBitstream, "hvcC without SPS or PPS");
  }
  return config;
}

Result<Bytes> MakeHevcConfig(ByteView vps, ByteView sps, ByteView pps) {
  const auto parsed = ParseH265Sps(sps);
  if (!parsed) return Forward(parsed);
  if (auto sane = RequireSets(vps, sps, pps); !sane) return Forward(sane);
  ByteWriter writer;
  writer.U8(1).Append(parsed->profile.bytes);
  writer.U16(0xf000).U8(0xfc);  // Segmentation and parallelism unknown.
  writer.U8(static_cast<std::uint8_t>(0xfc | parsed->chroma_format_idc));
  writer.U8(static_cast<std::uint8_t>(0xf8 | ((parsed->luma_bits - 8) & 7)));
  writer.U8(static_cast<std::uint8_t>(0xf8 | ((parsed->chroma_bits - 8) & 7)));
  writer.U16(0);  // avgFrameRate unknown.
  const int nested = parsed->is_temporal_nested ? 4 : 0;
  writer.U8(static_cast<std::uint8_t>(parsed->temporal_layers << 3 | nested | 3));
  writer.U8(3);
  WriteArray(writer, H265NalType::kVps, vps);
  WriteArray(writer, H265NalType::kSps, sps);
  WriteArray(writer, H265NalType::kPps, pps);
  return writer.Take();
}

Result<VideoTrack> TrackFromHevcConfig(Buffer record) {
  const auto config = ParseHevcConfig(record.view());
  if (!config) return Forward(config);
  const auto sps = ParseH265Sps(config->sps.front());
  if (!sps) return Forward(sps);
  double frame_rate = sps->frame_rate;
  if (frame_rate == 0 && !config->vps.empty()) {
    // A VPS that does not parse costs its frame rate only.
    if (const auto vps = ParseH265Vps(config->vps.front())) frame_rate = vps->frame_rate;
  }
  return VideoTrack{VideoCodec::kH265, sps->size, frame_rate, std::move(record)};
}

}  // namespace onair::codec
