// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstdio>
#include <map>
#include <memory>
#include <string>

#include "core/base/result.h"
#include "core/machine/trace.h"
#include "platform/runtime/mutex.h"

namespace onair {

// Writes traces as Chrome trace-event JSON (array form), which Perfetto opens: spans as slices
// on one track per thread, numbers as counters, decisions as instants. thread-safe. Stops
// writing, and remembers why, when the disk is full; at most kMaxEvents events.
// Format: "Trace Event Format", phases X, C, i and M.
class TraceFile final : public TraceSink {
 public:
  static constexpr std::int64_t kMaxEvents = 5'000'000;  // What comes after them is dropped.

  // Empties the file. kFileWrite with errno where it cannot be opened.
  static Result<std::unique_ptr<TraceFile>> Open(const std::string& path);
  ~TraceFile() override;  // Closes.

  void Number(Timestamp at, std::string_view name, double value) override;
  void Decision(Timestamp at, std::string_view name, std::string_view choice,
                std::string_view reason) override;
  void Span(Timestamp begin, Timestamp end, std::string_view name) override;

  // Ends the JSON. kDiskFull or kFileWrite when anything was lost.
  Status Close();

 private:
  explicit TraceFile(std::FILE* file) : file_(file) {}
  void WriteEvent(const std::string& event) ONAIR_REQUIRES(mutex_);
  int ThreadId() ONAIR_REQUIRES(mutex_);

  runtime::Mutex mutex_;
  std::FILE* file_ ONAIR_GUARDED_BY(mutex_);
  std::map<std::string, int> threads_ ONAIR_GUARDED_BY(mutex_);
  std::int64_t events_ ONAIR_GUARDED_BY(mutex_) = 0;
  int failed_errno_ ONAIR_GUARDED_BY(mutex_) = 0;
};

}  // namespace onair
