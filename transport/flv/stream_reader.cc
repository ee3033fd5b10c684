// SPDX-License-Identifier: Apache-2.0
#include "transport/flv/stream_reader.h"

#include <algorithm>
#include <utility>

#include "codec/bitstream/aac_config.h"
#include "codec/bitstream/access_unit.h"
#include "codec/bitstream/avc_config.h"
#include "codec/bitstream/hevc_config.h"
#include "core/base/byte_reader.h"
#include "core/base/byte_writer.h"
#include "core/media/video_frame.h"

namespace onair::flv {
namespace {

// Bodies of unknown codecs, with no known track beside them, after which nothing can come.
// Source: ours; about two seconds of video and audio.
constexpr std::int64_t kUnknownBodiesLimit = 150;

// A composition time further below zero is broken and says nothing about its neighbours.
// Source: ours; 16 pictures, the largest reorder buffer, at 16 a second.
constexpr TimeDelta kMaxShift = TimeDelta::Seconds(1);

// AVCDecoderConfigurationRecord (ISO/IEC 14496-15 section 5.3.3.1):
// |version 8: 1|profile 8|compatibility 8|level 8|reserved 6, NAL length size - 1: 2|...
constexpr std::size_t kAvcLengthByte = 4;
// The same two bits in HEVCDecoderConfigurationRecord (section 8.3.3.1).
constexpr std::size_t kHevcLengthByte = 21;

bool SameBytes(ByteView a, ByteView b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

// Calls `visit(first byte of the NAL unit's header, NAL unit)`; false when lengths do not fit.
template <typename Visit>
bool ForEachNal(ByteView payload, std::size_t length_size, Visit visit) {
  ByteReader in(payload);
  while (in.remaining() > 0) {
    std::size_t size = 0;
    for (std::size_t i = 0; i < length_size; ++i) size = size << 8 | in.U8();
    const ByteView nal = in.Take(size);
    if (!in.ok()) return false;
    if (!nal.empty()) visit(nal);
  }
  return true;
}

// Frames carry 4-byte lengths in this library; others are rare and are rewritten.
std::optional<Buffer> WithFourByteLengths(ByteView payload, std::size_t length_size) {
  ByteWriter out;
  const bool fits = ForEachNal(payload, length_size, [&](ByteView nal) {
    out.U32(static_cast<std::uint32_t>(nal.size())).Append(nal);
  });
  if (!fits) return std::nullopt;
  return Buffer::Own(out.Take());
}

// Identification header (RFC 7845 section 5.1): "OpusHead", version 8, channels 8, ...
AudioFormat OpusFormat(ByteView config) {
  constexpr int kOpusRate = 48000;
  constexpr std::size_t kChannelsAt = 9;
  if (config.size() <= kChannelsAt) return {kOpusRate, 2};
  return {kOpusRate, config[kChannelsAt]};
}

AudioTrack DescribeAudio(AudioCodec codec, const Buffer& config) {
  if (codec == AudioCodec::kOpus) return {codec, OpusFormat(config.view()), config};
  if (Result<AudioTrack> known = codec::TrackFromAacConfig(config)) return std::move(*known);
  return {codec, {}, config};  // The decoder has the last word.
}

int PictureSide(std::optional<double> value) {
  if (!value || !(*value >= 1) || !(*value <= kMaxPictureSide)) return 0;
  return static_cast<int>(*value);
}

}  // namespace

StreamReader::Answer StreamReader::HandleVideo(const Buffer& body, std::uint32_t timestamp_ms,
                                               Timestamp now) {
  const Result<ParsedVideo> parsed = ParseVideoBody(body);
  if (!parsed) return Forward(parsed);
  has_ended_ = std::holds_alternative<SequenceEnd>(*parsed);
  if (const auto* video = std::get_if<VideoPayload>(&*parsed)) {
    return Frame(*video, timestamp_ms, now);
  }
  if (const auto* header = std::get_if<VideoSequenceHeader>(&*parsed)) return Take(*header);
  if (const auto* unknown = std::get_if<UnknownCodec>(&*parsed)) return Unknown(unknown->name);
  ++stats_.ignored_bodies;
  return std::optional<Event>();
}

StreamReader::Answer StreamReader::HandleAudio(const Buffer& body, std::uint32_t timestamp_ms,
                                               Timestamp now) {
  const Result<ParsedAudio> parsed = ParseAudioBody(body);
  if (!parsed) return Forward(parsed);
  has_ended_ = has_ended_ && std::holds_alternative<SequenceEnd>(*parsed);
  if (const auto* audio = std::get_if<AudioPayload>(&*parsed)) {
    if (!tracks_.audio || tracks_.audio->codec != audio->codec) {
      ++stats_.frames_without_config;
      return std::optional<Event>();
    }
    const MediaTime at = time_.At(timestamp_ms);
    return std::optional<Event>(EncodedFrame{audio->payload, FrameKind::kAudio, at, at, now});
  }
  if (const auto* header = std::get_if<AudioSequenceHeader>(&*parsed)) return Take(*header);
  if (const auto* unknown = std::get_if<UnknownCodec>(&*parsed)) return Unknown(unknown->name);
  ++stats_.ignored_bodies;
  return std::optional<Event>();
}

StreamReader::Answer StreamReader::HandleScript(ByteView body) {
  amf0::Parsed parsed = amf0::Parse(body);
  std::size_t at = 0;
  const auto named = [&](std::string_view name) {
    return at < parsed.values.size() && parsed.values[at].text() != nullptr &&
           *parsed.values[at].text() == name;
  };
  if (named("@setDataFrame")) ++at;
  if (!named("onMetaData") || at + 1 >= parsed.values.size()) {
    ++stats_.ignored_bodies;
    return std::optional<Event>();
  }
  amf0::Value& values = parsed.values[at + 1];
  metadata_size_ = {PictureSide(values.FindNumber("width")),
                    PictureSide(values.FindNumber("height"))};
  const double rate = values.FindNumber("framerate").value_or(0);
  metadata_frame_rate_ = rate > 0 && rate <= 1000 ? rate : 0;
  return std::optional<Event>(Metadata{std::move(values)});
}

StreamReader::Answer StreamReader::Take(const VideoSequenceHeader& header) {
  const ByteView config = header.config.view();
  const bool is_same = tracks_.video && tracks_.video->codec == header.codec &&
                       video_config_as_sent_ && SameBytes(video_config_as_sent_->view(), config);
  if (is_same) return std::optional<Event>();
  const std::size_t length_byte =
      header.codec == VideoCodec::kH264 ? kAvcLengthByte : kHevcLengthByte;
  if (config.size() <= length_byte + 1) {
    return Fail(ErrorCode::kFlvMalformed,
                "a video configuration of " + std::to_string(config.size()) + " bytes");
  }
  nal_length_size_ = (config[length_byte] & 3U) + 1;
  video_config_as_sent_ = header.config;
  Buffer four_bytes = header.config;
  if (nal_length_size_ != 4) {
    Bytes rewritten(config.begin(), config.end());
    rewritten[length_byte] |= 3;
    four_bytes = Buffer::Own(std::move(rewritten));
  }
  tracks_.video = DescribeVideo(header.codec, std::move(four_bytes));
  return std::optional<Event>(TracksChanged{tracks_});
}

StreamReader::Answer StreamReader::Take(const AudioSequenceHeader& header) {
  const ByteView config = header.config.view();
  const bool is_same = tracks_.audio && tracks_.audio->codec == header.codec &&
                       SameBytes(tracks_.audio->config.view(), config);
  if (is_same) return std::optional<Event>();
  tracks_.audio = DescribeAudio(header.codec, header.config);
  return std::optional<Event>(TracksChanged{tracks_});
}

StreamReader::Answer StreamReader::Frame(const VideoPayload& video, std::uint32_t timestamp_ms,
                                         Timestamp now) {
  if (!tracks_.video || tracks_.video->codec != video.codec) {
    ++stats_.frames_without_config;
    return std::optional<Event>();
  }
  EncodedFrame frame{video.payload, video.kind, MediaTime::Zero(), MediaTime::Zero(), now};
  if (nal_length_size_ != 4) {
    std::optional<Buffer> rewritten = WithFourByteLengths(video.payload.view(), nal_length_size_);
    if (!rewritten)
      return Fail(ErrorCode::kFlvMalformed, "NAL unit lengths do not fit their frame");
    frame.payload = std::move(*rewritten);
  }
  PutTimes(frame, time_.At(timestamp_ms), TimeDelta::Millis(video.composition_ms));
  if (frame.kind == FrameKind::kReference) {
    frame.kind = codec::KindOf(frame.payload.view(), video.codec);
  }
  return std::optional<Event>(std::move(frame));
}

// Some writers (phones with B frames, H.265) begin dts at the first pts, so that later pictures
// lie before their dts. All of dts is moved back then: clamped one by one they would fall with
// each pyramid of B frames. The pictures' own times stay.
void StreamReader::PutTimes(EncodedFrame& frame, MediaTime wire, TimeDelta composition) {
  const TimeDelta early = TimeDelta::Zero() - composition;
  if (early <= kMaxShift) shift_ = std::max(shift_, early);
  frame.pts = wire + composition;
  frame.dts = std::min(wire - shift_, frame.pts);
}

StreamReader::Answer StreamReader::Unknown(const std::string& name) {
  ++stats_.unknown_codec_bodies;
  const bool has_track = tracks_.video || tracks_.audio;
  if (!has_track && stats_.unknown_codec_bodies >= kUnknownBodiesLimit) {
    return Fail(ErrorCode::kNothingToPlay, name);
  }
  return std::optional<Event>();
}

// Size and rate from the parameter sets; the metadata's where they are not to be had.
VideoTrack StreamReader::DescribeVideo(VideoCodec codec, Buffer config) const {
  VideoTrack track{codec, {}, 0, config};
  Result<VideoTrack> known = codec == VideoCodec::kH264 ? codec::TrackFromAvcConfig(config)
                                                        : codec::TrackFromHevcConfig(config);
  if (known) track = std::move(*known);
  if (track.size == PictureSize{} && metadata_size_.width > 0 && metadata_size_.height > 0) {
    track.size = metadata_size_;
  }
  if (track.frame_rate == 0) track.frame_rate = metadata_frame_rate_;
  return track;
}

}  // namespace onair::flv
