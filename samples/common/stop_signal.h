// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/units/time.h"

namespace onair::samples {

// SIGINT and SIGTERM as something to wait for. Make it first in main(), before any thread:
// the signals are blocked in all threads and read here. SIGPIPE is ignored.
class StopSignal {
 public:
  StopSignal();

  // Waits until a signal came or `deadline` (runtime::Now() time); true for a signal, and
  // from then on.
  bool WaitUntil(Timestamp deadline);

 private:
  bool has_come_ = false;
};

}  // namespace onair::samples
