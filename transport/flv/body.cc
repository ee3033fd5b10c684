// SPDX-License-Identifier: Apache-2.0
#include "transport/flv/body.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "core/base/byte_reader.h"
#include "core/base/byte_writer.h"
#include "transport/flv/amf0.h"

namespace onair::flv {
namespace {

// Annex E.4.3.1, VideoTagHeader.
constexpr std::uint8_t kFrameKey = 1;
constexpr std::uint8_t kFrameInter = 2;
constexpr std::uint8_t kFrameDisposable = 3;
constexpr std::uint8_t kFrameCommand = 5;
constexpr std::uint8_t kCodecAvc = 7;
// Not in Adobe's text: what Chinese CDNs use for H.265, laid out as AVC.
constexpr std::uint8_t kCodecHevc = 12;
constexpr std::uint8_t kAvcSequenceHeader = 0;
constexpr std::uint8_t kAvcNalus = 1;
constexpr std::uint8_t kAvcEnd = 2;

// Annex E.4.2.1, AudioTagHeader: AAC is always marked 44 kHz, 16 bit, stereo.
constexpr std::uint8_t kAacHeader = 0xaf;
constexpr std::uint8_t kSoundAac = 10;
constexpr std::uint8_t kSoundEnhanced = 9;

// Enhanced RTMP v2, ExVideoTagHeader and ExAudioTagHeader.
constexpr std::uint8_t kEnhancedVideoBit = 0x80;
constexpr std::uint8_t kExSequenceStart = 0;
constexpr std::uint8_t kExCodedFrames = 1;
constexpr std::uint8_t kExSequenceEnd = 2;
constexpr std::uint8_t kExCodedFramesX = 3;  // Video only: no composition time.
constexpr std::uint8_t kExMultitrackAudio = 5;
constexpr std::uint8_t kExMultitrackVideo = 6;
constexpr std::uint8_t kExModifier = 7;

constexpr std::uint32_t FourCc(const char (&name)[5]) {
  return static_cast<std::uint32_t>(static_cast<unsigned char>(name[0])) << 24 |
         static_cast<std::uint32_t>(static_cast<unsigned char>(name[1])) << 16 |
         static_cast<std::uint32_t>(static_cast<unsigned char>(name[2])) << 8 |
         static_cast<std::uint32_t>(static_cast<unsigned char>(name[3]));
}
constexpr std::uint32_t kAvc1 = FourCc("avc1");
constexpr std::uint32_t kHvc1 = FourCc("hvc1");
constexpr std::uint32_t kOpus = FourCc("Opus");
constexpr std::uint32_t kMp4a = FourCc("mp4a");

constexpr std::int64_t kMaxComposition = 0x7fffff;  // SI24.

void PushFourCc(BodyHeader& header, std::uint32_t name) {
  for (int shift = 24; shift >= 0; shift -= 8) {
    header.Push(static_cast<std::uint8_t>(name >> shift));
  }
}

void PushComposition(BodyHeader& header, std::int64_t ms) {
  const std::int64_t clamped = std::clamp<std::int64_t>(ms, 0, kMaxComposition);
  for (int shift = 16; shift >= 0; shift -= 8) {
    header.Push(static_cast<std::uint8_t>(clamped >> shift));
  }
}

Bytes Join(const BodyHeader& header, ByteView payload) {
  Bytes body;
  body.reserve(header.view().size() + payload.size());
  body.insert(body.end(), header.view().begin(), header.view().end());
  body.insert(body.end(), payload.begin(), payload.end());
  return body;
}

// The identifier of the classic form; nothing where the enhanced form is written.
std::optional<std::uint8_t> ClassicId(VideoCodec codec, HevcForm hevc) {
  if (codec == VideoCodec::kH264) return kCodecAvc;
  return hevc == HevcForm::kLegacy12 ? std::optional(kCodecHevc) : std::nullopt;
}

BodyHeader ClassicVideoHeader(FrameKind kind, std::uint8_t codec_id, std::uint8_t packet) {
  BodyHeader header;
  const std::uint8_t frame = kind == FrameKind::kKey ? kFrameKey : kFrameInter;
  header.Push(static_cast<std::uint8_t>(frame << 4 | codec_id));
  header.Push(packet);
  return header;
}

BodyHeader EnhancedVideoHeader(FrameKind kind, std::uint8_t packet) {
  BodyHeader header;
  const std::uint8_t frame = kind == FrameKind::kKey ? kFrameKey : kFrameInter;
  header.Push(static_cast<std::uint8_t>(kEnhancedVideoBit | frame << 4 | packet));
  PushFourCc(header, kHvc1);
  return header;
}

BodyHeader EnhancedAudioHeader(std::uint8_t packet) {
  BodyHeader header;
  header.Push(static_cast<std::uint8_t>(kSoundEnhanced << 4 | packet));
  PushFourCc(header, kOpus);
  return header;
}

Buffer RestOf(const Buffer& body, const ByteReader& in) {
  return body.Slice(in.position(), in.remaining());
}

tl::unexpected<Error> Short(const char* what) {
  return Fail(ErrorCode::kFlvMalformed, std::string("a ") + what + " body ends inside its header");
}

FrameKind KindOf(std::uint8_t frame_type) {
  if (frame_type == kFrameKey || frame_type == 4) return FrameKind::kKey;  // 4: made by a server.
  return frame_type == kFrameDisposable ? FrameKind::kDroppable : FrameKind::kReference;
}

std::string FourCcName(std::uint32_t name) {
  std::string text;
  for (int shift = 24; shift >= 0; shift -= 8) {
    const char c = static_cast<char>(name >> shift & 0xff);
    text += c >= 0x20 && c < 0x7f ? c : '?';
  }
  return text;
}

std::string ClassicVideoName(std::uint8_t codec) {
  switch (codec) {
    case 2:
      return "Sorenson H.263";
    case 3:
      return "Screen video";
    case 4:
      return "VP6";
    case 5:
      return "VP6 with alpha";
    case 6:
      return "Screen video 2";
    case 13:
      return "AV1";
    default:
      return "video codec " + std::to_string(codec);
  }
}

std::string ClassicAudioName(std::uint8_t format) {
  switch (format) {
    case 0:
    case 3:
      return "PCM";
    case 1:
      return "ADPCM";
    case 2:
    case 14:
      return "MP3";
    case 4:
    case 5:
    case 6:
      return "Nellymoser";
    case 7:
    case 8:
      return "G.711";
    case 11:
      return "Speex";
    default:
      return "sound format " + std::to_string(format);
  }
}

// |frame 4|codec 4|packet 8|composition 24, signed| data
Result<ParsedVideo> ParseClassicVideo(const Buffer& body, ByteReader in, std::uint8_t first) {
  const std::uint8_t codec_id = first & 0x0f;
  if (codec_id != kCodecAvc && codec_id != kCodecHevc) {
    return ParsedVideo(UnknownCodec{ClassicVideoName(codec_id)});
  }
  const VideoCodec codec = codec_id == kCodecAvc ? VideoCodec::kH264 : VideoCodec::kH265;
  const std::uint8_t packet = in.U8();
  const std::int32_t composition_ms = in.S24();
  if (packet == kAvcEnd) return ParsedVideo(SequenceEnd{});
  if (!in.ok()) return Short("video");
  if (in.remaining() == 0) return ParsedVideo(Ignored{});
  if (packet == kAvcSequenceHeader)
    return ParsedVideo(VideoSequenceHeader{codec, RestOf(body, in)});
  if (packet != kAvcNalus) return ParsedVideo(Ignored{});
  return ParsedVideo(VideoPayload{codec, KindOf(first >> 4), composition_ms, RestOf(body, in)});
}

// Enhanced RTMP v2, ModEx: |size - 1: 8, 255: and 16 more|data|type 4, next packet type 4|
std::uint8_t SkipModifiers(ByteReader& in, std::uint8_t packet) {
  while (packet == kExModifier && in.ok()) {
    std::size_t size = in.U8() + std::size_t{1};
    if (size == 256) size = in.U16() + std::size_t{1};
    in.Skip(size);
    packet = in.U8() & 0x0f;
  }
  return packet;
}

// |1|frame 3|packet 4| modifiers |FourCC 32| composition 24 for coded H.264 and H.265 | data
Result<ParsedVideo> ParseEnhancedVideo(const Buffer& body, ByteReader in, std::uint8_t first) {
  const std::uint8_t frame_type = first >> 4 & 0x07;
  const std::uint8_t packet = SkipModifiers(in, first & 0x0f);
  if (in.ok() && (frame_type == kFrameCommand)) return ParsedVideo(Ignored{});
  if (in.ok() && packet == kExMultitrackVideo) return ParsedVideo(UnknownCodec{"multitrack video"});
  const std::uint32_t name = in.U32();
  if (!in.ok()) return Short("video");
  if (name != kAvc1 && name != kHvc1) return ParsedVideo(UnknownCodec{FourCcName(name)});
  const VideoCodec codec = name == kAvc1 ? VideoCodec::kH264 : VideoCodec::kH265;
  if (packet == kExSequenceEnd) return ParsedVideo(SequenceEnd{});
  if (packet == kExSequenceStart && in.remaining() > 0) {
    return ParsedVideo(VideoSequenceHeader{codec, RestOf(body, in)});
  }
  if (packet != kExCodedFrames && packet != kExCodedFramesX) return ParsedVideo(Ignored{});
  const std::int32_t composition_ms = packet == kExCodedFrames ? in.S24() : 0;
  if (!in.ok()) return Short("video");
  if (in.remaining() == 0) return ParsedVideo(Ignored{});
  return ParsedVideo(VideoPayload{codec, KindOf(frame_type), composition_ms, RestOf(body, in)});
}

// |9: 4|packet 4| modifiers |FourCC 32| data
Result<ParsedAudio> ParseEnhancedAudio(const Buffer& body, ByteReader in, std::uint8_t first) {
  const std::uint8_t packet = SkipModifiers(in, first & 0x0f);
  if (in.ok() && packet == kExMultitrackAudio) return ParsedAudio(UnknownCodec{"multitrack audio"});
  const std::uint32_t name = in.U32();
  if (!in.ok()) return Short("audio");
  if (name != kOpus && name != kMp4a) return ParsedAudio(UnknownCodec{FourCcName(name)});
  const AudioCodec codec = name == kOpus ? AudioCodec::kOpus : AudioCodec::kAac;
  if (packet == kExSequenceEnd) return ParsedAudio(SequenceEnd{});
  if (in.remaining() == 0) return ParsedAudio(Ignored{});
  if (packet == kExSequenceStart) return ParsedAudio(AudioSequenceHeader{codec, RestOf(body, in)});
  if (packet != kExCodedFrames) return ParsedAudio(Ignored{});
  return ParsedAudio(AudioPayload{codec, RestOf(body, in)});
}

void WriteVideoMetadata(amf0::Writer& out, const VideoTrack& video, DataRate rate, HevcForm hevc) {
  if (video.size.width > 0 && video.size.height > 0) {
    out.Key("width").Number(video.size.width).Key("height").Number(video.size.height);
  }
  if (video.frame_rate > 0) out.Key("framerate").Number(video.frame_rate);
  // Enhanced RTMP v2: the FourCC as a number where there is no classic identifier.
  const auto id = ClassicId(video.codec, hevc);
  out.Key("videocodecid").Number(id ? *id : kHvc1);
  if (rate > DataRate::Zero()) out.Key("videodatarate").Number(rate.kbps_f());
}

void WriteAudioMetadata(amf0::Writer& out, const AudioTrack& audio, DataRate rate) {
  out.Key("audiocodecid").Number(audio.codec == AudioCodec::kAac ? kSoundAac : kOpus);
  if (audio.format.sample_rate > 0) {
    out.Key("audiosamplerate").Number(audio.format.sample_rate);
    out.Key("audiosamplesize").Number(16);
    out.Key("audiochannels").Number(audio.format.channels);
    out.Key("stereo").Boolean(audio.format.channels == 2);
  }
  if (rate > DataRate::Zero()) out.Key("audiodatarate").Number(rate.kbps_f());
}

}  // namespace

Codecs CodecsOf(const StreamTracks& tracks, HevcForm hevc) {
  Codecs codecs;
  codecs.hevc = hevc;
  if (tracks.video) codecs.video = tracks.video->codec;
  if (tracks.audio) codecs.audio = tracks.audio->codec;
  return codecs;
}

BodyHeader VideoHeader(FrameKind kind, std::int64_t composition_ms, VideoCodec codec,
                       HevcForm hevc) {
  const auto id = ClassicId(codec, hevc);
  BodyHeader header =
      id ? ClassicVideoHeader(kind, *id, kAvcNalus) : EnhancedVideoHeader(kind, kExCodedFrames);
  PushComposition(header, composition_ms);
  return header;
}

BodyHeader AudioHeader(AudioCodec codec) {
  if (codec == AudioCodec::kOpus) return EnhancedAudioHeader(kExCodedFrames);
  BodyHeader header;
  header.Push(kAacHeader);
  header.Push(1);  // Raw, not the sequence header.
  return header;
}

BodyHeader FrameHeader(const EncodedFrame& frame, Codecs codecs) {
  if (frame.track() == TrackKind::kAudio) return AudioHeader(codecs.audio);
  return VideoHeader(frame.kind, frame.pts.ms() - frame.dts.ms(), codecs.video, codecs.hevc);
}

Bytes VideoBody(const EncodedFrame& frame, VideoCodec codec) {
  return Join(FrameHeader(frame, {.video = codec}), frame.payload.view());
}

Bytes AudioBody(const EncodedFrame& frame, AudioCodec codec) {
  return Join(AudioHeader(codec), frame.payload.view());
}

Bytes VideoSequenceHeaderBody(const VideoTrack& track, HevcForm hevc) {
  const auto id = ClassicId(track.codec, hevc);
  if (!id) return Join(EnhancedVideoHeader(FrameKind::kKey, kExSequenceStart), track.config.view());
  BodyHeader header = ClassicVideoHeader(FrameKind::kKey, *id, kAvcSequenceHeader);
  PushComposition(header, 0);
  return Join(header, track.config.view());
}

Bytes VideoSequenceEndBody(VideoCodec codec, HevcForm hevc) {
  const auto id = ClassicId(codec, hevc);
  if (!id) return Join(EnhancedVideoHeader(FrameKind::kKey, kExSequenceEnd), {});
  BodyHeader header = ClassicVideoHeader(FrameKind::kKey, *id, kAvcEnd);
  PushComposition(header, 0);
  return Join(header, {});
}

Bytes AudioSequenceHeaderBody(const AudioTrack& track) {
  if (track.codec == AudioCodec::kOpus) {
    return Join(EnhancedAudioHeader(kExSequenceStart), track.config.view());
  }
  BodyHeader header;
  header.Push(kAacHeader);
  header.Push(0);
  return Join(header, track.config.view());
}

Bytes MetadataBody(const StreamTracks& tracks, const MediaRates& rates, HevcForm hevc) {
  amf0::Writer out;
  // The count is a hint that real readers skip; 12 is the most this function writes.
  out.Text("onMetaData").BeginEcmaArray(12);
  out.Key("duration").Number(0);
  if (tracks.video) WriteVideoMetadata(out, *tracks.video, rates.video, hevc);
  if (tracks.audio) WriteAudioMetadata(out, *tracks.audio, rates.audio);
  out.Key("encoder").Text("Onair").EndObject();
  return out.Take();
}

Result<ParsedVideo> ParseVideoBody(const Buffer& body) {
  if (body.empty()) return ParsedVideo(Ignored{});
  ByteReader in(body.view());
  const std::uint8_t first = in.U8();
  if ((first & kEnhancedVideoBit) != 0) return ParseEnhancedVideo(body, in, first);
  if (first >> 4 == kFrameCommand) return ParsedVideo(Ignored{});
  return ParseClassicVideo(body, in, first);
}

// |format 4|rate 2|size 1|type 1| and for AAC |packet 8| data
Result<ParsedAudio> ParseAudioBody(const Buffer& body) {
  if (body.empty()) return ParsedAudio(Ignored{});
  ByteReader in(body.view());
  const std::uint8_t first = in.U8();
  if (first >> 4 == kSoundEnhanced) return ParseEnhancedAudio(body, in, first);
  if (first >> 4 != kSoundAac) return ParsedAudio(UnknownCodec{ClassicAudioName(first >> 4)});
  const std::uint8_t packet = in.U8();
  if (!in.ok()) return Short("audio");
  if (in.remaining() == 0) return ParsedAudio(Ignored{});
  if (packet == 0) return ParsedAudio(AudioSequenceHeader{AudioCodec::kAac, RestOf(body, in)});
  if (packet != 1) return ParsedAudio(Ignored{});
  return ParsedAudio(AudioPayload{AudioCodec::kAac, RestOf(body, in)});
}

}  // namespace onair::flv
