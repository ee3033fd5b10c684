// SPDX-License-Identifier: Apache-2.0
//
// Writing FLV (Adobe Flash Video File Format 10.1, annex E): a header, then tags, each
// followed by its size. Stateless, so one tag serves any number of viewers.
#pragma once

#include <cstdint>

#include "core/base/buffer.h"
#include "core/media/encoded_frame.h"
#include "transport/flv/body.h"

namespace onair::flv {

enum class TagType : std::uint8_t { kAudio = 8, kVideo = 9, kScript = 18 };  // Annex E.4.1.

// A media position as the wire carries it: milliseconds, low 32 bits.
std::uint32_t WireTimestamp(MediaTime at);

// Nine bytes and the first PreviousTagSize (0). Announces video and audio when neither is
// known yet, so that players wait for both.
Bytes FileHeader(const StreamTracks& tracks);

// Any tag with its PreviousTagSize. `body` is below 16 MiB.
Bytes RawTag(TagType type, std::uint32_t timestamp_ms, ByteView body);

// onMetaData and the sequence headers of the known tracks, in this order: what a viewer needs
// in front of the first frame, and again when tracks change. `timestamp_ms`: the headers' time;
// metadata has none.
Bytes StartTags(const StreamTracks& tracks, std::uint32_t timestamp_ms,
                const MediaRates& rates = {});

// The end of a stream: a video sequence end with its PreviousTagSize, also where there is only
// sound, as AAC has none. What tells an end from a connection that just closed.
Buffer EndTag(std::uint32_t timestamp_ms, VideoCodec codec);

// One frame's tag with its PreviousTagSize. `timestamp_ms`: its dts on the wire, for instance
// WireTimestamp(frame.dts). A payload of 16 MiB or more does not fit and gives an empty buffer.
Buffer Tag(const EncodedFrame& frame, std::uint32_t timestamp_ms, Codecs codecs = {});

}  // namespace onair::flv
