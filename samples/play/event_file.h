// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdio>
#include <memory>
#include <string>

#include "core/base/result.h"
#include "platform/runtime/mutex.h"
#include "platform/sdk/play_metrics.h"

namespace onair::samples {

// Stands in for an app's backend: each metric one line of JSON, written at once. thread-safe.
class EventFile {
 public:
  // kFileWrite.
  static Result<std::unique_ptr<EventFile>> Open(const std::string& path, Timestamp zero);
  ~EventFile();

  // `play`: which of the run's rooms, from 1; after a switch two plays tell side by side.
  void Write(int play, Metric metric);
  // kFileWrite when anything was lost.
  Status Close();

 private:
  EventFile(std::FILE* file, Timestamp zero) : zero_(zero), file_(file) {}

  const Timestamp zero_;
  runtime::Mutex mutex_;
  std::FILE* file_ ONAIR_GUARDED_BY(mutex_);
  bool has_failed_ ONAIR_GUARDED_BY(mutex_) = false;
};

}  // namespace onair::samples
