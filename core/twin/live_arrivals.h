// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.h"
#include "core/base/rng.h"
#include "core/twin/fake_audio.h"
#include "core/twin/fake_encoder.h"

namespace onair::twin {

// Validate() before use.
struct LiveArrivalsConfig {
  FakeEncoderConfig video;
  DataRate audio = DataRate::KilobitsPerSec(64);

  // From capture to arrival where nothing is in the way. Range [0, 10 s].
  TimeDelta one_way = TimeDelta::Millis(20);

  // What the last mile carries. Range (0, inf).
  DataRate line = DataRate::KilobitsPerSec(100'000);

  // Each frame is late by up to this, uniform. Range [0, 10 s].
  TimeDelta jitter = TimeDelta::Zero();

  // Everything stops for up to `hold`, uniform, at moments that lie `hold_every` apart on average
  // (uniform in half to one and a half of it): a lost segment, a radio that sleeps. Range of
  // `hold`: [0, 10 s], of all distances: [1 ms, 1 h].
  TimeDelta hold = TimeDelta::Zero();
  TimeDelta hold_every = TimeDelta::Seconds(1);

  // The same for exactly `outage`. Range [0, 60 s].
  TimeDelta outage = TimeDelta::Zero();
  TimeDelta outage_every = TimeDelta::Seconds(30);

  // For `dip` the line carries no more than `dip_line`. Range of `dip`: [0, 60 s].
  TimeDelta dip = TimeDelta::Zero();
  TimeDelta dip_every = TimeDelta::Seconds(20);
  DataRate dip_line = DataRate::KilobitsPerSec(1'000);

  // Media seconds that the sender makes in a second of the viewer. Range [0.9, 1.1].
  double clock = 1.0;

  // How old the newest key frame is when the viewer comes, who gets all from it on at once. Range
  // [0, video.gop).
  TimeDelta joins_after_key = TimeDelta::Zero();

  // kInvalidConfig with the field's name.
  [[nodiscard]] Status Validate() const;
};

// A live stream as the connection of one viewer hands it over, in order as TCP has it: what is late
// holds up all behind it. Players that are compared get the very same. Pure.
class LiveArrivals {
 public:
  LiveArrivals(const LiveArrivalsConfig& config, Rng rng);

  struct Arrival {
    EncodedFrame frame;
    Timestamp captured_at;
    Timestamp at;  // Does not fall.
  };
  Arrival Next();

  Timestamp joined_at() const { return joined_at_; }

 private:
  // Times when nothing arrives, or little.
  struct Pause {
    TimeDelta longest;
    TimeDelta every;
    bool is_exact;
    Timestamp from = Timestamp::PlusInfinity();
    Timestamp to = Timestamp::PlusInfinity();
  };

  EncodedFrame Encode();
  Timestamp At(MediaTime pts) const;
  void Plan(Pause& pause, Timestamp after);
  bool IsIn(Pause& pause, Timestamp at);
  Timestamp Past(Pause& pause, Timestamp at) { return IsIn(pause, at) ? pause.to : at; }

  LiveArrivalsConfig config_;
  Rng rng_;
  FakeEncoder video_;
  FakeAudio audio_;
  Timestamp joined_at_;
  MediaTime from_;  // Of the key frame that the viewer begins at.
  Pause hold_;
  Pause outage_;
  Pause dip_;
  Timestamp last_ = Timestamp::Zero();
};

}  // namespace onair::twin
