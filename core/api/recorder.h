// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "core/base/result.h"
#include "core/media/encoded_frame.h"

namespace onair {

// Writes encoded media to a file. Single-owner, on a thread that may block on the disk.
class Recorder {
 public:
  virtual ~Recorder() = default;  // Closes; a failure then is lost: call Close().

  // Before the first Write(); again when a decoder configuration changes (takes effect at
  // the next key frame; a container that cannot change refuses with kUnsupported).
  virtual Status SetTracks(const StreamTracks& tracks) = 0;

  // Frames before the first key frame are skipped. kDiskFull, kFileWrite: the file holds what
  // was written before and is playable as far as its format allows.
  virtual Status Write(const EncodedFrame& frame) = 0;

  // Finishes the file (index, duration).
  virtual Status Close() = 0;
};

}  // namespace onair
