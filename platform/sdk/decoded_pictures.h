// SPDX-License-Identifier: Apache-2.0
//
// Where a decoder of the app's puts its pictures, in whatever language it is written.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "core/media/encoded_frame.h"
#include "core/media/video_frame.h"
#include "platform/runtime/mutex.h"

namespace onair {

// Gives each picture the stamps of the frame that it was, and keeps it until the player takes it:
// the player's thread tells of frames and jumps, pictures come on whatever thread. thread-safe.
class DecodedPictures {
 public:
  DecodedPictures();

  // The player's side. `codec`: of the frame, whose stamps are read.
  void Expect(const EncodedFrame& frame, VideoCodec codec);
  void TakeAll(std::vector<VideoFrame>& out);
  // A jump, or the end: nothing that began before it is taken any more.
  void Forget();

  // A place for the picture of the frame that is shown at `pts`, to be given back by one of the
  // next two. kInvalidConfig naming "pts" where no frame had it; kLimit.
  struct Place {
    MediaTime pts;
    Timestamp captured_at;
    std::optional<UtcTime> captured_utc;
    std::int64_t jump;
  };
  Result<Place> Begin(MediaTime pts);
  void GiveUp();
  // Let go where a jump was meanwhile.
  void End(const Place& place, Picture pixels, Rotation rotation);

  // Source: ours; more than decoders hold (a DPB has 16 pictures).
  static constexpr std::size_t kMostInside = 64;
  // Made and not yet taken. Source: ours; who passes it made pictures that nobody asked for.
  static constexpr std::size_t kMostReady = 32;

 private:
  runtime::Mutex mutex_;
  std::deque<Place> inside_ ONAIR_GUARDED_BY(mutex_);  // Frames in the decoder.
  std::vector<VideoFrame> ready_ ONAIR_GUARDED_BY(mutex_);
  std::size_t begun_ ONAIR_GUARDED_BY(mutex_) = 0;
  std::int64_t jumps_ ONAIR_GUARDED_BY(mutex_) = 0;
};

// Whether a decoder that is configured for one needs no word of the other.
bool AreSame(const VideoTrack& a, const VideoTrack& b);

}  // namespace onair
