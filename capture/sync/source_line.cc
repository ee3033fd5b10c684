// SPDX-License-Identifier: Apache-2.0
#include "capture/sync/source_line.h"

#include <algorithm>

namespace onair::capture {
namespace {

constexpr TimeDelta kVideoStep = TimeDelta::Millis(1);
constexpr TimeDelta kRounding = TimeDelta::Millis(1);  // Timestamps of files are that coarse.
// Two tracks of one source that were moved this close together were moved by one event.
// Source: ours; readings of both tracks lie within one driver tick and one frame.
constexpr TimeDelta kSameEvent = TimeDelta::Millis(100);

TimeDelta Size(TimeDelta d) {
  return d < TimeDelta::Zero() ? -d : d;
}

}  // namespace

Status SourceLineConfig::Validate() const {
  const auto is_within = [](TimeDelta value, std::int64_t low_ms, std::int64_t high_ms) {
    return value >= TimeDelta::Millis(low_ms) && value <= TimeDelta::Millis(high_ms);
  };
  const auto refuse = [](const char* field) { return Fail(ErrorCode::kInvalidConfig, field); };
  if (!is_within(jump, 100, 10'000)) return refuse("jump");
  if (!is_within(drift, 50, 5'000)) return refuse("drift");
  if (!is_within(drift_window, 100, 60'000)) return refuse("drift_window");
  if (!is_within(audio_slack, 0, 100)) return refuse("audio_slack");
  return {};
}

SourceLine::SourceLine(const SourceLineConfig& config, Timestamp origin)
    : config_(config), origin_(origin) {}

void SourceLine::StartSource(SourceTracks tracks) {
  is_shared_ = tracks == SourceTracks::kBoth;
  const auto forget = [](Track& track) {
    track.offset.reset();
    track.last.reset();
    track.adrift_since.reset();
  };
  if (tracks != SourceTracks::kAudio) forget(tracks_[0]);
  if (tracks != SourceTracks::kVideo) forget(tracks_[1]);
}

LinePlace SourceLine::Place(const SourceItem& item) {
  Track& track = TrackOf(item.track);
  LineChange change = LineChange::kNone;
  if (!track.offset) {
    Anchor(track, item);
  } else if (HasJumped(track, item)) {
    RepairJump(track, item);
    change = LineChange::kRepaired;
  } else if (IsAdrift(track, item)) {
    MoveTo(track, *track.offset + track.least_drift);
    change = LineChange::kRepaired;
  }
  if (change == LineChange::kRepaired) ++stats_.repaired;
  if (!track.last) change = LineChange::kAnchored;
  return Fit(track, item, change);
}

void SourceLine::OnFilled(TrackKind kind, MediaTime end) {
  Track& track = TrackOf(kind);
  if (track.end && end <= *track.end) return;
  track.end = end;
  track.was_filled = true;
}

void SourceLine::Anchor(Track& track, const SourceItem& item) {
  track.offset = At(item.captured_at) - item.pts;
  if (!is_shared_) return;
  for (Track& other : tracks_) {
    if (!other.offset) other.offset = track.offset;
  }
}

bool SourceLine::HasJumped(const Track& track, const SourceItem& item) const {
  if (!track.last) return false;
  const TimeDelta step = item.pts - track.last->item.pts;
  const TimeDelta expected =
      std::max(item.captured_at - track.last->item.captured_at, track.last->item.duration);
  // A step that is too short is no jump: a driver that slept reads many items at once. If
  // the clock did stop, IsAdrift() finds it.
  if (step < -config_.jump) return true;
  // Nor is one that ends where the driver is: the late items before it were the odd ones.
  const TimeDelta lead = item.pts + *track.offset - At(item.captured_at);
  return step - expected > config_.jump && lead > config_.jump;
}

// Goes on as late after capture as before, and not before the last item is over.
void SourceLine::RepairJump(Track& track, const SourceItem& item) {
  const Last& last = *track.last;
  const MediaTime by_capture = last.at + (item.captured_at - last.item.captured_at);
  const MediaTime at = std::max(by_capture, last.at + last.item.duration);
  MoveTo(track, at - item.pts);
}

bool SourceLine::IsAdrift(Track& track, const SourceItem& item) const {
  const TimeDelta drift = At(item.captured_at) - (item.pts + *track.offset);
  const bool is_same_way = (drift > TimeDelta::Zero()) == (track.least_drift > TimeDelta::Zero());
  if (Size(drift) < config_.drift) {
    track.adrift_since.reset();
    return false;
  }
  if (!track.adrift_since || !is_same_way) {
    track.adrift_since = item.captured_at;
    track.least_drift = drift;
    return false;
  }
  if (Size(drift) < Size(track.least_drift)) track.least_drift = drift;
  return item.captured_at - *track.adrift_since >= config_.drift_window;
}

void SourceLine::MoveTo(Track& track, TimeDelta offset) {
  track.offset = offset;
  track.adrift_since.reset();
  const Track& other = &track == &tracks_[0] ? tracks_[1] : tracks_[0];
  if (is_shared_ && other.offset && Size(*other.offset - offset) <= kSameEvent) {
    track.offset = other.offset;
  }
}

LinePlace SourceLine::Fit(Track& track, const SourceItem& item, LineChange change) {
  const bool is_video = item.track == TrackKind::kVideo;
  const MediaTime wanted = item.pts + *track.offset;
  const auto at = is_video ? FitVideo(track, item, wanted) : FitAudio(track, wanted);
  track.last = Last{item, at.value_or(wanted)};
  if (!at || *at < MediaTime::Zero()) {
    ++stats_.dropped;
    return {wanted, LineChange::kDropped};
  }
  track.end = is_video ? *at : *at + item.duration;
  track.was_filled = false;
  if (Size(*at - wanted) > kRounding && change == LineChange::kNone) {
    change = LineChange::kNudged;
    ++stats_.nudged;
  }
  return {*at, change};
}

std::optional<MediaTime> SourceLine::FitVideo(const Track& track, const SourceItem& item,
                                              MediaTime at) const {
  if (!track.end) return at;
  const MediaTime earliest = *track.end + kVideoStep;
  if (at >= earliest) return at;
  if (earliest - at > std::max(item.duration, kVideoStep)) return std::nullopt;
  return earliest;
}

std::optional<MediaTime> SourceLine::FitAudio(const Track& track, MediaTime at) const {
  if (!track.end) return at;
  const TimeDelta gap = at - *track.end;
  // The first sound of a source keeps its exact place beside its pictures; silence fills
  // the hole before it.
  const bool follows_own = track.last.has_value() && !track.was_filled;
  const TimeDelta slack = follows_own ? config_.audio_slack : kRounding;
  if (Size(gap) <= slack) return *track.end;
  if (gap < TimeDelta::Zero()) return std::nullopt;
  return at;
}

}  // namespace onair::capture
