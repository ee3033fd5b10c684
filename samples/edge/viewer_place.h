// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/relay/live_stream.h"

namespace onair::edge {

// Whom a key frame is for: one serves all of them.
enum class KeyFrameFor {
  kLostPicture = 1,  // A viewer who sees nothing any more.
  kOpening = 2,      // One who would be live sooner by it.
};

// A viewer's place in its stream.
class ViewerPlace {
 public:
  virtual ~ViewerPlace() = default;

  // As relay::LiveStream has them.
  virtual relay::Taken Next(Timestamp now) = 0;
  virtual relay::ViewerStats stats() const = 0;
  virtual void StartAnew() = 0;
  // False: none comes for that.
  virtual bool RequestKeyFrame(KeyFrameFor whom, Timestamp now) = 0;
  // Of the stream, with its sound.
  virtual DataRate rate() const = 0;
};

}  // namespace onair::edge
