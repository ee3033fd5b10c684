// SPDX-License-Identifier: Apache-2.0
//
// Which pictures an encoder codes, and which of them as key frames: the same for all of ours.
// Private to the room.
#pragma once

#include <optional>

#include "codec/encode/frame_pace.h"
#include "core/api/publish_config.h"
#include "core/media/encoder_target.h"
#include "core/media/video_frame.h"

namespace onair::codec {

// Pure, single-owner.
class PictureSchedule {
 public:
  explicit PictureSchedule(const VideoConfig& config);

  // Takes frame rate and wished key frame from `target`. kInvalidConfig names a field out of range,
  // also of those that others act on; then nothing has changed.
  Status Apply(const EncoderTarget& target);

  // For each picture as it comes. kNo: left out, to come down to the frame rate. kEncodeFailed for
  // another size than the configured one and for pts that do not rise.
  enum class IsCoded { kNo = 1, kYes = 2 };
  Result<IsCoded> Take(const VideoFrame& frame);

  // Pictures per second that are coded at present.
  double frame_rate() const { return pace_.frame_rate(); }
  // Of the last picture that was taken.
  std::optional<MediaTime> last_pts() const { return last_pts_; }

  // Whether the picture at `pts` is to be a key frame. Counted in media time, so that a lower
  // frame rate does not stretch the GOP.
  bool IsKeyDue(MediaTime pts) const;
  // From the picture at `pts` to the key frame that comes after it; in pictures >= 1.
  TimeDelta ToKey(MediaTime pts) const;
  int PicturesToKey(MediaTime pts) const;

  // The picture at `pts` was coded as a key frame.
  void OnKey(MediaTime pts);
  // The encoder begins anew: with a key frame.
  void Restart() { last_key_.reset(); }

 private:
  PictureSize size_;
  TimeDelta gop_;
  FramePace pace_;
  bool wants_key_ = false;
  std::optional<MediaTime> last_pts_;
  std::optional<MediaTime> last_key_;
};

}  // namespace onair::codec
