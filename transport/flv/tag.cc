// SPDX-License-Identifier: Apache-2.0
#include "transport/flv/tag.h"

#include "core/base/byte_writer.h"
#include "core/base/check.h"

namespace onair::flv {
namespace {

constexpr std::size_t kTagHeaderSize = 11;
constexpr std::size_t kTagSizeLimit = std::size_t{1} << 24;

// |type 8|body size 24|timestamp 24|timestamp bits 31..24: 8|stream id 24: 0| body |size of all 32|
void AppendTag(ByteWriter& out, TagType type, std::uint32_t timestamp_ms, ByteView head,
               ByteView payload) {
  const auto body_size = static_cast<std::uint32_t>(head.size() + payload.size());
  out.U8(static_cast<std::uint8_t>(type)).U24(body_size);
  out.U24(timestamp_ms & 0xffffff).U8(static_cast<std::uint8_t>(timestamp_ms >> 24)).U24(0);
  out.Append(head).Append(payload);
  out.U32(static_cast<std::uint32_t>(kTagHeaderSize + body_size));
}

}  // namespace

std::uint32_t WireTimestamp(MediaTime at) {
  // Rounds down below zero too, so that steps stay even.
  const std::int64_t us = at.us();
  return static_cast<std::uint32_t>(us >= 0 ? us / 1000 : -((-us + 999) / 1000));
}

Bytes FileHeader(const StreamTracks& tracks) {
  constexpr std::uint8_t kHasAudio = 0x04;
  constexpr std::uint8_t kHasVideo = 0x01;
  std::uint8_t flags = 0;
  if (tracks.audio) flags |= kHasAudio;
  if (tracks.video) flags |= kHasVideo;
  if (flags == 0) flags = kHasAudio | kHasVideo;
  ByteWriter out;
  out.Text("FLV").U8(1).U8(flags).U32(9).U32(0);
  return out.Take();
}

Bytes RawTag(TagType type, std::uint32_t timestamp_ms, ByteView body) {
  ONAIR_DCHECK(body.size() < kTagSizeLimit);
  ByteWriter out;
  AppendTag(out, type, timestamp_ms, {}, body);
  return out.Take();
}

Bytes StartTags(const StreamTracks& tracks, std::uint32_t timestamp_ms, const MediaRates& rates) {
  ByteWriter out;
  AppendTag(out, TagType::kScript, kMetadataTimestampMs, {}, MetadataBody(tracks, rates));
  if (tracks.video) {
    AppendTag(out, TagType::kVideo, timestamp_ms, {}, VideoSequenceHeaderBody(*tracks.video));
  }
  if (tracks.audio) {
    AppendTag(out, TagType::kAudio, timestamp_ms, {}, AudioSequenceHeaderBody(*tracks.audio));
  }
  return out.Take();
}

Buffer EndTag(std::uint32_t timestamp_ms, VideoCodec codec) {
  return Buffer::Own(RawTag(TagType::kVideo, timestamp_ms, VideoSequenceEndBody(codec)));
}

Buffer Tag(const EncodedFrame& frame, std::uint32_t timestamp_ms, Codecs codecs) {
  const BodyHeader header = FrameHeader(frame, codecs);
  if (header.view().size() + frame.payload.size() >= kTagSizeLimit) return {};
  const TagType type = frame.track() == TrackKind::kAudio ? TagType::kAudio : TagType::kVideo;
  ByteWriter out;
  out.Reserve(kTagHeaderSize + header.view().size() + frame.payload.size() + 4);
  AppendTag(out, type, timestamp_ms, header.view(), frame.payload.view());
  return Buffer::Own(out.Take());
}

}  // namespace onair::flv
