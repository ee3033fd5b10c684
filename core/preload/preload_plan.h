// SPDX-License-Identifier: Apache-2.0
//
// Which rooms are made ready, and how far: by their distance, within the budgets.
#pragma once

#include <span>
#include <vector>

#include "core/api/preload_config.h"
#include "core/units/time.h"

namespace onair::preload {

struct RoomReport {
  // Steps from what is watched: 1 for the next in any direction. > 0.
  int distance;
  Timestamp named_at;                // When the app last named it.
  PreloadTier tier;                  // Now.
  DataRate rate = DataRate::Zero();  // Measured; zero: not yet.
  // The most that its GOP took lately, also where it gave it up since; zero: not known.
  DataSize gop = DataSize::Zero();
  DataSize picture = DataSize::Zero();  // Its decoded picture, likewise.
};

struct PreloadReport {
  NetworkCost cost;
  std::span<const RoomReport> rooms;
};

enum class PreloadReason {
  kDistance = 1,   // As its distance says.
  kMetered = 2,    // Lower than that: the network costs.
  kBandwidth = 3,  // Lower: the streams of nearer rooms take it all.
  kMemory = 4,     // Lower: nearer rooms hold it all.
  kRooms = 5,      // Too many are nearer, or were named later.
};
struct RoomDecision {
  PreloadTier tier;
  PreloadReason reason;
};

// What a room is expected to hold in a tier before it was measured.
// Sources: ours; tests/bench/zap_bench.cc, 2026-11-21 (connection: kernel buffers not counted).
inline constexpr DataSize kConnectionMemory = DataSize::Kibibytes(64);
inline constexpr TimeDelta kAssumedGop = TimeDelta::Seconds(2);
inline constexpr DataSize kAssumedPicture = DataSize::Kibibytes(1350);  // 1280x720, 4:2:0.

// One decision a room, in the order of the report. Nearer rooms go first, of equals the one named
// last. A room that has its stream keeps it until the bandwidth is passed by a tenth: rates wobble.
// Memory is a hard bound, so what a room held counts before it holds it again.
// Pure. `config` is valid.
[[nodiscard]] std::vector<RoomDecision> PlanPreload(const PreloadConfig& config,
                                                    const PreloadReport& report);

}  // namespace onair::preload
