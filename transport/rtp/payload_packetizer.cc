// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/payload_packetizer.h"

#include <algorithm>

#include "codec/bitstream/avc_config.h"
#include "codec/bitstream/hevc_config.h"
#include "codec/bitstream/nal.h"
#include "core/base/byte_reader.h"
#include "transport/rtp/h264_payload.h"
#include "transport/rtp/h265_payload.h"

namespace onair::rtp {
namespace {

constexpr std::size_t kMaxPayload = 65'535;
constexpr std::size_t kSizeField = 2;  // In front of each unit of an aggregate.

bool IsParameterSet(int type, VideoCodec codec) {
  if (codec == VideoCodec::kH264) {
    return type == static_cast<int>(codec::H264NalType::kSps) ||
           type == static_cast<int>(codec::H264NalType::kPps);
  }
  return type >= static_cast<int>(codec::H265NalType::kVps) &&
         type <= static_cast<int>(codec::H265NalType::kPps);
}

bool IsDelimiter(int type, VideoCodec codec) {
  constexpr int kH265Delimiter = 35;  // H.265 table 7-1, AUD_NUT.
  return type == (codec == VideoCodec::kH264 ? static_cast<int>(codec::H264NalType::kDelimiter)
                                             : kH265Delimiter);
}

Result<std::vector<Bytes>> SetsOf(const VideoTrack& track) {
  std::vector<Bytes> sets;
  const auto add = [&sets](std::vector<Bytes>& some) {
    for (Bytes& one : some) sets.push_back(std::move(one));
  };
  if (track.codec == VideoCodec::kH264) {
    auto config = codec::ParseAvcConfig(track.config.view());
    if (!config) return Forward(config);
    add(config->sps);
    add(config->pps);
    return sets;
  }
  auto config = codec::ParseHevcConfig(track.config.view());
  if (!config) return Forward(config);
  add(config->vps);
  add(config->sps);
  add(config->pps);
  return sets;
}

}  // namespace

Status VideoPacketizer::Configure(const VideoTrack& track) {
  if (track.codec != codec_) return Fail(ErrorCode::kCodecUnavailable, "track of another codec");
  auto sets = SetsOf(track);
  if (!sets) return Forward(sets);
  sets_bytes_.clear();
  parameter_sets_.clear();
  for (const Bytes& set : *sets) {
    parameter_sets_.push_back({sets_bytes_.size(), set.size()});
    sets_bytes_.insert(sets_bytes_.end(), set.begin(), set.end());
  }
  return {};
}

Status VideoPacketizer::Begin(const EncodedFrame& frame, std::size_t max_payload_bytes) {
  units_.clear();
  unit_ = 0;
  fragments_left_ = 0;
  if (max_payload_bytes < kMinPayloadBytes || max_payload_bytes > kMaxPayload) {
    return Fail(ErrorCode::kInvalidConfig, "max_payload_bytes");
  }
  limit_ = max_payload_bytes;
  if (auto read = ReadUnits(frame.payload.view()); !read) {
    units_.clear();
    return read;
  }
  if (frame.is_key()) AddParameterSets();
  return {};
}

Status VideoPacketizer::ReadUnits(ByteView access_unit) {
  ByteReader reader(access_unit);
  while (reader.remaining() > 0) {
    const ByteView unit = reader.Take(reader.U32());
    if (!reader.ok()) return Fail(ErrorCode::kBitstream, "a NAL length passes the end");
    if (unit.size() < nal_header()) return Fail(ErrorCode::kBitstream, "NAL unit is cut short");
    if (units_.size() == codec::kMaxNals) return Fail(ErrorCode::kBitstream, "too many NAL units");
    units_.push_back(unit);
  }
  if (units_.empty()) return Fail(ErrorCode::kBitstream, "empty access unit");
  return {};
}

// Behind a delimiter, in front of all else. An encoder that repeats its sets needs none of ours.
void VideoPacketizer::AddParameterSets() {
  for (const ByteView unit : units_) {
    if (IsParameterSet(codec::NalType(unit, codec_), codec_)) return;
  }
  const bool has_delimiter = IsDelimiter(codec::NalType(units_[0], codec_), codec_);
  auto at = units_.begin() + (has_delimiter ? 1 : 0);
  for (const NalRange& set : parameter_sets_) {
    at = units_.insert(at, ByteView(sets_bytes_).subspan(set.from, set.count)) + 1;
  }
}

std::optional<WrittenPayload> VideoPacketizer::Next(std::span<std::uint8_t> room) {
  if (is_done() || room.size() < limit_) return std::nullopt;
  WrittenPayload written;
  if (fragments_left_ > 0 || units_[unit_].size() > limit_) {
    WriteFragment(room, written.size);
  } else if (const std::size_t count = UnitsThatFit(); count > 1) {
    SpanWriter out(room.first(limit_));
    const auto together = std::span(units_).subspan(unit_, count);
    if (codec_ == VideoCodec::kH264) {
      WriteH264Aggregate(together, out);
    } else {
      WriteH265Aggregate(together, out);
    }
    written.size = out.size();
    unit_ += count;
  } else {
    const ByteView unit = units_[unit_++];
    std::copy(unit.begin(), unit.end(), room.begin());
    written.size = unit.size();
  }
  if (is_done()) written.marker = Marker::kSet;
  return written;
}

std::size_t VideoPacketizer::UnitsThatFit() const {
  std::size_t size = aggregate_header();
  std::size_t count = 0;
  for (std::size_t i = unit_; i < units_.size(); ++i, ++count) {
    size += kSizeField + units_[i].size();
    if (size > limit_) break;
  }
  return count;
}

// Equal parts: one that is much shorter than the rest costs as much to send and to lose.
void VideoPacketizer::WriteFragment(std::span<std::uint8_t> room, std::size_t& size) {
  const ByteView unit = units_[unit_];
  const std::size_t most = limit_ - fragment_header();
  if (fragments_left_ == 0) {
    written_ = nal_header();
    fragments_left_ = (unit.size() - written_ + most - 1) / most;
  }
  const std::size_t left = unit.size() - written_;
  const NalRange range{written_, (left + fragments_left_ - 1) / fragments_left_};
  SpanWriter out(room.first(limit_));
  if (codec_ == VideoCodec::kH264) {
    WriteH264Fragment(unit, range, out);
  } else {
    WriteH265Fragment(unit, range, out);
  }
  size = out.size();
  written_ += range.count;
  if (--fragments_left_ == 0) ++unit_;
}

std::size_t VideoPacketizer::nal_header() const {
  return codec_ == VideoCodec::kH264 ? kH264NalHeader : kH265NalHeader;
}
std::size_t VideoPacketizer::aggregate_header() const {
  return codec_ == VideoCodec::kH264 ? kH264AggregateHeader : kH265AggregateHeader;
}
std::size_t VideoPacketizer::fragment_header() const {
  return codec_ == VideoCodec::kH264 ? kH264FragmentHeader : kH265FragmentHeader;
}

}  // namespace onair::rtp
