// SPDX-License-Identifier: Apache-2.0
#include "core/control/priority_share.h"

#include <algorithm>

namespace onair::control {

std::size_t PriorityShare::Add(int priority, DataRate least) {
  streams_.push_back({std::max(1, priority), least});
  return streams_.size() - 1;
}

DataRate PriorityShare::OnDecision(std::size_t stream, DataRate target) {
  Stream& own = streams_[stream];
  DataRate part = target;
  for (const Stream& other : streams_) {
    if (!other.is_on || other.priority <= own.priority) continue;
    part = std::min(part, other.asked.Scaled(static_cast<double>(own.priority) / other.priority));
  }
  own.asked = std::min(target, std::max(part, own.least));
  own.is_on = true;
  return own.asked;
}

void PriorityShare::Rest(std::size_t stream) {
  streams_[stream].is_on = false;
}

}  // namespace onair::control
