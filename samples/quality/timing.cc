// SPDX-License-Identifier: Apache-2.0
#include "samples/quality/timing.h"

#include <algorithm>
#include <cstddef>

namespace onair::samples {

double QuantileMs(std::vector<TimeDelta> spans, double share) {
  if (spans.empty()) return 0;
  std::sort(spans.begin(), spans.end());
  return spans[static_cast<std::size_t>(share * static_cast<double>(spans.size() - 1))].ms_f();
}

}  // namespace onair::samples
