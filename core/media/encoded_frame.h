// SPDX-License-Identifier: Apache-2.0
//
// Compressed media between encoder, session, protocol, relay and decoder.
#pragma once

#include <optional>
#include <string>

#include "core/base/buffer.h"
#include "core/media/audio_block.h"
#include "core/media/media_time.h"
#include "core/media/video_frame.h"

namespace onair {

// ITU-T H.264 and H.265.
enum class VideoCodec { kH264 = 1, kH265 = 2 };
// AAC (ISO/IEC 14496-3) and Opus (RFC 6716).
enum class AudioCodec { kAac = 1, kOpus = 2 };

// What may be lost with a frame. kDroppable: no other frame refers to it.
enum class FrameKind { kKey = 1, kReference = 2, kDroppable = 3, kAudio = 4 };

// What a track holds. A stream has at most one of each.
enum class TrackKind { kVideo = 1, kAudio = 2 };

// One access unit. Video payload: NAL units, each behind its 4-byte big-endian length (as in
// MP4 and FLV), without parameter sets unless the encoder repeats them. Audio payload: one
// raw AAC access unit (no ADTS) or one Opus packet. Copies share the bytes.
struct EncodedFrame {
  Buffer payload;         // Shared, never changed.
  FrameKind kind;         // kAudio of sound, the others of pictures.
  MediaTime pts;          // When it is shown or heard.
  MediaTime dts;          // dts <= pts; equal for audio and without B frames.
  Timestamp captured_at;  // Of the picture or first sample; of arrival in a player.
  // Of its sound, > 0; empty where its way here does not tell.
  std::optional<TimeDelta> span = {};

  // Which track it belongs to.
  TrackKind track() const {
    return kind == FrameKind::kAudio ? TrackKind::kAudio : TrackKind::kVideo;
  }
  // A picture from which decoding can begin.
  bool is_key() const { return kind == FrameKind::kKey; }
};

// How to decode a video track. `config` is the decoder configuration record: avcC
// (ISO/IEC 14496-15 section 5.3.3) for H.264, hvcC (section 8.3.3) for H.265.
struct VideoTrack {
  VideoCodec codec;       // Which tells the form of `config`.
  PictureSize size;       // As coded and cropped, from the parameter sets.
  double frame_rate = 0;  // Pictures per second; 0 when unknown.
  Buffer config;          // The record; empty while it is not known.
};

// How to decode an audio track. `config` is the AudioSpecificConfig (ISO/IEC 14496-3
// section 1.6.2.1) for AAC, the identification header (RFC 7845 section 5.1) for Opus.
struct AudioTrack {
  AudioCodec codec;
  AudioFormat format;
  Buffer config;
};

// The tracks of one stream as far as they are known.
struct StreamTracks {
  std::optional<VideoTrack> video;
  std::optional<AudioTrack> audio;
};

}  // namespace onair
