// SPDX-License-Identifier: Apache-2.0
//
// The test of a line before going live: what it is told, what it tells.
#pragma once

#include <optional>

#include "core/base/result.h"
#include "core/media/video_frame.h"
#include "core/units/data.h"
#include "core/units/time.h"

namespace onair {

// Read once, when a probe starts.
struct UplinkProbeConfig {
  // From the server's acceptance to the answer. Range [3 s, 30 s]. Longer sees more of a line
  // that varies and costs more bytes.
  TimeDelta duration = TimeDelta::Seconds(5);

  // To the server's acceptance. Range [0.5 s, 60 s].
  TimeDelta connect_timeout = TimeDelta::Seconds(10);

  // More is not tried: a faster line counts as one of this rate. Range [500 kbit/s, 100 Mbit/s].
  DataRate most_rate = DataRate::KilobitsPerSec(20'000);

  // More is not sent: the probe ends with what it has seen. Range [256 KiB, 128 MiB].
  DataSize most_bytes = DataSize::Mebibytes(16);

  // What the sound will take beside the recommended picture. Range [0, 512 kbit/s].
  DataRate audio_rate = DataRate::KilobitsPerSec(64);

  // Ok, or kInvalidConfig whose detail names the first field out of range.
  [[nodiscard]] Status Validate() const;
};

// What stands in the way, as far as TCP shows it.
enum class UplinkTrouble {
  kNone = 1,        // Nothing.
  kJitter = 2,      // Round trips vary widely while the line is not full.
  kCongestion = 3,  // A full line delays by much, or loses and delays.
  kLossy = 4,       // It loses although hardly anything waits.
};

// What to go live with.
struct UplinkPreset {
  PictureSize size;     // Pixels.
  double frame_rate;    // Pictures per second.
  DataRate video_rate;  // Most; adaptation goes below.
};

// What the test of a line found.
struct UplinkReport {
  DataRate delivered;        // What the peer confirmed per second, protocol included.
  bool is_at_least = false;  // `most_rate` did not fill the line.
  TimeDelta base_rtt;        // Of the empty line.
  TimeDelta rtt_under_load;  // Of the full line, median.
  std::optional<double> retransmitted_percent;  // Of segments; empty where no system tells.
  UplinkTrouble trouble;                        // What stands in the way, where something does.
  DataSize bytes_sent;                          // What the test cost, protocol included.
  TimeDelta took;                               // From the start, connecting included.

  double margin;                       // Share of `delivered` that the preset with sound takes.
  std::optional<UplinkPreset> preset;  // Empty: too little for any picture.
};

}  // namespace onair
