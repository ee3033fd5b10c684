// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "core/api/codec_ports.h"
#include "core/base/result.h"

namespace onair::edge {

// Sound of one stream in the codec that its viewers' protocol speaks. What is in that codec
// already passes untouched. Works in place: about 1 % of a core a stream. single-owner.
class AudioBridge {
 public:
  explicit AudioBridge(AudioCodec to) : to_(to) {}

  // Before the frames it is for; the same again changes nothing. Afterwards track() is what
  // viewers are told. kCodecUnavailable, kCodecOpen: no sound until the next track.
  Status SetTrack(const AudioTrack& from);
  const std::optional<AudioTrack>& track() const { return track_; }

  // Appends what became ready. Frames that cannot be decoded are lost and counted.
  void Push(const EncodedFrame& frame, std::vector<EncodedFrame>& out);

  std::int64_t frames_lost() const { return frames_lost_; }

 private:
  Status Open(const AudioTrack& from);

  const AudioCodec to_;
  std::optional<AudioTrack> from_;
  std::optional<AudioTrack> track_;
  std::unique_ptr<AudioDecoder> decoder_;  // Both null: frames pass untouched.
  std::unique_ptr<AudioEncoder> encoder_;
  std::vector<AudioBlock> blocks_;
  std::int64_t frames_lost_ = 0;
};

}  // namespace onair::edge
