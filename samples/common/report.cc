// SPDX-License-Identifier: Apache-2.0
#include "samples/common/report.h"

#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>

namespace onair::samples {
namespace {

constexpr TimeDelta kPlainInterval = TimeDelta::Seconds(5);

}  // namespace

Json Number(double value) {
  if (!std::isfinite(value)) return nullptr;
  return std::round(value * 1e3) / 1e3;
}

Json Ms(std::optional<TimeDelta> span) {
  return span ? Number(span->ms_f()) : Json(nullptr);
}

Json MsBetween(std::optional<Timestamp> from, std::optional<Timestamp> to) {
  return from && to ? Ms(*to - *from) : Json(nullptr);
}

Json Spread(const Percentiles& values) {
  return {{"p50", Ms(values.Quantile(0.5))},
          {"p95", Ms(values.Quantile(0.95))},
          {"max", Ms(values.max())}};
}

Json Quantiles(const Percentiles& values) {
  return {{"p50", Ms(values.Quantile(0.5))}, {"p95", Ms(values.Quantile(0.95))}};
}

Json ErrorText(const std::optional<Error>& error) {
  return error ? Json(ToString(*error)) : Json(nullptr);
}

Status WriteText(const std::string& path, const std::string& text) {
  const auto fail = [&](int code) {
    const auto kind = code == ENOSPC ? ErrorCode::kDiskFull : ErrorCode::kFileWrite;
    return Fail(kind, path + ": " + std::strerror(code), code);
  };
  std::FILE* file = std::fopen(path.c_str(), "we");
  if (file == nullptr) return fail(errno);
  const bool is_written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  const int write_errno = errno;
  if (std::fclose(file) != 0) return fail(errno);
  if (!is_written) return fail(write_errno);
  return {};
}

Status WriteReport(const std::string& path, const Json& report) {
  return WriteText(path,
                   report.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
}

StatusLine::StatusLine(Mode mode) : mode_(mode), is_terminal_(isatty(STDERR_FILENO) == 1) {}

StatusLine::~StatusLine() {
  const runtime::MutexLock lock(mutex_);
  if (is_open_) std::fputc('\n', stderr);
}

void StatusLine::Show(const std::string& text, Timestamp now) {
  const runtime::MutexLock lock(mutex_);
  if (mode_ == Mode::kQuiet) return;
  if (is_terminal_) {
    std::fprintf(stderr, "\r\033[K%s", text.c_str());
    std::fflush(stderr);
    is_open_ = true;
    return;
  }
  if (shown_at_ && now - *shown_at_ < kPlainInterval) return;
  shown_at_ = now;
  std::fprintf(stderr, "%s\n", text.c_str());
}

void StatusLine::Say(const std::string& text) {
  const runtime::MutexLock lock(mutex_);
  if (mode_ == Mode::kQuiet) return;
  if (is_open_) std::fputs("\r\033[K", stderr);
  is_open_ = false;
  std::fprintf(stderr, "%s\n", text.c_str());
}

}  // namespace onair::samples
