// SPDX-License-Identifier: Apache-2.0
#include "core/twin/blackout.h"

#include <algorithm>
#include <utility>

namespace onair::twin {

void Blackout::Take(Packet packet, Timestamp now) {
  const bool is_dark = std::any_of(spans_.begin(), spans_.end(), [now](const Span& span) {
    return now >= span.from && now < span.from + span.length;
  });
  if (is_dark) return Drop();
  Release(std::move(packet), now);
}

void MtuBlackHole::Take(Packet packet, Timestamp now) {
  if (now >= since_ && packet.size() > largest_) return Drop();
  Release(std::move(packet), now);
}

}  // namespace onair::twin
