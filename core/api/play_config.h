// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/api/reconnect_config.h"
#include "core/base/result.h"
#include "core/units/data.h"
#include "core/units/time.h"

namespace onair {

// Which way delay and stalls are traded.
enum class BufferMode {
  kAuto = 1,    // Measured jitter, 95th percentile.
  kFast = 2,    // Lowest delay, accepts more stalls.
  kSmooth = 3,  // Fewest stalls.
  kFixed = 4,   // Always `fixed_delay`.
  // For transports over datagrams: what they measure of jitter and no more. Over TCP, where one
  // lost packet holds up all that follow, it stalls.
  kRealtime = 5,
};

// How a viewer gets to the live edge from what is older than the target delay: a server's cached
// group of pictures at the opening, and what an outage held up.
enum class CatchUp {
  kJump = 1,   // At once: what lies between is decoded and not shown. Less than a second: kSpeed,
               // but no faster than 1.1.
  kSpeed = 2,  // Nothing is left out: played up to 1.2 times as fast, sound at its pitch, until it
               // is there. More than `buffer_span` behind it jumps all the same.
};

// How one play session behaves. Built once per session.
struct PlaySessionConfig {
  BufferMode buffer = BufferMode::kAuto;  // kAuto suits live streams over TCP.

  // Target of kFixed. Range [0 ms, 30 s].
  TimeDelta fixed_delay = TimeDelta::Millis(500);

  CatchUp catch_up = CatchUp::kJump;  // kSpeed shows everything, later.

  // From OpenStream to the server's acceptance. Range [0.5 s, 60 s].
  TimeDelta connect_timeout = TimeDelta::Seconds(10);

  // No frame for this long after acceptance: the connection counts as dead. Many bytes without
  // a whole frame (a large key frame over a slow link) count as one. Range [0.5 s, 60 s].
  TimeDelta stall_timeout = TimeDelta::Seconds(5);

  // Frames, but none that can be decoded, for this long: the same. Longer than the longest GOP,
  // or a viewer never joins at a server that does not begin with a key frame. Range [1 s, 120 s].
  // Source: ours; half again the 20 s that our own publisher allows.
  TimeDelta usable_timeout = TimeDelta::Seconds(30);

  // A live stream whose publisher left goes on when one is back within this time: the viewer waits
  // (PlayState::kAwaitingPublisher) on its connection, or comes back for it where the server ended
  // that too. Then it ends with kStreamEnded. Range [0 s, 10 min]; 0 ends it at once. More keeps
  // viewers of a stream that is really over waiting for longer.
  // Source: ours; a publisher that must leave before it comes back needs 1 to 3 s, a phone that
  // changes its network or an app that is started again up to 10.
  TimeDelta publisher_gap = TimeDelta::Seconds(10);

  // Bound of encoded media waiting for its time (Q4): target delay plus this span, and
  // `buffer_size` bytes. When full: jump to the newest key frame. Range [0.5 s, 30 s].
  TimeDelta buffer_span = TimeDelta::Seconds(4);

  // Range [1 MiB, 256 MiB].
  DataSize buffer_size = DataSize::Mebibytes(16);

  // Redirects followed in a row. Range [0, 20].
  int max_redirects = 5;

  ReconnectConfig reconnect;  // After errors that are retryable.

  // Ok, or kInvalidConfig whose detail names the first field out of range.
  [[nodiscard]] Status Validate() const;
};

}  // namespace onair
