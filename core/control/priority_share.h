// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "core/units/data.h"

namespace onair::control {

// Streams of one sender over one bottleneck, each with an encoder and a controller of its own, by
// priority: a stream asks for no more than its priority's part of what any stream above it asks
// for. It then leaves the rest of the line to that one, whose controller finds it. So RFC 8867
// section 6.1 wants it: priority 2 gets twice the rate of priority 1. What the part of the upper
// streams does not use stays unused, and streams of equal priority do not hold each other back.
// A decider: single-owner, pure. Not for streams whose bottlenecks differ: a slow line of an
// upper stream would slow all below.
class PriorityShare {
 public:
  // Answers the stream's number, from 0. `priority` >= 1; `least` wins over the part.
  std::size_t Add(int priority, DataRate least);

  // What the stream's own controller decided; answers what the stream may ask for, until its
  // controller's next decision.
  [[nodiscard]] DataRate OnDecision(std::size_t stream, DataRate target);
  // It sends nothing for the time being, and holds nobody back until its next decision.
  void Rest(std::size_t stream);

 private:
  struct Stream {
    int priority;
    DataRate least;
    DataRate asked = DataRate::Zero();
    bool is_on = false;
  };
  std::vector<Stream> streams_;
};

}  // namespace onair::control
