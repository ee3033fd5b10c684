// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "core/base/result.h"
#include "core/units/time.h"
#include "platform/runtime/mutex.h"
#include "platform/sdk/percentiles.h"

namespace onair::samples {

using Json = nlohmann::ordered_json;

// Milliseconds with three decimals, or null.
Json Ms(std::optional<TimeDelta> span);
// From `from` to `to`, or null when either is missing.
Json MsBetween(std::optional<Timestamp> from, std::optional<Timestamp> to);
// Rounded to three decimals; null when it is not finite.
Json Number(double value);
// {p50, p95, max}; nulls when empty.
Json Spread(const Percentiles& values);
// {p50, p95}.
Json Quantiles(const Percentiles& values);
// "detail: meaning [name]" or null.
Json ErrorText(const std::optional<Error>& error);

// Replaces the file. kFileWrite, kDiskFull.
Status WriteText(const std::string& path, const std::string& text);
// Writes one JSON object. kFileWrite, kDiskFull.
Status WriteReport(const std::string& path, const Json& report);

// thread-safe. A line that is rewritten in place on a terminal and printed every 5 s elsewhere, on
// stderr.
class StatusLine {
 public:
  enum class Mode { kShown = 1, kQuiet = 2 };
  explicit StatusLine(Mode mode);
  ~StatusLine();  // Ends the line.

  void Show(const std::string& text, Timestamp now);
  // A message on a line of its own.
  void Say(const std::string& text);

 private:
  const Mode mode_;
  const bool is_terminal_;
  runtime::Mutex mutex_;
  bool is_open_ ONAIR_GUARDED_BY(mutex_) = false;
  std::optional<Timestamp> shown_at_ ONAIR_GUARDED_BY(mutex_);
};

}  // namespace onair::samples
