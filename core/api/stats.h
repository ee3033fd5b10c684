// SPDX-License-Identifier: Apache-2.0
//
// Snapshots. Counters only grow; names equal trace names.
#pragma once

#include <cstdint>
#include <optional>

#include "core/api/events.h"
#include "core/units/data.h"

namespace onair {

// One destination's session.
struct PublishSessionStats {
  PublishState state = PublishState::kConnecting;
  std::int64_t frames_queued = 0;   // Video frames handed to the session.
  std::int64_t frames_sent = 0;     // Video frames written to the transport.
  std::int64_t frames_dropped = 0;  // Video frames dropped before the transport.
  std::int64_t audio_frames_sent = 0;
  // Before a connection carries media: without one, or while a first key frame is awaited; and
  // where the peer takes no sound.
  std::int64_t audio_frames_dropped = 0;
  std::int64_t key_frames_sent = 0;
  DataSize video_bytes_sent = DataSize::Zero();
  DataSize audio_bytes_sent = DataSize::Zero();
  DataSize bytes_sent = DataSize::Zero();    // On the byte stream, protocol included.
  DataSize queue_size = DataSize::Zero();    // Now.
  TimeDelta queue_span = TimeDelta::Zero();  // Now, in media time.
  TimeDelta queue_span_max = TimeDelta::Zero();
  DataSize unsent = DataSize::Zero();  // Now, in the socket.
  std::int64_t reconnects = 0;
  std::int64_t redirects = 0;
  std::int64_t attempts = 0;           // Connections opened or tried, standbys included.
  std::int64_t hand_overs = 0;         // Media moved to a second connection while live.
  std::int64_t hand_overs_failed = 0;  // Begun, and no second connection came of it.
  std::int64_t reconnect_requests = 0;
  std::int64_t publish_conflicts = 0;  // Refused because somebody publishes this name.
  std::int64_t url_requests = 0;       // Times the app was asked for its address.
  // Realtime: servers that were left before they could be told, to their own time-out.
  std::int64_t farewells_cut = 0;
  std::optional<Timestamp> started_at;
  std::optional<Timestamp> live_at;         // First acceptance.
  std::optional<Timestamp> first_frame_at;  // First video frame written.
};

// When each part of opening was done; empty until then. Driver time.
struct OpeningStages {
  std::optional<Timestamp> started;
  std::optional<Timestamp> resolved;
  std::optional<Timestamp> connected;
  std::optional<Timestamp> secured;          // Only with TLS.
  std::optional<Timestamp> requested;        // Request written.
  std::optional<Timestamp> first_byte;       // Of the answer.
  std::optional<Timestamp> first_key_frame;  // Complete.
};

struct PlaySessionStats {
  PlayState state = PlayState::kConnecting;
  OpeningStages opening;  // Of the first connection.
  std::int64_t video_frames_received = 0;
  std::int64_t audio_frames_received = 0;
  std::int64_t frames_dropped = 0;        // Video jumped over or overflowed, never decoded.
  std::int64_t audio_frames_dropped = 0;  // The same of sound, and what came too late or twice.
  std::int64_t jumps = 0;                 // To a newer key frame.
  std::int64_t stalls = 0;
  TimeDelta stalled_for = TimeDelta::Zero();
  TimeDelta buffered = TimeDelta::Zero();      // Now, not yet due.
  TimeDelta target_delay = TimeDelta::Zero();  // Now.
  double playback_rate = 1.0;                  // Now.
  DataSize bytes_received = DataSize::Zero();
  std::int64_t reconnects = 0;
  std::int64_t redirects = 0;
  std::int64_t publisher_gaps = 0;  // Times the publisher left; no stalls.
  std::int64_t farewells_cut = 0;   // As in PublishSessionStats.
};

}  // namespace onair
