// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/api/events.h"
#include "core/media/video_frame.h"

namespace onair {

// Pictures to PNG files, each on a thread of its own (onair.snapshot), which the disk may hold for
// as long as it likes and which may outlive this. thread-safe.
class SnapshotWriter {
 public:
  // Source: ours; a person's finger is slower, a disk that hangs must not gather threads.
  static constexpr int kMostAtOnce = 4;

  // callback on any thread, once for each Write(), maybe from inside it; it may come after this
  // is gone.
  using Report = std::function<void(SnapshotEvent)>;

  explicit SnapshotWriter(Report report) : report_(std::move(report)) {}

  // Empty: there is no picture yet (kInvalidState). kLimit above kMostAtOnce; kFileNotFound,
  // kFileWrite, kDiskFull.
  void Write(const std::string& path, std::optional<VideoFrame> shown);

 private:
  const Report report_;
  const std::shared_ptr<std::atomic<int>> under_way_ = std::make_shared<std::atomic<int>>(0);
};

}  // namespace onair
