// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "capture/file/av_ptr.h"
#include "capture/file/demuxer.h"

namespace onair::capture {

// Turns one track's packets into decoded frames; skips what is damaged. single-owner.
class TrackDecoder {
 public:
  // Damaged packets in a row after which the rest is not tried.
  // Source: ours; 20 s of video at 25 fps: a hole of that size is no accident.
  static constexpr int kMaxDamaged = 500;

  // kCodecUnavailable, kCodecOpen.
  static Result<TrackDecoder> Open(const AVStream& stream);

  // The next frame; null at the end of the track or when Demuxer::Read() holds back.
  // kDecodeFailed after kMaxDamaged, kFileRead, kOutOfMemory.
  Result<AvPtr<AVFrame>> Next(Demuxer& demuxer, TrackKind track);

  // After Demuxer::Rewind().
  void Reset();

  // From the stream's own headers, known after the first frame; 0 when they are silent.
  double frame_rate() const;
  std::int64_t damaged() const { return damaged_; }

 private:
  explicit TrackDecoder(AvPtr<AVCodecContext> context) : context_(std::move(context)) {}
  Status Feed(Demuxer& demuxer, TrackKind track);

  AvPtr<AVCodecContext> context_;
  std::int64_t damaged_ = 0;
  int damaged_in_a_row_ = 0;
  bool is_held_back_ = false;
  bool is_flushing_ = false;
};

}  // namespace onair::capture
