// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "core/api/preload_config.h"
#include "core/api/quality_config.h"
#include "core/api/stats.h"
#include "platform/sdk/media_place.h"
#include "platform/sdk/percentiles.h"

namespace onair {

// Snapshot of a player. Counters only grow.
struct PlayerStats {
  PlaySessionStats session;  // Of the network's side.

  MediaPlace place;  // Of files and HLS, sampled each 100 ms.

  std::optional<Timestamp> started_at;          // Player::Start().
  std::optional<Timestamp> first_decoded_at;    // The first picture left the decoder.
  std::optional<Timestamp> first_presented_at;  // The display said it is visible.
  std::optional<Timestamp> first_heard_at;      // By the sound device's own estimate.

  // Which address is played, with all that the app wrote there; its own before the start.
  std::string url;
  // Over to other addresses: done, of any cause; those of them away from a realtime stream that did
  // not come; begun but not done.
  std::int64_t switches = 0;
  std::int64_t fallbacks = 0;
  std::int64_t switches_failed = 0;

  // Of PlayerConfig::qualities: which one plays, empty where another address does, and who chose
  // it.
  std::optional<std::size_t> quality;
  QualityMode quality_mode = QualityMode::kPinned;
  // While the player chooses: what the network carries, or at least what it was seen to carry; zero
  // before anything is known.
  DataRate bandwidth = DataRate::Zero();

  // Making the decoders ready, which the network's work does not wait for.
  std::optional<Timestamp> decoder_open_began_at;
  std::optional<Timestamp> decoder_opened_at;

  // What the preload pool had of it.
  PreloadTier preloaded = PreloadTier::kNone;

  // The present connection: addresses tried, and whether an earlier one's TLS was resumed.
  std::int64_t connect_attempts = 0;
  bool is_tls_resumed = false;

  std::int64_t frames_decoded = 0;    // Pictures that the decoder gave.
  std::int64_t frames_presented = 0;  // Pictures that the display said are visible.
  std::int64_t frames_dropped = 0;    // Released, never shown: late, flushed or overflowed.
  std::int64_t decode_errors = 0;     // Frames that the decoder refused, of sound too.

  // Capture to presentation, from the stamps in the stream; empty without stamps.
  Percentiles latency;
  std::optional<TimeDelta> latency_now;  // Of the last presented picture.
  // Encoded media waiting for its time, sampled each 100 ms.
  Percentiles buffered;
  // Sound heard minus picture shown, in media time: positive when sound is ahead.
  Percentiles av_offset;

  // Share of the time since the first picture with more than 150 ms between pictures, in
  // percent.
  double freeze_percent = 0;

  // Slowest and fastest so far, as a factor of the stream's own pace.
  double playback_rate_min = 1.0;
  double playback_rate_max = 1.0;
  std::int64_t audio_gaps = 0;  // Times the speaker got silence for want of sound.
  TimeDelta longest_audio_gap = TimeDelta::Zero();  // Between two sounds, whatever made it.

  // Of all recordings of what was played: pictures written, and those left out of a file under way
  // because of the disk or a jump (play_recording.h).
  std::int64_t pictures_recorded = 0;
  std::int64_t pictures_not_recorded = 0;
  DataSize recorded = DataSize::Zero();  // Of the same: coded bytes written.
  // StreamDataEvents beyond the bounds (stream_data.h). Those of the pictures that the session lets
  // go for their lateness, session.frames_dropped, are not known and not among them.
  std::int64_t stream_data_dropped = 0;

  double frame_rate = 0;     // Presented pictures over the last second.
  PictureSize picture_size;  // Of the last picture presented.
};

}  // namespace onair
