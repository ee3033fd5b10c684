// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/trace_file.h"

#include <pthread.h>

#include <cerrno>
#include <cmath>
#include <cstring>
#include <utility>

namespace onair {
namespace {

std::string Quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) >= 0x20) out += c;
  }
  return out + "\"";
}

std::string CurrentThreadName() {
  char name[16] = "";
  if (pthread_getname_np(pthread_self(), name, sizeof name) != 0) return "thread";
  return name;
}

// JSON has no infinity: a number that is none becomes 0.
std::string Decimal(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3f", std::isfinite(value) ? value : 0.0);
  return text;
}

std::string Head(char phase, std::string_view name, int thread, Timestamp at) {
  return "{\"ph\":\"" + std::string(1, phase) + "\",\"pid\":1,\"tid\":" + std::to_string(thread) +
         ",\"name\":" + Quoted(name) + ",\"ts\":" + std::to_string(at.us());
}

}  // namespace

Result<std::unique_ptr<TraceFile>> TraceFile::Open(const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "we");
  if (file == nullptr) {
    const int code = errno;
    return Fail(ErrorCode::kFileWrite, path + ": " + std::strerror(code), code);
  }
  std::fputs("[\n", file);
  return std::unique_ptr<TraceFile>(new TraceFile(file));
}

TraceFile::~TraceFile() {
  static_cast<void>(Close());
}

int TraceFile::ThreadId() {
  const std::string name = CurrentThreadName();
  const auto [entry, is_new] = threads_.try_emplace(name, static_cast<int>(threads_.size()) + 1);
  if (is_new) {
    WriteEvent("{\"ph\":\"M\",\"pid\":1,\"tid\":" + std::to_string(entry->second) +
               ",\"name\":\"thread_name\",\"args\":{\"name\":" + Quoted(name) + "}}");
  }
  return entry->second;
}

void TraceFile::WriteEvent(const std::string& event) {
  if (file_ == nullptr || failed_errno_ != 0 || events_ >= kMaxEvents) return;
  if (events_++ > 0) std::fputs(",\n", file_);
  if (std::fputs(event.c_str(), file_) < 0) failed_errno_ = errno;
}

void TraceFile::Number(Timestamp at, std::string_view name, double value) {
  const runtime::MutexLock lock(mutex_);
  WriteEvent(Head('C', name, ThreadId(), at) + ",\"args\":{\"value\":" + Decimal(value) + "}}");
}

void TraceFile::Decision(Timestamp at, std::string_view name, std::string_view choice,
                         std::string_view reason) {
  const runtime::MutexLock lock(mutex_);
  WriteEvent(Head('i', name, ThreadId(), at) + ",\"s\":\"t\",\"args\":{\"choice\":" +
             Quoted(choice) + ",\"reason\":" + Quoted(reason) + "}}");
}

void TraceFile::Span(Timestamp begin, Timestamp end, std::string_view name) {
  const runtime::MutexLock lock(mutex_);
  WriteEvent(Head('X', name, ThreadId(), begin) + ",\"dur\":" + std::to_string((end - begin).us()) +
             "}");
}

Status TraceFile::Close() {
  const runtime::MutexLock lock(mutex_);
  if (file_ == nullptr) return {};
  std::fputs("\n]\n", file_);
  if (std::fclose(std::exchange(file_, nullptr)) != 0 && failed_errno_ == 0) {
    failed_errno_ = errno;
  }
  if (failed_errno_ == 0) return {};
  const auto code = failed_errno_ == ENOSPC ? ErrorCode::kDiskFull : ErrorCode::kFileWrite;
  return Fail(code, "trace", failed_errno_);
}

}  // namespace onair
