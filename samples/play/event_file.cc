// SPDX-License-Identifier: Apache-2.0
#include "samples/play/event_file.h"

#include <cerrno>
#include <cstring>
#include <utility>

namespace onair::samples {

Result<std::unique_ptr<EventFile>> EventFile::Open(const std::string& path, Timestamp zero) {
  std::FILE* file = std::fopen(path.c_str(), "we");
  if (file == nullptr) {
    const int code = errno;
    return Fail(ErrorCode::kFileWrite, path + ": " + std::strerror(code), code);
  }
  return std::unique_ptr<EventFile>(new EventFile(file, zero));
}

EventFile::~EventFile() {
  static_cast<void>(Close());
}

void EventFile::Write(int play, Metric metric) {
  metric.values.insert(metric.values.begin(), {"play", static_cast<double>(play)});
  const std::string line = ToJson(metric, zero_) + "\n";
  const runtime::MutexLock lock(mutex_);
  if (file_ == nullptr) return;
  if (std::fputs(line.c_str(), file_) < 0 || std::fflush(file_) != 0) has_failed_ = true;
}

Status EventFile::Close() {
  const runtime::MutexLock lock(mutex_);
  if (file_ == nullptr) return {};
  if (std::fclose(std::exchange(file_, nullptr)) != 0) has_failed_ = true;
  if (has_failed_) return Fail(ErrorCode::kFileWrite, "events");
  return {};
}

}  // namespace onair::samples
