// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "core/api/capture_ports.h"
#include "platform/runtime/mutex.h"
#include "platform/sdk/shared_line.h"

namespace onair {

// Owns the sources of a publisher and changes them while live: the new ones start first, then
// take over on the line, then the old ones stop. Run() and Stop() on one thread; Interrupt()
// from any.
class SourceSwitch {
 public:
  // Where placed media goes; callback on the sources' threads.
  struct Outputs {
    std::function<void(VideoFrame)> video;
    std::function<void(AudioBlock)> audio;
    std::function<void(std::optional<Error>)> ended;  // Also: a device that did not start.
    std::function<void(const Error&)> skipped;
  };

  // `line` outlives this.
  SourceSwitch(SharedLine& line, Outputs outputs);
  ~SourceSwitch();  // Stop().

  // Replaces what runs. Blocks while devices open (<= 4 s) and stop (<= 200 ms).
  // A source that may be missing is told to `skipped` when it does not start.
  enum class Need { kMust = 1, kMay = 2 };
  struct Wanted {
    std::unique_ptr<LiveSource> source;
    Need need;
  };
  void Run(std::vector<Wanted> sources);

  // Stops everything. Blocks up to 200 ms a device.
  void Stop();

  // Lets a Run() that waits for a device come back at once, and later ones do nothing.
  // Blocks up to 200 ms.
  void Interrupt();

 private:
  class Sink;
  struct Running {
    std::unique_ptr<Sink> sink;  // Outlives its source.
    std::unique_ptr<LiveSource> source;
  };

  Status StartOne(Running& running);

  SharedLine& line_;
  const Outputs outputs_;
  std::vector<Running> running_;
  runtime::Mutex mutex_;
  LiveSource* starting_ ONAIR_GUARDED_BY(mutex_) = nullptr;
  bool is_interrupted_ ONAIR_GUARDED_BY(mutex_) = false;
};

}  // namespace onair
