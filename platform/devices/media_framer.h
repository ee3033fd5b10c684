// SPDX-License-Identifier: Apache-2.0
//
// What FFmpeg's demuxers give of one track, in our forms: NAL units behind 4-byte lengths with a
// configuration record, raw AAC. Private to this room.
#pragma once

#include <memory>
#include <optional>

#include "core/base/result.h"
#include "core/media/encoded_frame.h"

struct AVCodecParameters;
struct AVPacket;

namespace onair::devices {

// The bytes of one packet. Single-owner.
class MediaFramer {
 public:
  struct Framed {
    Bytes payload;
    bool is_new_track = false;  // track() changed with this one.
  };

  virtual ~MediaFramer() = default;

  // Empty: nothing to decode in it, or no configuration yet. kBitstream: damaged.
  virtual Result<std::optional<Framed>> Frame(const AVPacket& packet) = 0;
};

class VideoFramer : public MediaFramer {
 public:
  virtual const std::optional<VideoTrack>& track() const = 0;  // Empty: not known yet.
};
class AudioFramer : public MediaFramer {
 public:
  virtual const std::optional<AudioTrack>& track() const = 0;
};

// Null: no codec that is played here.
std::unique_ptr<VideoFramer> MakeVideoFramer(const AVCodecParameters& parameters);
std::unique_ptr<AudioFramer> MakeAudioFramer(const AVCodecParameters& parameters);

}  // namespace onair::devices
