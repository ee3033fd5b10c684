// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/api/stats.h"
#include "platform/sdk/percentiles.h"

namespace onair {

// One destination.
struct DestinationStats {
  std::string url;  // Redacted.
  PublishSessionStats session;
  Percentiles send_delay;  // Capture of a picture to its hand-over to the socket.
  Percentiles rtt;         // Of the TCP connection, sampled each 100 ms.
  std::optional<TimeDelta> rtt_now;
  std::optional<Error> error;  // Why it ended, when not by Stop().
};

// Snapshot of a publisher. Counters only grow.
struct PublisherStats {
  std::optional<Timestamp> started_at;
  std::int64_t frames_captured = 0;  // Pictures that reached Q1.
  std::int64_t frames_encoded = 0;
  std::int64_t frames_dropped = 0;   // Before the encoder: Q1 overflow, cadence.
  std::int64_t frames_repeated = 0;  // Last picture sent again for want of a new one.
  std::int64_t frames_held_up = 0;   // Coded frames lost because the net thread was held up.
  std::int64_t audio_glitches = 0;   // Blocks lost in Q2, and gaps filled with silence.
  std::int64_t encode_errors = 0;
  std::int64_t key_frames = 0;
  DataSize video_bytes = DataSize::Zero();  // Encoded.
  DataSize audio_bytes = DataSize::Zero();
  Percentiles encode;  // Per picture, in the encoder.
  PictureSize picture_size;
  DataRate target_rate = DataRate::Zero();
  double frame_rate = 0;  // Encoded pictures over the last second.
  std::vector<DestinationStats> destinations;
};

}  // namespace onair
