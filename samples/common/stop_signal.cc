// SPDX-License-Identifier: Apache-2.0
#include "samples/common/stop_signal.h"

#include <algorithm>
#include <csignal>
#include <ctime>

#include "platform/runtime/clock.h"

namespace onair::samples {
namespace {

sigset_t StopSet() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

}  // namespace

StopSignal::StopSignal() {
  const sigset_t set = StopSet();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

bool StopSignal::WaitUntil(Timestamp deadline) {
  const sigset_t set = StopSet();
  while (!has_come_) {
    // A deadline in the past still looks once.
    const TimeDelta left = std::max(deadline - runtime::Now(), TimeDelta::Zero());
    timespec wait{};
    wait.tv_sec = left.us() / 1'000'000;
    wait.tv_nsec = left.us() % 1'000'000 * 1'000;
    has_come_ = sigtimedwait(&set, nullptr, &wait) > 0;
    if (!has_come_ && runtime::Now() >= deadline) return false;
  }
  return true;
}

}  // namespace onair::samples
