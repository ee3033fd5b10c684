// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "core/api/render_ports.h"
#include "platform/runtime/mutex.h"

namespace onair {

// The displays of one source of pictures, of which the newest gets them. It begins with the
// picture that stands on the one before, so that a window may change while playing: nothing is
// black, nothing lost. thread-safe.
class Surfaces {
 public:
  // `source` outlives this and every surface.
  explicit Surfaces(PictureSource& source) : source_(source) {}

  // From now on pictures go here; earlier surfaces keep what they show and get no more. A picture
  // that is shown again here was counted already, and is not told to the source twice.
  std::shared_ptr<PictureSource> Add();

  // What stands on the display.
  std::optional<VideoFrame> shown() const;

 private:
  class Surface;
  using Number = std::uint64_t;

  std::optional<VideoFrame> Take(Number surface, Timestamp at);
  void Presented(const VideoFrame& frame, const CaptureTime& when);

  PictureSource& source_;
  mutable runtime::Mutex mutex_;
  Number newest_ ONAIR_GUARDED_BY(mutex_) = 0;
  std::optional<VideoFrame> taken_ ONAIR_GUARDED_BY(mutex_);  // The last that any of them took.
  bool is_taken_presented_ ONAIR_GUARDED_BY(mutex_) = false;
  bool is_owed_ ONAIR_GUARDED_BY(mutex_) = false;  // The newest has not had a picture yet.
  std::optional<VideoFrame> shown_ ONAIR_GUARDED_BY(mutex_);
};

}  // namespace onair
