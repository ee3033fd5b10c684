// SPDX-License-Identifier: Apache-2.0
//
// Making ready what a viewer will probably watch next.
#pragma once

#include <cstdint>

#include "core/base/result.h"
#include "core/units/data.h"

namespace onair {

// How far a room is made ready; each tier includes those before it.
enum class PreloadTier {
  kNone = 1,          // Nothing.
  kConnected = 2,     // Name known, connection (and TLS) up, nothing asked for.
  kNewestGop = 3,     // The stream flows; its newest key frame and what followed are kept.
  kFirstPicture = 4,  // That key frame is decoded as well.
};

// What using the network costs, as the system says.
enum class NetworkCost { kFree = 1, kMetered = 2 };

// How much is made ready. Read when a pool is made. Validate() runs before first use.
struct PreloadConfig {
  // Rooms that get anything at all; of more the farthest go, then those named longest ago.
  // Range [0, 64].
  int rooms = 8;

  // Rooms at this distance or nearer (1: the next one in any direction) get this tier, as far as
  // the budgets go. Ranges [0, 64]; each at least the one before.
  int picture_distance = 1;
  int gop_distance = 2;
  int connect_distance = 8;

  // Held by all preloaded rooms together. Range [0, 1 GiB]. More lets more rooms be shown at once.
  // Source: ours; two decoded 720p rooms with a GOP of 2 s at 2.5 Mbit/s are 4 MiB, the rest is for
  // longer GOPs and larger pictures.
  DataSize memory = DataSize::Mebibytes(24);

  // For all preloaded rooms together, by what their streams were measured at. Range [0, 1 Gbit/s].
  // More readies more rooms and takes from the one that is watched.
  // Source: ours; two streams of a usual live rate.
  DataRate bandwidth = DataRate::KilobitsPerSec(6000);

  // What a room counts for until it is measured. Range [100 kbit/s, 100 Mbit/s].
  DataRate assumed_rate = DataRate::KilobitsPerSec(2000);

  // On a metered network no room gets more than this, and only so many get it.
  PreloadTier metered_tier = PreloadTier::kConnected;
  int metered_rooms = 2;  // Range [0, 64].

  // Bound of one room's GOP; of a longer one the key frame alone is kept. Range [64 KiB, 64 MiB].
  DataSize gop_size = DataSize::Mebibytes(3);

  // Ok, or kInvalidConfig whose detail names the first field out of range.
  [[nodiscard]] Status Validate() const;
};

}  // namespace onair
