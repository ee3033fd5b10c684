// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/units/time.h"

namespace onair {

// The opening of a realtime viewer (docs/rts.md): from its first picture on, within this, the
// server brings it to the live edge, at whatever pace that takes; what pictures cost meanwhile is
// no jitter, and the player forgets it when this is over. Source: ours; a key frame, a round trip
// and the pictures of a second on a line of 1.5 times the stream's rate.
inline constexpr TimeDelta kOpeningSpan = TimeDelta::Seconds(2);

}  // namespace onair
