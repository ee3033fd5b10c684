// SPDX-License-Identifier: Apache-2.0
//
// Where a recording begins and how its times run. Pure; private to this room.
#pragma once

#include <optional>

#include "core/media/encoded_frame.h"

namespace onair::devices {

class RecordLine {
 public:
  struct Times {
    TimeDelta pts;  // From the start of the recording, >= dts.
    TimeDelta dts;  // >= 0, rising within a track.
  };

  // Whether a video track is expected: the line then begins with a key frame.
  void ExpectVideo() { waits_for_key_ = !origin_; }

  // Empty: the frame lies before the beginning and is not recorded. A dts that does not rise
  // (a publisher that started anew) is moved 1 ms behind the one before, since no container
  // takes it otherwise.
  std::optional<Times> Place(const EncodedFrame& frame);

  // The latest end seen, for the duration; a frame's own length is not known to the line.
  TimeDelta end() const { return end_; }

 private:
  bool waits_for_key_ = false;
  std::optional<MediaTime> origin_;
  std::optional<TimeDelta> last_video_;
  std::optional<TimeDelta> last_audio_;
  TimeDelta end_ = TimeDelta::Zero();
};

}  // namespace onair::devices
