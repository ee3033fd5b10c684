// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "capture/file/demuxer.h"
#include "capture/file/sample_maker.h"
#include "capture/file/track_clock.h"
#include "capture/file/track_decoder.h"
#include "core/media/audio_block.h"

namespace onair::capture {

// The sound of a file as one run of samples in blocks of 10 ms, through all its passes.
// Holes become silence. single-owner.
class AudioLane {
 public:
  static Result<AudioLane> Open(const Demuxer& demuxer, std::optional<AudioFormat> wanted);

  // A new pass begins: the file's time `origin` lies at `base` of the source's line.
  void Start(MediaTime origin, MediaTime base);
  // Once `Start()`ed: decodes until a block is ready, the track is over or the demuxer holds
  // back.
  Status Fill(Demuxer& demuxer);
  // Where the file puts its first sound; decodes it. Empty when there is none. Before Start.
  Result<std::optional<MediaTime>> FirstTime(Demuxer& demuxer);

  bool is_ready() const;
  bool is_over() const { return is_over_; }
  // Of the first sample that was not taken yet.
  MediaTime at() const;
  // Where sound ends on the source's line, as far as decoded.
  MediaTime end() const;
  // What is left below a block, when the source ends here.
  void Close() { is_closed_ = true; }
  AudioBlock Take(Timestamp captured_at);

  const AudioFormat& format() const { return format_; }

 private:
  AudioLane(const AVStream& stream, TrackDecoder decoder, const AudioFormat& format);
  Status Append(const AVFrame& frame);
  void FillHole(MediaTime until);
  std::size_t BlockValues() const;

  TrackDecoder decoder_;
  SampleMaker maker_;
  TrackClock clock_;
  AudioFormat format_;
  AVRational time_base_;
  MediaTime origin_ = MediaTime::Zero();
  MediaTime base_ = MediaTime::Zero();
  MediaTime anchor_ = MediaTime::Zero();  // Sample zero of the present run on the line.
  std::int64_t taken_ = 0;                // Samples (per channel) taken since the anchor.
  std::vector<float> samples_;            // Decoded, not taken.
  AvPtr<AVFrame> first_;                  // Decoded ahead of Start().
  std::int64_t blocks_ = 0;
  bool is_first_of_pass_ = true;
  bool is_over_ = false;
  bool is_closed_ = false;
};

}  // namespace onair::capture
