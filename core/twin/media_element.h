// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <optional>

#include "core/twin/live_arrivals.h"
#include "core/twin/picture_meter.h"

namespace onair::twin {

// The rule that mpegts.js calls liveSync: play faster from `most` buffered on until `target` is
// left. Source: mpegts.js 0b6c074a src/player/live-latency-synchronizer.ts; defaults of its
// src/config.js.
struct LiveSyncRule {
  TimeDelta target = TimeDelta::Millis(800);
  TimeDelta most = TimeDelta::Millis(1'200);
  double rate = 1.2;
};

struct MediaElementConfig {
  // Starts, and goes on after it ran dry, with this much buffered. Range [0, 60 s].
  // Source: ours, for a browser; Chromium wants some pictures and 200 ms of sound, so this is kind.
  TimeDelta starts_from = TimeDelta::Millis(100);
  // Empty: it never changes its speed, as a player with a fixed buffer.
  std::optional<LiveSyncRule> live_sync = {};
};

// How others play: a media element that shows what is buffered, waits when nothing is, and skips
// nothing. Beside them our own playing is measured. Pure.
class MediaElement {
 public:
  // `meter` outlives it.
  MediaElement(const MediaElementConfig& config, PictureMeter& meter)
      : config_(config), meter_(meter) {}

  // In order. All until then has been played.
  void Take(const LiveArrivals::Arrival& arrival);

  double playback_rate() const { return rate_; }
  TimeDelta buffered() const;

 private:
  struct Picture {
    MediaTime pts;
    Timestamp captured_at;
  };

  void AdvanceTo(Timestamp at);
  void Step(Timestamp to);
  void ShowDue();
  void Update();
  Timestamp When(MediaTime position) const;

  MediaElementConfig config_;
  PictureMeter& meter_;
  Timestamp now_ = Timestamp::Zero();
  Timestamp updates_at_ = Timestamp::Zero();
  MediaTime position_ = MediaTime::Zero();
  std::optional<MediaTime> video_end_;
  std::optional<MediaTime> audio_end_;
  std::deque<Picture> pictures_;  // Not shown yet.
  double rate_ = 1.0;
  bool is_waiting_ = true;
};

}  // namespace onair::twin
