// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/media/encoded_frame.h"
#include "core/relay/live_stream.h"
#include "core/units/data.h"

namespace onair::edge {

// One stream as its page, its JSON and its metrics show it.
struct StreamSnapshot {
  std::string name;  // "app/stream".
  StreamTracks tracks;
  relay::StreamStats stats;
  DataRate rate_in = DataRate::Zero();  // Over the last second.
};

// One port.
struct PortStats {
  std::int64_t open = 0;  // Now.
  std::int64_t accepted = 0;
  std::int64_t refused = 0;  // max_connections reached.
  std::int64_t accept_failed = 0;
};

// WebRTC. Counters include sessions that are gone.
struct RtcStats {
  std::int64_t sessions = 0;    // Now.
  std::int64_t connecting = 0;  // Of them without a path and keys yet.
  std::int64_t publishers = 0;  // Of them, connected.
  std::int64_t sessions_total = 0;
  std::int64_t refused = 0;     // Offers: no such stream, no common codec, wrong key, a limit.
  std::int64_t never_came = 0;  // Accepted offers whose peer made no connection.
  std::int64_t restarts = 0;    // Of ICE, taken.
  std::int64_t packets_in = 0;
  std::int64_t packets_lost = 0;   // On their way in, for good.
  std::int64_t packets_asked = 0;  // On their way in, asked for again.
  std::int64_t packets_out = 0;
  std::int64_t packets_resent = 0;
  std::int64_t key_frames_wanted = 0;  // By viewers.
  std::int64_t silences = 0;           // Of viewers, who were sent nothing more meanwhile.
  std::int64_t datagrams_strange = 0;  // Of no session.
};

// The whole edge. Counters only grow and include streams that are gone; others are of now.
struct EdgeStats {
  PortStats rtmp;
  PortStats http;
  RtcStats rtc;
  std::int64_t streams = 0;
  std::int64_t publishers = 0;
  std::int64_t publishers_total = 0;
  std::int64_t publishers_refused = 0;
  std::int64_t takeovers = 0;  // Streams that went on with another connection.
  std::int64_t viewers_rtmp = 0;
  std::int64_t viewers_flv = 0;
  std::int64_t viewers_rtc = 0;
  std::int64_t viewers_max = 0;
  std::int64_t viewers_total = 0;
  std::int64_t viewers_refused = 0;  // No such stream, or a limit.
  // Over RTMP and HTTP-FLV, how they began: with the cached group, with its key frame alone, with
  // the next key frame. Then: burst cut short when the line was known to be too slow for it, burst
  // held back for the sake of others.
  std::int64_t joins_group = 0;
  std::int64_t joins_key = 0;
  std::int64_t joins_next = 0;
  std::int64_t bursts_cut = 0;
  std::int64_t bursts_paced = 0;
  std::int64_t viewers_stalled = 0;  // Dropped because they took nothing.
  std::int64_t http_requests = 0;
  std::int64_t http_errors = 0;        // Malformed, too large, too slow.
  DataSize memory = DataSize::Zero();  // As EdgeConfig::max_memory counts it, when last measured.
  DataSize memory_limit = DataSize::Zero();
  std::int64_t memory_refused = 0;  // Publishers and viewers, because it was full.
  std::int64_t caches_dropped = 0;  // Because it was full.
  std::int64_t frames_in = 0;
  std::int64_t frames_out = 0;
  std::int64_t frames_dropped = 0;  // Skipped by slow viewers.
  std::int64_t jumps = 0;
  std::int64_t key_frames_asked = 0;     // Of publishers, for viewers.
  DataSize bytes_in = DataSize::Zero();  // Media payload.
  DataSize bytes_out = DataSize::Zero();
};

}  // namespace onair::edge
