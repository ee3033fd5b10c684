// SPDX-License-Identifier: Apache-2.0
#include "samples/common/process_usage.h"

#include <sys/resource.h>
#include <unistd.h>

#include <ctime>
#include <fstream>
#include <sstream>
#include <string>

namespace onair::samples {
namespace {

TimeDelta SpanOf(const timeval& time) {
  return TimeDelta::Seconds(time.tv_sec) + TimeDelta::Micros(time.tv_usec);
}

}  // namespace

ProcessUsage UsageNow() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
#ifdef __APPLE__
  const double bytes = static_cast<double>(usage.ru_maxrss);
#else
  const double bytes = static_cast<double>(usage.ru_maxrss) * 1024.0;
#endif
  return {SpanOf(usage.ru_utime) + SpanOf(usage.ru_stime), bytes / 1e6};
}

std::optional<Timestamp> ProcessStart() {
  // proc(5): field 22 of /proc/self/stat is the start in clock ticks since boot; the fields
  // behind the command name (in parentheses, may hold spaces) begin with field 3.
  std::ifstream file("/proc/self/stat");
  std::string text;
  if (!std::getline(file, text)) return std::nullopt;
  std::istringstream fields(text.substr(text.rfind(')') + 1));
  std::string field;
  for (int i = 3; i <= 22; ++i) fields >> field;
  if (!fields) return std::nullopt;
  timespec boot{};
  timespec monotonic{};
  if (clock_gettime(CLOCK_BOOTTIME, &boot) != 0) return std::nullopt;
  if (clock_gettime(CLOCK_MONOTONIC, &monotonic) != 0) return std::nullopt;
  const auto us = [](const timespec& t) { return t.tv_sec * 1'000'000 + t.tv_nsec / 1'000; };
  const std::int64_t started = std::stoll(field) * 1'000'000 / sysconf(_SC_CLK_TCK);
  return Timestamp::Micros(started - (us(boot) - us(monotonic)));
}

}  // namespace onair::samples
