// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/api/codec_ports.h"
#include "core/api/qos.h"
#include "core/api/stats.h"
#include "platform/sdk/percentiles.h"

namespace onair {

// Of all its connections. TCP: segments with data, retransmissions included, and those that were
// sent again; Linux counts them. WebRTC: packets of media that the peer told of, and those that
// it had not seen.
struct PacketCounts {
  std::int64_t sent = 0;
  std::int64_t lost = 0;
};

// Who controls a destination by the word of PublisherConfig::qos; what a service sorts sessions by.
struct QosStats {
  NetworkKind network = NetworkKind::kUnknown;  // That the choice was made for.
  QosChoice choice;                             // `controller`: the one in force.
  std::int64_t changes = 0;                     // Controllers that took over while it was live.
  std::int64_t changes_kept = 0;  // Not taken, because its inputs are recorded or it is no choice.
};

// One destination.
struct DestinationStats {
  std::string url;              // Redacted.
  PublishSessionStats session;  // Of the network's side.
  Percentiles send_delay;  // Capture of a picture to the hand-over of its last byte to the socket.
  Percentiles rtt;         // Of the connection, sampled each 100 ms.
  std::optional<TimeDelta> rtt_now;     // Now; empty while it is not known.
  std::optional<PacketCounts> packets;  // Empty where nobody tells.
  // What its controller thinks; empty without one. The rate is that of the video it takes.
  std::optional<DataRate> network_rate;
  NetworkQuality network = NetworkQuality::kGood;
  std::optional<QosStats> qos;           // Empty without a policy, and for files.
  std::optional<Error> error;            // Why it ended, when not by Stop().
  std::optional<Error> input_log_error;  // Why the log of its inputs ended early; told at the end.
};

// Faces in the pictures.
struct FaceStats {
  std::int64_t pictures = 0;             // Followed.
  std::int64_t pictures_with_faces = 0;  // Of these.
  std::int64_t detections = 0;           // Answered by the detector.
  std::int64_t failures = 0;             // Detections that failed.
  Percentiles follow;                    // Per picture, on onair.video.
  Percentiles detect;                    // Per detection, on onair.face.
};

// Snapshot of a publisher. Counters only grow.
struct PublisherStats {
  std::optional<Timestamp> started_at;  // Publisher::Start().
  std::int64_t frames_captured = 0;     // Pictures that reached Q1.
  std::int64_t frames_encoded = 0;      // Pictures that left it, or were pushed coded.
  std::int64_t frames_dropped = 0;      // Before the encoder: Q1 overflow, cadence.
  std::int64_t frames_skipped = 0;      // Before the encoder, because the network asked for it.
  std::int64_t frames_repeated = 0;     // Last picture sent again for want of a new one.
  std::int64_t frames_held_up = 0;      // Coded frames lost because the net thread was held up.
  // Of the app's coded ones: let go while paused or muted, and pictures then until a key frame.
  std::int64_t frames_withheld = 0;
  std::int64_t audio_frames_withheld = 0;
  std::int64_t audio_glitches = 0;          // Blocks lost in Q2, and gaps filled with silence.
  std::int64_t encode_errors = 0;           // Pictures and sound that an encoder refused.
  std::int64_t key_frames = 0;              // Of the encoder's, or pushed.
  DataSize video_bytes = DataSize::Zero();  // Encoded.
  DataSize audio_bytes = DataSize::Zero();  // Encoded, by both encoders where there are two.
  Percentiles encode;                       // Per picture, in the encoder.
  Percentiles beauty;                       // Per picture, in filters.
  Percentiles picture_to_bits;              // Per picture: scaling, faces, filters, encoder.
  std::int64_t filter_errors = 0;           // Pictures that went on without an app's filter.
  std::optional<FaceStats> faces;           // Empty where none are looked for.
  std::string_view encoder = {};       // Its name: "x264", "openh264", "app"; empty without one.
  RoiSupport roi = RoiSupport::kNone;  // How the encoder follows regions of interest.
  PictureSize picture_size;            // As encoded now.
  DataRate target_rate = DataRate::Zero();  // Of the video encoder, now.
  double frame_rate = 0;                    // Encoded pictures over the last second.
  std::vector<DestinationStats> destinations;
};

}  // namespace onair
