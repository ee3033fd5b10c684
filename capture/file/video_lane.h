// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "capture/file/demuxer.h"
#include "capture/file/picture_maker.h"
#include "capture/file/track_clock.h"
#include "capture/file/track_decoder.h"
#include "core/api/capture_ports.h"
#include "core/media/frame_rate.h"

namespace onair::capture {

// The pictures of a file, one ready at a time. single-owner.
class VideoLane {
 public:
  struct Ready {
    Picture picture;
    MediaTime at;  // In the file's own time.
    Rotation rotation;
  };

  // `untimed_rate` is for streams without timestamps.
  static Result<VideoLane> Open(const Demuxer& demuxer, std::optional<double> untimed_rate);

  // Decodes until a picture is ready, the track is over or the demuxer holds back.
  Status Fill(Demuxer& demuxer);
  const std::optional<Ready>& ready() const { return ready_; }
  bool is_over() const { return is_over_; }
  Ready Take();

  // Where the last picture of this pass is over, in the file's own time.
  std::optional<MediaTime> end() const { return clock_.end(); }
  VideoFormat format() const;

  // A new pass begins.
  void Restart();

 private:
  VideoLane(const Demuxer& demuxer, TrackDecoder decoder, std::optional<double> untimed_rate);
  FrameRate rate() const;
  MediaTime TimeOf(const AVFrame& frame);

  TrackDecoder decoder_;
  PictureMaker maker_;
  TrackClock clock_;
  AVRational time_base_;
  double stream_rate_;  // By the container; 0 when it does not know.
  std::optional<double> untimed_rate_;
  bool is_untimed_;
  Rotation rotation_;
  PictureSize size_;
  std::int64_t frame_ = 0;  // Of this pass.
  std::optional<Ready> ready_;
  bool is_over_ = false;
};

}  // namespace onair::capture
