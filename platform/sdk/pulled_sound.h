// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>

#include "core/api/render_ports.h"
#include "platform/runtime/mutex.h"

namespace onair {

// Where a player puts its sound and an app's device takes it. thread-safe; the lock is held for
// one pull, which does not allocate.
class SoundTap {
 public:
  void Open(const AudioFormat& format, AudioPuller& puller) {
    const runtime::MutexLock lock(mutex_);
    format_ = format;
    puller_ = &puller;
  }
  // No pull is under way or begins after return.
  void Close() {
    const runtime::MutexLock lock(mutex_);
    puller_ = nullptr;
  }

  // `frame_count` samples of each channel into the front of `out`, and in `format` what they are.
  // Zeros all of it where there is no sound to be had, and no format; and where they do not fit:
  // kLimit, with the format, which tells how much does.
  Status Pull(std::span<float> out, std::size_t frame_count, Timestamp heard_at,
              AudioFormat& format);

 private:
  runtime::Mutex mutex_;
  AudioFormat format_ ONAIR_GUARDED_BY(mutex_);
  AudioPuller* puller_ ONAIR_GUARDED_BY(mutex_) = nullptr;
};

// The player's side of `tap`.
std::unique_ptr<AudioOutput> MakePulledOutput(std::shared_ptr<SoundTap> tap);

}  // namespace onair
