// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>

#include "core/api/events.h"
#include "platform/runtime/mutex.h"

namespace onair {

// Data that travels with pictures, kept until its picture is on the display. thread-safe.
class StreamData {
 public:
  // Messages of pictures that are not shown yet, of which the oldest go first: a display that comes
  // back has those of now. Messages told that the app's executor has not run yet, behind which the
  // newest go.
  // Source: ours; 16 a picture for the 16 pictures that a decoder holds at most.
  static constexpr std::size_t kMostWaiting = 256;
  static constexpr int kMostUntold = 256;

  // callback on the thread of OnPresented(). `told` is to be called once the app has it.
  using Report = std::function<void(StreamDataEvent, std::function<void()> told)>;

  explicit StreamData(Report report) : report_(std::move(report)) {}

  void SetTracks(const StreamTracks& tracks);
  void Push(const EncodedFrame& frame);
  // A jump: what waits belongs to pictures that nobody sees.
  void Clear();
  void OnPresented(MediaTime pts);

  // Beyond the bounds. What belongs to pictures that never come here is not among them.
  std::int64_t dropped() const { return dropped_; }

 private:
  const Report report_;
  const std::shared_ptr<std::atomic<int>> untold_ = std::make_shared<std::atomic<int>>(0);
  std::atomic<std::int64_t> dropped_{0};
  runtime::Mutex mutex_;
  std::optional<VideoCodec> codec_ ONAIR_GUARDED_BY(mutex_);
  std::deque<StreamDataEvent> waiting_ ONAIR_GUARDED_BY(mutex_);  // By pts.
};

}  // namespace onair
