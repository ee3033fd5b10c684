// SPDX-License-Identifier: Apache-2.0
//
// The bodies of FLV tags, which are also the bodies of RTMP media messages (Adobe Flash Video
// File Format 10.1, annex E.4; Enhanced RTMP v2 for H.265 and Opus).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>

#include "core/base/result.h"
#include "core/media/encoded_frame.h"
#include "core/units/data.h"

namespace onair::flv {

// ---- Writing. H.264 and AAC in the classic form, Opus in the enhanced, H.265 in either.

// How H.265 is marked. Both are always read.
enum class HevcForm {
  kEnhanced = 1,  // "hvc1" of Enhanced RTMP: OBS, FFmpeg from 6.1, new servers.
  kLegacy12 = 2,  // Codec id 12, laid out as AVC: Chinese CDNs and their players.
};

// What a body is made of; frames do not say it themselves.
struct Codecs {
  VideoCodec video = VideoCodec::kH264;
  AudioCodec audio = AudioCodec::kAac;
  HevcForm hevc = HevcForm::kEnhanced;
};
Codecs CodecsOf(const StreamTracks& tracks, HevcForm hevc = HevcForm::kEnhanced);

// The bytes in front of a frame's payload, apart from it so that a payload is copied once.
class BodyHeader {
 public:
  ByteView view() const& { return ByteView(bytes_).first(size_); }
  ByteView view() const&& = delete;  // Would outlive its bytes.
  void Push(std::uint8_t byte) { bytes_[size_++] = byte; }

 private:
  std::array<std::uint8_t, 8> bytes_{};
  std::size_t size_ = 0;
};
// `composition_ms`: pts - dts; clamped to [0, 8388607], as many players fail on less.
BodyHeader VideoHeader(FrameKind kind, std::int64_t composition_ms, VideoCodec codec,
                       HevcForm hevc = HevcForm::kEnhanced);
BodyHeader AudioHeader(AudioCodec codec);
// Either of the two, composition time from the frame.
BodyHeader FrameHeader(const EncodedFrame& frame, Codecs codecs);

Bytes VideoBody(const EncodedFrame& frame, VideoCodec codec = VideoCodec::kH264);
Bytes AudioBody(const EncodedFrame& frame, AudioCodec codec = AudioCodec::kAac);
Bytes VideoSequenceHeaderBody(const VideoTrack& track, HevcForm hevc = HevcForm::kEnhanced);
Bytes AudioSequenceHeaderBody(const AudioTrack& track);
Bytes VideoSequenceEndBody(VideoCodec codec, HevcForm hevc = HevcForm::kEnhanced);

// Target rates for the metadata; zero is left out.
struct MediaRates {
  DataRate video = DataRate::Zero();
  DataRate audio = DataRate::Zero();
};

// The time of every onMetaData, also in the middle of a stream: FFmpeg's FLV demuxer takes one
// at any other time for a subtitle track. Source: libavformat/flvdec.c, flv_read_packet (5.1).
inline constexpr std::uint32_t kMetadataTimestampMs = 0;

// "onMetaData" and its ECMA array: the body of an FLV script tag. RTMP puts the text
// "@setDataFrame" in front (publishers) or nothing (servers).
Bytes MetadataBody(const StreamTracks& tracks, const MediaRates& rates = {},
                   HevcForm hevc = HevcForm::kEnhanced);

// ---- Reading. Payloads are slices of the given body.

struct VideoSequenceHeader {
  VideoCodec codec;
  Buffer config;  // avcC or hvcC as sent.
};
struct VideoPayload {
  VideoCodec codec;
  FrameKind kind;               // kDroppable only where the tag says so ("disposable").
  std::int32_t composition_ms;  // Signed 24 bits.
  Buffer payload;               // NAL length size as in the configuration.
};
struct AudioSequenceHeader {
  AudioCodec codec;
  Buffer config;
};
struct AudioPayload {
  AudioCodec codec;
  Buffer payload;
};
struct SequenceEnd {};  // The publisher's encoder stopped.
struct Ignored {};      // Nothing for a decoder: empty, seek mark, HDR data.
// "AV1", "MP3": well-formed but not played here.
struct UnknownCodec {
  std::string name;
};

using ParsedVideo =
    std::variant<VideoSequenceHeader, VideoPayload, SequenceEnd, Ignored, UnknownCodec>;
using ParsedAudio =
    std::variant<AudioSequenceHeader, AudioPayload, SequenceEnd, Ignored, UnknownCodec>;

// kFlvMalformed when the body ends inside its own header.
Result<ParsedVideo> ParseVideoBody(const Buffer& body);
Result<ParsedAudio> ParseAudioBody(const Buffer& body);

}  // namespace onair::flv
