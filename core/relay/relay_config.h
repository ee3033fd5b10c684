// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.h"
#include "core/units/data.h"
#include "core/units/time.h"

namespace onair::relay {

// Whether the newest group of pictures is kept for viewers who join in its middle.
enum class GopCache { kOn = 1, kOff = 2 };

// What an entry costs against the size limits besides its payload, so that tiny frames cannot
// fill memory with bookkeeping. Source: ours; a slot, its buffers' heads and the tag around a
// tiny frame, rounded up.
inline constexpr DataSize kEntryCharge = DataSize::Bytes(512);

// How one stream is handed on. Built once per stream. Size limits count payload bytes and
// kEntryCharge per entry; what the driver attaches to an entry comes on top. A stream never
// holds more than the larger of cache_size and backlog_size.
struct RelayConfig {
  // Off: a joiner waits for the next key frame, half a GOP on average, and joins at the live
  // edge. On: the first picture comes at once and is up to a GOP old.
  GopCache gop_cache = GopCache::kOn;

  // A GOP longer or larger than this is not kept: its joiners wait for the next key frame.
  // Range [100 ms, 60 s] and [64 KiB, 1 GiB].
  // Source: ours; twice the usual 2..4 s of live GOPs, at 10 Mbit/s. Others bound it by 2500
  // frames (SRS) or not at all (nginx-http-flv).
  TimeDelta cache_span = TimeDelta::Seconds(10);
  DataSize cache_size = DataSize::Mebibytes(16);

  // A viewer who has more than this before him jumps to the newest key frame. Higher bridges
  // longer dips of his network and lets his delay grow. Same ranges.
  // Source: ours; three times what a player buffers by default.
  TimeDelta backlog_span = TimeDelta::Seconds(3);
  DataSize backlog_size = DataSize::Mebibytes(8);

  // Range [1, 1'000'000].
  int max_viewers = 10'000;

  // Ok, or kInvalidConfig whose detail names the first field out of range.
  [[nodiscard]] Status Validate() const;
};

}  // namespace onair::relay
