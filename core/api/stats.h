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
  PublishState state = PublishState::kConnecting;  // Now.
  std::int64_t frames_queued = 0;                  // Video frames handed to the session.
  std::int64_t frames_sent = 0;                    // Video frames written to the transport.
  std::int64_t frames_dropped = 0;                 // Video frames dropped before the transport.
  std::int64_t audio_frames_sent = 0;              // Frames of sound written to the transport.
  // Before a connection carries media: without one, or while a first key frame is awaited; and
  // where the peer takes no sound.
  std::int64_t audio_frames_dropped = 0;
  std::int64_t key_frames_sent = 0;              // Among frames_sent.
  DataSize video_bytes_sent = DataSize::Zero();  // Payloads of pictures, as encoded.
  DataSize audio_bytes_sent = DataSize::Zero();  // Payloads of sound, as encoded.
  DataSize bytes_sent = DataSize::Zero();        // On the byte stream, protocol included.
  DataSize queue_size = DataSize::Zero();        // Now.
  TimeDelta queue_span = TimeDelta::Zero();      // Now, in media time.
  TimeDelta queue_span_max = TimeDelta::Zero();  // The longest it has been.
  DataSize unsent = DataSize::Zero();            // Now, in the socket.
  std::int64_t reconnects = 0;          // Connections that carried media again after one was lost.
  std::int64_t redirects = 0;           // Times a server sent the session elsewhere.
  std::int64_t attempts = 0;            // Connections opened or tried, standbys included.
  std::int64_t hand_overs = 0;          // Media moved to a second connection while live.
  std::int64_t hand_overs_failed = 0;   // Begun, and no second connection came of it.
  std::int64_t reconnect_requests = 0;  // Times the server asked for a new connection.
  std::int64_t publish_conflicts = 0;   // Refused because somebody publishes this name.
  std::int64_t url_requests = 0;        // Times the app was asked for its address.
  // Realtime: servers that were left before they could be told, to their own time-out.
  std::int64_t farewells_cut = 0;
  std::optional<Timestamp> started_at;      // Driver time of the start.
  std::optional<Timestamp> live_at;         // First acceptance.
  std::optional<Timestamp> first_frame_at;  // First video frame written.
};

// When each part of opening was done; empty until then. Driver time.
struct OpeningStages {
  std::optional<Timestamp> started;          // When opening began.
  std::optional<Timestamp> resolved;         // The host has an address.
  std::optional<Timestamp> connected;        // By TCP.
  std::optional<Timestamp> secured;          // Only with TLS.
  std::optional<Timestamp> requested;        // Request written.
  std::optional<Timestamp> first_byte;       // Of the answer.
  std::optional<Timestamp> first_key_frame;  // Complete.
};

// One player's session, over all its connections.
struct PlaySessionStats {
  PlayState state = PlayState::kConnecting;  // Now.
  OpeningStages opening;                     // Of the first connection.
  std::int64_t video_frames_received = 0;    // Coded pictures that came in whole.
  std::int64_t audio_frames_received = 0;    // Coded frames of sound that came in whole.
  std::int64_t frames_dropped = 0;           // Video jumped over or overflowed, never decoded.
  std::int64_t audio_frames_dropped = 0;     // The same of sound, and what came too late or twice.
  std::int64_t jumps = 0;                    // To a newer key frame.
  std::int64_t stalls = 0;  // Times nothing was left to show; waits for a publisher aside.
  TimeDelta stalled_for = TimeDelta::Zero();   // The same in time, the present one included.
  TimeDelta buffered = TimeDelta::Zero();      // Now, not yet due.
  TimeDelta target_delay = TimeDelta::Zero();  // Now.
  double playback_rate = 1.0;                  // Now.
  DataSize bytes_received = DataSize::Zero();  // Protocol included.
  std::int64_t reconnects = 0;                 // Connections opened because one was lost.
  std::int64_t redirects = 0;                  // Times a server sent the session elsewhere.
  std::int64_t publisher_gaps = 0;             // Times the publisher left; no stalls.
  std::int64_t farewells_cut = 0;              // As in PublishSessionStats.
};

}  // namespace onair
