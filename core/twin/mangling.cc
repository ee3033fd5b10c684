// SPDX-License-Identifier: Apache-2.0
#include "core/twin/mangling.h"

#include <utility>

#include "core/twin/chance.h"

namespace onair::twin {

void Reorder::Take(Packet packet, Timestamp now) {
  const bool is_held = Happens(share_, rng_);
  Release(std::move(packet), is_held ? now + hold_ : now);
}

void Duplicate::Take(Packet packet, Timestamp now) {
  if (Happens(share_, rng_)) {
    CountDoubled();
    Release(packet, now + later_);
  }
  Release(std::move(packet), now);
}

void Corrupt::Take(Packet packet, Timestamp now) {
  if (Happens(share_, rng_) && !packet.bytes.empty()) {
    CountDamaged();
    const std::uint64_t bit = rng_.Below(packet.bytes.size() * 8);
    packet.bytes[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
  }
  Release(std::move(packet), now);
}

}  // namespace onair::twin
