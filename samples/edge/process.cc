// SPDX-License-Identifier: Apache-2.0
#include "samples/edge/process.h"

#include <sys/resource.h>

namespace onair::edge {
namespace {

TimeDelta Of(const timeval& time) {
  return TimeDelta::Seconds(time.tv_sec) + TimeDelta::Micros(time.tv_usec);
}

}  // namespace

ProcessCost CostOfProcess() {
  rusage usage{};
  if (getrusage(RUSAGE_SELF, &usage) != 0) return {};
  return {Of(usage.ru_utime) + Of(usage.ru_stime), static_cast<double>(usage.ru_maxrss) / 1024.0};
}

}  // namespace onair::edge
