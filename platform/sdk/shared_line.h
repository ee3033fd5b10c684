// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "capture/sync/source_line.h"
#include "platform/runtime/mutex.h"

namespace onair {

// The session line, asked by source threads and the encoding threads. thread-safe.
class SharedLine {
 public:
  explicit SharedLine(Timestamp origin) : origin_(origin), line_({}, origin) {}

  void StartSource(capture::SourceTracks tracks) {
    const runtime::MutexLock lock(mutex_);
    line_.StartSource(tracks);
  }
  capture::LinePlace Place(const capture::SourceItem& item) {
    const runtime::MutexLock lock(mutex_);
    return line_.Place(item);
  }
  void OnFilled(TrackKind track, MediaTime end) {
    const runtime::MutexLock lock(mutex_);
    line_.OnFilled(track, end);
  }

  Timestamp origin() const { return origin_; }
  MediaTime At(Timestamp at) const { return MediaTime::Zero() + (at - origin_); }

 private:
  const Timestamp origin_;
  runtime::Mutex mutex_;
  capture::SourceLine line_ ONAIR_GUARDED_BY(mutex_);
};

}  // namespace onair
