// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <variant>

#include "core/media/encoded_frame.h"
#include "core/media/media_time.h"
#include "core/units/data.h"
#include "platform/runtime/mutex.h"

namespace onair {

// Work on its way to the decoders. Frames may be refused, what steers the decoders never is.
// thread-safe.
class DecodeQueue {
 public:
  struct Decode {
    EncodedFrame frame;
    Timestamp render_at;
  };
  struct NewTracks {
    StreamTracks tracks;
    std::int64_t number = 0;  // Of these tracks in the player, for DecodeLine::Outputs.
  };
  // Everything decoded or waiting to be is void: waiting frames are dropped at once.
  struct Flush {};
  struct Line {
    ClockMap map;
  };
  // Only of files (play_session.h).
  struct PictureForm {
    Rotation turn;
    bool are_stamps_past = false;
  };
  struct ShowFrom {
    MediaTime place;
  };
  struct Drain {};
  // What decodes to pictures up to here stood on the display already. Until Flush.
  struct Hide {
    MediaTime until;
  };
  using Job = std::variant<Decode, NewTracks, Flush, Line, PictureForm, ShowFrom, Drain, Hide>;

  enum class Outcome {
    kTaken = 1,
    kDropped = 2,      // Sound that found no room, or video after a lost picture.
    kPictureLost = 3,  // Video found no room: nothing up to the next key frame can be decoded.
  };

  // The session releases media shortly before it is due; only a burst on joining (a whole
  // cached GOP with its sound, at most 20 s at 120 pictures and 47 sound frames a second) or a
  // decoder that hangs fills this. The bytes are 20 s at 25 Mbit/s.
  static constexpr std::size_t kMaxJobs = 4000;
  static constexpr DataSize kMaxBytes = DataSize::Mebibytes(64);

  Outcome Push(Job job);
  // Waits for a job; empty once closed.
  std::optional<Job> Pop();
  // Ends all waiting; what is inside is dropped.
  void Close();

  // A key frame waits: whatever was lost before it is mended by it.
  bool HoldsKey() const;
  std::int64_t frames_dropped() const;  // Refused or flushed.

 private:
  Outcome Add(Decode job) ONAIR_REQUIRES(mutex_);
  Outcome AddSteering(Job job) ONAIR_REQUIRES(mutex_);
  void DropFrames() ONAIR_REQUIRES(mutex_);

  mutable runtime::Mutex mutex_;
  runtime::CondVar filled_;
  std::deque<Job> jobs_ ONAIR_GUARDED_BY(mutex_);
  std::int64_t bytes_ ONAIR_GUARDED_BY(mutex_) = 0;
  bool awaits_key_ ONAIR_GUARDED_BY(mutex_) = false;
  bool is_closed_ ONAIR_GUARDED_BY(mutex_) = false;
  std::int64_t frames_dropped_ ONAIR_GUARDED_BY(mutex_) = 0;
};

}  // namespace onair
