// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <vector>

#include "core/api/capture_ports.h"

namespace onair::devices {

// Remembers what a source gave. thread-safe.
class RecordingSink : public FrameSink {
 public:
  void OnVideo(VideoFrame frame) override {
    const std::lock_guard lock(mutex_);
    video_.push_back(std::move(frame));
    changed_.notify_all();
  }
  void OnAudio(AudioBlock block) override {
    const std::lock_guard lock(mutex_);
    audio_.push_back(std::move(block));
    changed_.notify_all();
  }
  void OnSourceEnd(std::optional<Error> error) override {
    const std::lock_guard lock(mutex_);
    ++ends_;
    error_ = std::move(error);
    changed_.notify_all();
  }

  // False when `condition(*this)` did not come true in time. The condition runs locked and
  // reads the public data below.
  template <typename Condition>
  bool Await(std::chrono::milliseconds limit, Condition condition) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, limit, [&] { return condition(*this); });
  }

  std::vector<VideoFrame> TakeVideo() {
    const std::lock_guard lock(mutex_);
    return std::exchange(video_, {});
  }
  std::vector<AudioBlock> TakeAudio() {
    const std::lock_guard lock(mutex_);
    return std::exchange(audio_, {});
  }
  std::optional<Error> error() {
    const std::lock_guard lock(mutex_);
    return error_;
  }
  int ends() {
    const std::lock_guard lock(mutex_);
    return ends_;
  }
  std::size_t calls() {
    const std::lock_guard lock(mutex_);
    return video_.size() + audio_.size() + static_cast<std::size_t>(ends_);
  }

  // Only inside Await()'s condition.
  std::vector<VideoFrame> video_;
  std::vector<AudioBlock> audio_;
  std::optional<Error> error_;
  int ends_ = 0;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
};

}  // namespace onair::devices
