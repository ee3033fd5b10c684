// SPDX-License-Identifier: Apache-2.0
#include "platform/devices/media_framer.h"

#include <algorithm>
#include <utility>
#include <vector>

extern "C" {
#include <libavcodec/avcodec.h>
}

#include "codec/bitstream/aac_config.h"
#include "codec/bitstream/avc_config.h"
#include "codec/bitstream/hevc_config.h"
#include "codec/bitstream/nal.h"
#include "codec/bitstream/opus_config.h"

namespace onair::devices {
namespace {

// Where the records say how long the lengths are, in the low two bits.
constexpr std::size_t kAvcLengthAt = 4;    // ISO/IEC 14496-15 section 5.3.3.1.
constexpr std::size_t kHevcLengthAt = 21;  // ISO/IEC 14496-15 section 8.3.3.1.

ByteView ViewOf(const std::uint8_t* data, int size) {
  return {data, static_cast<std::size_t>(std::max(size, 0))};
}

ByteView ExtradataOf(const AVCodecParameters& parameters) {
  return ViewOf(parameters.extradata, parameters.extradata_size);
}

ByteView NewExtradataOf(const AVPacket& packet) {
  std::size_t size = 0;
  const std::uint8_t* data = av_packet_get_side_data(&packet, AV_PKT_DATA_NEW_EXTRADATA, &size);
  return {data, data != nullptr ? size : 0};
}

// Pictures as FFmpeg has them: with a record and lengths (MP4, FLV, Matroska), or between start
// codes with the parameter sets in their midst (MPEG-TS).
class NalFramer final : public VideoFramer {
 public:
  explicit NalFramer(const AVCodecParameters& parameters)
      : codec_(parameters.codec_id == AV_CODEC_ID_H264 ? VideoCodec::kH264 : VideoCodec::kH265) {
    Configure(ExtradataOf(parameters));
  }

  const std::optional<VideoTrack>& track() const override { return track_; }

  Result<std::optional<Framed>> Frame(const AVPacket& packet) override {
    is_new_ = false;
    if (const ByteView other = NewExtradataOf(packet); !other.empty()) Configure(other);
    const ByteView bytes = ViewOf(packet.data, packet.size);
    auto payload = length_bytes_ > 0 ? FromLengths(bytes) : FromAnnexB(bytes);
    if (!payload) return Forward(payload);
    if (!track_ || payload->empty()) return std::optional<Framed>();
    return std::optional<Framed>({std::move(*payload), is_new_});
  }

 private:
  void Configure(ByteView extradata) {
    if (extradata.empty()) return;
    if (extradata[0] != 1) {
      static_cast<void>(FromAnnexB(extradata));  // Nothing usable: the stream itself says.
      return;
    }
    Bytes record(extradata.begin(), extradata.end());
    const std::size_t at = codec_ == VideoCodec::kH264 ? kAvcLengthAt : kHevcLengthAt;
    if (record.size() <= at) return;
    length_bytes_ = (record[at] & 3U) + 1U;
    record[at] |= 3;  // Ours have four.
    SetRecord(std::move(record));
  }

  void SetRecord(Bytes record) {
    if (track_ && std::ranges::equal(record, track_->config.view())) return;
    Buffer config = Buffer::Own(std::move(record));
    auto track = codec_ == VideoCodec::kH264 ? codec::TrackFromAvcConfig(std::move(config))
                                             : codec::TrackFromHevcConfig(std::move(config));
    if (!track) return;
    track_ = std::move(*track);
    is_new_ = true;
  }

  Result<Bytes> FromLengths(ByteView bytes) const {
    if (length_bytes_ == 4) return Bytes(bytes.begin(), bytes.end());
    return codec::ToFourByteLengths(bytes, length_bytes_);
  }

  Result<Bytes> FromAnnexB(ByteView bytes) {
    const auto nals = codec::SplitAnnexB(bytes);
    if (!nals) return Forward(nals);
    std::vector<ByteView> kept;
    bool has_sets = false;
    for (const ByteView nal : *nals) {
      const bool is_set = KeepSet(nal);
      has_sets = has_sets || is_set;
      if (!is_set && !IsDelimiter(nal)) kept.push_back(nal);
    }
    if (has_sets) SetRecordFromSets();
    return codec::JoinLengths(kept);
  }

  bool KeepSet(ByteView nal) {
    const int type = codec::NalType(nal, codec_);
    const auto keep = [&](Bytes& set) {
      set.assign(nal.begin(), nal.end());
      return true;
    };
    if (codec_ == VideoCodec::kH264) {
      if (type == static_cast<int>(codec::H264NalType::kSps)) return keep(sps_);
      if (type == static_cast<int>(codec::H264NalType::kPps)) return keep(pps_);
      return false;
    }
    if (type == static_cast<int>(codec::H265NalType::kVps)) return keep(vps_);
    if (type == static_cast<int>(codec::H265NalType::kSps)) return keep(sps_);
    if (type == static_cast<int>(codec::H265NalType::kPps)) return keep(pps_);
    return false;
  }

  bool IsDelimiter(ByteView nal) const {
    constexpr int kH265Delimiter = 35;  // ITU-T H.265 table 7-1.
    const int type = codec::NalType(nal, codec_);
    return codec_ == VideoCodec::kH264 ? type == static_cast<int>(codec::H264NalType::kDelimiter)
                                       : type == kH265Delimiter;
  }

  void SetRecordFromSets() {
    if (sps_.empty() || pps_.empty()) return;
    auto record = codec_ == VideoCodec::kH264 ? codec::MakeAvcConfig(sps_, pps_)
                                              : codec::MakeHevcConfig(vps_, sps_, pps_);
    if (record) SetRecord(std::move(*record));
  }

  const VideoCodec codec_;
  std::size_t length_bytes_ = 0;  // 0: start codes.
  Bytes vps_;
  Bytes sps_;
  Bytes pps_;
  std::optional<VideoTrack> track_;
  bool is_new_ = false;
};

// AAC: raw with a config, or in ADTS frames where there is none. Opus: packets.
class SoundFramer final : public AudioFramer {
 public:
  explicit SoundFramer(const AVCodecParameters& parameters)
      : codec_(parameters.codec_id == AV_CODEC_ID_AAC ? AudioCodec::kAac : AudioCodec::kOpus),
        is_adts_(codec_ == AudioCodec::kAac && parameters.extradata_size == 0) {
    SetConfig(ExtradataOf(parameters));
  }

  const std::optional<AudioTrack>& track() const override { return track_; }

  Result<std::optional<Framed>> Frame(const AVPacket& packet) override {
    is_new_ = false;
    SetConfig(NewExtradataOf(packet));
    ByteView payload = ViewOf(packet.data, packet.size);
    if (is_adts_) {
      const auto frame = codec::ParseAdts(payload);
      if (!frame) return Forward(frame);
      if (auto config = codec::ConfigFromAdts(*frame)) SetConfig(*config);
      payload = frame->payload;
    }
    if (!track_ || payload.empty()) return std::optional<Framed>();
    return std::optional<Framed>({Bytes(payload.begin(), payload.end()), is_new_});
  }

 private:
  void SetConfig(ByteView config) {
    if (config.empty() || (track_ && std::ranges::equal(config, track_->config.view()))) return;
    Buffer own = Buffer::Own(Bytes(config.begin(), config.end()));
    auto track = codec_ == AudioCodec::kAac ? codec::TrackFromAacConfig(std::move(own))
                                            : codec::TrackFromOpusConfig(std::move(own));
    if (!track) return;
    track_ = std::move(*track);
    is_new_ = true;
  }

  const AudioCodec codec_;
  const bool is_adts_;
  std::optional<AudioTrack> track_;
  bool is_new_ = false;
};

}  // namespace

std::unique_ptr<VideoFramer> MakeVideoFramer(const AVCodecParameters& parameters) {
  const bool is_ours =
      parameters.codec_id == AV_CODEC_ID_H264 || parameters.codec_id == AV_CODEC_ID_HEVC;
  if (!is_ours) return nullptr;
  return std::make_unique<NalFramer>(parameters);
}

std::unique_ptr<AudioFramer> MakeAudioFramer(const AVCodecParameters& parameters) {
  const bool is_ours =
      parameters.codec_id == AV_CODEC_ID_AAC || parameters.codec_id == AV_CODEC_ID_OPUS;
  if (!is_ours) return nullptr;
  return std::make_unique<SoundFramer>(parameters);
}

}  // namespace onair::devices
