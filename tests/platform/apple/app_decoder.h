// SPDX-License-Identifier: Apache-2.0
//
// A decoder as an app may have one, and its bad days.
#pragma once

#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "tests/platform/apple/coder.h"
#include "tests/platform/apple/show.h"

enum class Trouble {
  kNone = 1,
  kRefusesStream,  // Of no kind that it knows.
  kFailsStream,    // This time.
  kLosesFrames,    // All but key frames.
  kRaises,         // From each method.
  kLeavesPlayer,   // Releases its last reference in a call.
  kMakesTooMany,   // Pictures of one frame.
};

// Another thread, on which pictures are ready later.
class Later {
 public:
  Later() : thread_([this] { Run(); }) {}
  ~Later() {
    Post(nullptr);
    thread_.join();
  }
  void Post(std::function<void()> task) {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
  }

 private:
  void Run() {
    for (;;) {
      std::function<void()> task;
      bool has_one = false;
      {
        const std::lock_guard lock(mutex_);
        if ((has_one = !tasks_.empty())) {
          task = std::move(tasks_.front());
          tasks_.pop_front();
        }
      }
      if (has_one && !task) return;
      NSAutoreleasePool* pool = [[NSAutoreleasePool alloc] init];
      if (has_one) task();
      [pool drain];
      if (!has_one) usleep(2000);
    }
  }

  std::mutex mutex_;
  std::deque<std::function<void()>> tasks_;
  std::thread thread_;
};

@interface Decoder : NSObject <ONPictureDecoder> {
 @public
  PictureCoder coder;
  Trouble trouble;
  Later* later;  // Null: pictures come at once. Not owned.
  std::atomic<int> configured;
  std::atomic<int> frames;
  std::atomic<int> keys;
  std::atomic<int> unknown_places;  // Of the wrong times that were refused as such.
  std::atomic<int> limits;
  std::atomic<int> flushed;
  std::atomic<int> jumps;
  std::atomic<int> invalidated;
  std::atomic<int> on_main;
  std::atomic<int> wrong;
  std::atomic<int> inside;
  std::atomic<void*> player;  // Of kLeavesPlayer.
}
@end
