// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "core/api/recorder.h"
#include "platform/runtime/bounded_queue.h"
#include "platform/runtime/mutex.h"
#include "platform/sdk/publisher_stats.h"

namespace onair {

// One file being written, and the thread onair.file that writes it. A disk may hold the thread
// for as long as it likes: thread and owner share this, and the owner may leave first.
// thread-safe, except where a method says otherwise.
class Recording : public std::enable_shared_from_this<Recording> {
 public:
  // Empty: the file is whole. Called once, on onair.file.
  using OnEnd = std::function<void(const std::optional<Error>&)>;

  Recording(std::unique_ptr<Recorder> recorder, std::string url);

  // Once. kOutOfMemory when the system has no thread left.
  Status Start(Timestamp now, OnEnd on_end);

  // False: too much waits for the disk; it is counted as dropped. One caller at a time.
  bool Push(const StreamTracks& tracks);
  bool Push(const EncodedFrame& frame);
  // A video frame that its owner did not push.
  void CountDropped(TrackKind track);

  // Nothing is pushed any more. What waits is written and the file closed; then OnEnd.
  void Finish() { jobs_.Close(); }
  // The owner waits no longer. What is not written counts as dropped, even if the thread still
  // brings it to the disk. The answer says so.
  Error Abandon();

  DestinationStats stats() const;

 private:
  using Job = std::variant<StreamTracks, EncodedFrame>;
  static std::int64_t SizeOf(const Job& job);

  void Run();
  Status Do(const Job& job);
  void CountWritten(const EncodedFrame& frame);
  // Of what was pushed.
  std::int64_t CountLost() ONAIR_REQUIRES(mutex_);

  const std::unique_ptr<Recorder> recorder_;  // Of onair.file.
  OnEnd on_end_;
  runtime::BoundedQueue<Job> jobs_;
  mutable runtime::Mutex mutex_;
  bool is_over_ ONAIR_GUARDED_BY(mutex_) = false;  // The counters have their last values.
  std::int64_t video_waiting_ ONAIR_GUARDED_BY(mutex_) = 0;
  std::int64_t audio_waiting_ ONAIR_GUARDED_BY(mutex_) = 0;
  DestinationStats stats_ ONAIR_GUARDED_BY(mutex_);
};

}  // namespace onair
