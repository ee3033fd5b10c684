// SPDX-License-Identifier: Apache-2.0
#include "core/twin/live_arrivals.h"

#include <algorithm>

#include "core/base/check.h"

namespace onair::twin {
namespace {

// The source has been live for a while when the viewer comes.
constexpr int kGroupsBefore = 2;

Status Refuse(const char* field) {
  return Fail(ErrorCode::kInvalidConfig, field);
}

bool IsUpTo(TimeDelta value, TimeDelta most) {
  return value >= TimeDelta::Zero() && value <= most;
}

bool IsDistance(TimeDelta value) {
  return value >= TimeDelta::Millis(1) && value <= TimeDelta::Seconds(3600);
}

}  // namespace

Status LiveArrivalsConfig::Validate() const {
  if (auto valid = video.Validate(); !valid) return valid;
  if (!IsUpTo(one_way, TimeDelta::Seconds(10))) return Refuse("one_way");
  if (line <= DataRate::Zero()) return Refuse("line");
  if (!IsUpTo(jitter, TimeDelta::Seconds(10))) return Refuse("jitter");
  if (!IsUpTo(hold, TimeDelta::Seconds(10))) return Refuse("hold");
  if (!IsDistance(hold_every)) return Refuse("hold_every");
  if (!IsUpTo(outage, TimeDelta::Seconds(60))) return Refuse("outage");
  if (!IsDistance(outage_every)) return Refuse("outage_every");
  if (!IsUpTo(dip, TimeDelta::Seconds(60))) return Refuse("dip");
  if (!IsDistance(dip_every)) return Refuse("dip_every");
  if (dip_line <= DataRate::Zero()) return Refuse("dip_line");
  if (!(clock >= 0.9 && clock <= 1.1)) return Refuse("clock");
  const bool joins_within = joins_after_key >= TimeDelta::Zero() && joins_after_key < video.gop;
  return joins_within ? Status{} : Refuse("joins_after_key");
}

LiveArrivals::LiveArrivals(const LiveArrivalsConfig& config, Rng rng)
    : config_(config),
      rng_(rng),
      video_(config.video, Rng(rng_.Next())),
      audio_(config.audio, Rng(rng_.Next())),
      joined_at_(Timestamp::Zero()),
      from_(MediaTime::Zero() + config.video.gop * kGroupsBefore),
      hold_{config.hold, config.hold_every, false},
      outage_{config.outage, config.outage_every, true},
      dip_{config.dip, config.dip_every, true} {
  ONAIR_DCHECK(config.Validate());  // A distance of nothing would never end.
  joined_at_ = At(from_) + config.one_way + config.joins_after_key;
  Plan(hold_, joined_at_);
  Plan(outage_, joined_at_);
  Plan(dip_, joined_at_);
}

LiveArrivals::Arrival LiveArrivals::Next() {
  EncodedFrame frame = Encode();
  while (frame.pts < from_) frame = Encode();
  const Timestamp captured_at = At(frame.pts);
  TimeDelta late = TimeDelta::Zero();
  if (captured_at + config_.one_way >= joined_at_) late = config_.jitter.Scaled(rng_.Fraction());
  const auto size = DataSize::Bytes(static_cast<std::int64_t>(frame.payload.size()));
  Timestamp at = std::max(captured_at + config_.one_way + late, joined_at_);
  at = Past(outage_, Past(hold_, at));
  const Timestamp leaves_at = std::max(at, last_);
  last_ = leaves_at + size / (IsIn(dip_, leaves_at) ? config_.dip_line : config_.line);
  return {std::move(frame), captured_at, last_};
}

// Sound of a position leaves behind the picture of the same.
EncodedFrame LiveArrivals::Encode() {
  if (video_.next_pts() <= audio_.next_pts()) return video_.Next(At(video_.next_pts()));
  return audio_.Next(At(audio_.next_pts()));
}

Timestamp LiveArrivals::At(MediaTime pts) const {
  return Timestamp::Zero() + (pts - MediaTime::Zero()).Scaled(1.0 / config_.clock);
}

void LiveArrivals::Plan(Pause& pause, Timestamp after) {
  if (pause.longest == TimeDelta::Zero()) return;
  pause.from = after + pause.every.Scaled(0.5 + rng_.Fraction());
  pause.to = pause.from + (pause.is_exact ? pause.longest : pause.longest.Scaled(rng_.Fraction()));
}

bool LiveArrivals::IsIn(Pause& pause, Timestamp at) {
  while (at >= pause.to) Plan(pause, pause.to);
  return at >= pause.from;
}

}  // namespace onair::twin
