// SPDX-License-Identifier: Apache-2.0
#include "core/relay/live_stream.h"

#include <algorithm>
#include <string>
#include <utility>

namespace onair::relay {

namespace {

bool IsSame(const Buffer& a, const Buffer& b) {
  return std::equal(a.view().begin(), a.view().end(), b.view().begin(), b.view().end());
}
bool IsSame(const std::optional<VideoTrack>& a, const std::optional<VideoTrack>& b) {
  if (!a || !b) return !a && !b;
  return a->codec == b->codec && a->size == b->size && IsSame(a->config, b->config);
}
bool IsSame(const std::optional<AudioTrack>& a, const std::optional<AudioTrack>& b) {
  if (!a || !b) return !a && !b;
  return a->codec == b->codec && a->format == b->format && IsSame(a->config, b->config);
}

}  // namespace

LiveStream::LiveStream(const RelayConfig& config) : config_(config), ring_(config) {}

void LiveStream::BeginPublish(Timestamp) {
  timeline_.Restart();
  needs_key_ = true;
  video_until_.reset();
  stats_.is_publishing = true;
  ++stats_.publishers;
}

void LiveStream::TakeOver(Timestamp) {
  needs_key_ = true;
  video_until_.reset();
  ++stats_.publishers;
}

void LiveStream::EndPublish(Timestamp) {
  stats_.is_publishing = false;
  DropCache();
}

void LiveStream::SetTracks(const StreamTracks& tracks, Timestamp) {
  const StreamTracks before = tracks_.empty() ? StreamTracks{} : tracks_.back().tracks;
  if (!tracks_.empty() && IsSame(before.video, tracks.video) &&
      IsSame(before.audio, tracks.audio)) {
    return;  // Publishers repeat their headers.
  }
  if (!IsSame(before.video, tracks.video)) {
    // New parameter sets begin with a key frame; a GOP before them is no place to start.
    needs_key_ = true;
    video_until_.reset();
    DropCache();
  }
  // Versions without entries were never seen by a viewer and are replaced.
  if (tracks_.empty() || is_tracks_used_) {
    tracks_.push_back({tracks, tracks_.empty() ? 1 : tracks_.back().version + 1, {}});
  } else {
    tracks_.back() = {tracks, tracks_.back().version, {}};
  }
  is_tracks_used_ = false;
  ForgetOldTracks();
}

void LiveStream::Push(EncodedFrame frame, Timestamp now) {
  if (!IsWanted(frame)) {
    ++stats_.frames_refused;
    return;
  }
  const bool is_video = frame.track() == TrackKind::kVideo;
  stats_.bytes_in += DataSize::Bytes(static_cast<std::int64_t>(frame.payload.size()));
  stats_.video_frames_in += is_video ? 1 : 0;
  stats_.audio_frames_in += is_video ? 0 : 1;
  timeline_.Place(frame, now);
  if (is_video || !video_until_) video_until_ = frame.dts;
  if (frame.is_key()) {
    if (last_key_) usual_group_ = frame.dts - *last_key_;
    last_key_ = frame.dts;
  }
  const Ring::Begins begins = WhatBegins(frame);
  const std::uint64_t sequence = ring_.end();
  is_tracks_used_ = true;
  ring_.Push(std::move(frame), timeline_.head(), tracks_.back().version, begins);
  if (begins != Ring::Begins::kNothing) StartWaiting(sequence);
  ring_.Trim();
  ForgetOldTracks();
}

void LiveStream::DropCache() {
  ring_.ForgetCache();
  ring_.Trim();
}

Result<ViewerId> LiveStream::AddViewer(StartPolicy start, Timestamp now) {
  if (stats_.viewers >= config_.max_viewers) {
    return Fail(ErrorCode::kLimit, std::to_string(config_.max_viewers) + " viewers");
  }
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(viewers_.size()));
    viewers_.emplace_back();
  }
  const std::uint32_t slot = free_.back();
  free_.pop_back();
  Viewer& viewer = viewers_[slot];
  viewer = {.generation = viewer.generation,
            .counted_to = std::nullopt,
            .stats = {.joined_at = now, .first_frame_at = std::nullopt}};
  ++stats_.viewers;
  ++stats_.viewers_total;
  if (start == StartPolicy::kNewestKeyFrame && ring_.cache_start()) {
    StartAt(viewer, *ring_.cache_start());
  } else {
    Wait(slot);
  }
  return ViewerId{slot, viewer.generation};
}

void LiveStream::RemoveViewer(ViewerId id) {
  Viewer* viewer = Find(id);
  if (viewer == nullptr) return;
  if (viewer->place == Place::kInRing) ring_.Leave(viewer->next);
  if (viewer->place == Place::kWaiting) std::erase(waiting_, id.slot);
  viewer->place = Place::kNone;
  ++viewer->generation;
  free_.push_back(id.slot);
  --stats_.viewers;
  ring_.Trim();
}

void LiveStream::StartAnew(ViewerId id) {
  Viewer* viewer = Find(id);
  if (viewer == nullptr || viewer->place == Place::kWaiting) return;
  ring_.Leave(viewer->next);
  const auto point = ring_.cache_start();
  if (!point) {
    CountSkipped(*viewer, ring_.totals());
    return Wait(id.slot);
  }
  if (*point > viewer->next) {
    ++viewer->stats.jumps;
    ++stats_.jumps;
  } else {
    viewer->counted_to = std::nullopt;
  }
  StartAt(*viewer, *point);
}

void LiveStream::AwaitKey(ViewerId id) {
  Viewer* viewer = Find(id);
  if (viewer == nullptr || viewer->place == Place::kWaiting) return;
  ring_.Leave(viewer->next);
  CountSkipped(*viewer, ring_.totals());
  Wait(id.slot);
  ring_.Trim();
}

std::optional<LiveStream::CachedGroup> LiveStream::cached_group() const {
  const auto start = ring_.cache_start();
  if (!start) return std::nullopt;
  const Ring::Slot& first = ring_.At(*start);
  return CachedGroup{
      .age = ring_.SpanFrom(*start),
      .size = DataSize::Bytes(ring_.totals().bytes - first.before.bytes),
      .key = DataSize::Bytes(static_cast<std::int64_t>(first.entry.frame.payload.size())),
      .usual = usual_group_};
}

Taken LiveStream::Next(ViewerId id, Timestamp now) {
  Viewer* viewer = Find(id);
  if (viewer == nullptr) return Nothing{};
  CatchUp(*viewer, id.slot);
  if (viewer->place == Place::kWaiting) return Nothing{};
  SkipUndecodable(*viewer);
  if (viewer->next == ring_.end()) return Nothing{};
  Ring::Slot& slot = ring_.At(viewer->next);
  if (slot.tracks_version != viewer->tracks_seen) {
    viewer->tracks_seen = slot.tracks_version;
    return FindTracks(slot.tracks_version);
  }
  return Take(*viewer, slot, now);
}

StreamStats LiveStream::stats() const {
  StreamStats stats = stats_;
  stats.joins = timeline_.joins();
  stats.held_frames = static_cast<std::int64_t>(ring_.end() - ring_.front());
  stats.held = ring_.size();
  return stats;
}

std::optional<ViewerStats> LiveStream::stats(ViewerId id) const {
  if (id.slot >= viewers_.size()) return std::nullopt;
  const Viewer& viewer = viewers_[id.slot];
  if (viewer.place == Place::kNone || viewer.generation != id.generation) return std::nullopt;
  ViewerStats stats = viewer.stats;
  stats.is_waiting = viewer.place == Place::kWaiting;
  if (viewer.place == Place::kInRing) {
    const std::uint64_t next = std::max(viewer.next, ring_.front());
    stats.has_later_start = ring_.cache_start() && *ring_.cache_start() > next;
    stats.backlog_frames = static_cast<std::int64_t>(ring_.end() - next);
    stats.backlog_span = ring_.SpanFrom(next);
    stats.backlog_size = DataSize::Bytes(ring_.totals().bytes - ring_.TotalsAt(next).bytes);
  }
  return stats;
}

LiveStream::Viewer* LiveStream::Find(ViewerId id) {
  if (id.slot >= viewers_.size()) return nullptr;
  Viewer& viewer = viewers_[id.slot];
  const bool is_there = viewer.place != Place::kNone && viewer.generation == id.generation;
  return is_there ? &viewer : nullptr;
}

void LiveStream::StartAt(Viewer& viewer, std::uint64_t sequence) {
  if (viewer.counted_to) CountSkipped(viewer, ring_.TotalsAt(sequence));
  viewer.counted_to = ring_.TotalsAt(sequence);
  viewer.place = Place::kInRing;
  viewer.next = sequence;
  viewer.needs_key = true;
  ring_.Stand(sequence);
}

void LiveStream::Wait(std::uint32_t slot) {
  viewers_[slot].place = Place::kWaiting;
  waiting_.push_back(slot);
}

void LiveStream::StartWaiting(std::uint64_t sequence) {
  for (const std::uint32_t slot : waiting_) StartAt(viewers_[slot], sequence);
  waiting_.clear();
}

void LiveStream::CountSkipped(Viewer& viewer, const Totals& up_to) {
  const std::int64_t video = up_to.video - viewer.counted_to->video;
  const std::int64_t audio = up_to.audio - viewer.counted_to->audio;
  viewer.stats.video_dropped += video;
  viewer.stats.audio_dropped += audio;
  stats_.frames_dropped += video + audio;
  viewer.counted_to = up_to;
}

// What came next for him had to go: on to the newest point, or wait for the next one.
void LiveStream::CatchUp(Viewer& viewer, std::uint32_t slot) {
  if (viewer.place == Place::kWaiting || viewer.next >= ring_.front()) return;
  ++viewer.stats.jumps;
  ++stats_.jumps;
  ring_.Leave(viewer.next);
  if (const auto point = ring_.newest_point()) {
    StartAt(viewer, *point);
  } else {
    CountSkipped(viewer, ring_.totals());
    Wait(slot);
  }
}

void LiveStream::SkipUndecodable(Viewer& viewer) {
  while (viewer.needs_key && viewer.next != ring_.end()) {
    const EncodedFrame& frame = ring_.At(viewer.next).entry.frame;
    if (frame.track() == TrackKind::kAudio) return;
    if (frame.is_key()) {
      viewer.needs_key = false;
      return;
    }
    ring_.Leave(viewer.next);
    ring_.Stand(++viewer.next);
    CountSkipped(viewer, ring_.TotalsAt(viewer.next));
  }
}

Entry* LiveStream::Take(Viewer& viewer, Ring::Slot& slot, Timestamp now) {
  const Entry& entry = slot.entry;
  const auto size = DataSize::Bytes(static_cast<std::int64_t>(entry.frame.payload.size()));
  const bool is_video = entry.frame.track() == TrackKind::kVideo;
  viewer.stats.video_frames += is_video ? 1 : 0;
  viewer.stats.audio_frames += is_video ? 0 : 1;
  viewer.stats.bytes += size;
  if (!viewer.stats.first_frame_at) viewer.stats.first_frame_at = now;
  ++stats_.frames_out;
  stats_.bytes_out += size;
  --slot.standing;
  ring_.Stand(++viewer.next);
  viewer.counted_to = ring_.TotalsAt(viewer.next);
  return &slot.entry;
}

Ring::Begins LiveStream::WhatBegins(const EncodedFrame& frame) const {
  if (frame.is_key()) return Ring::Begins::kGop;
  if (!tracks_.back().tracks.video) return Ring::Begins::kPoint;
  const bool is_video_gone = frame.dts - *video_until_ >= kVideoGone;
  return is_video_gone ? Ring::Begins::kPoint : Ring::Begins::kNothing;
}

bool LiveStream::IsWanted(const EncodedFrame& frame) {
  if (tracks_.empty() || !stats_.is_publishing) return false;
  const StreamTracks& tracks = tracks_.back().tracks;
  if (frame.track() == TrackKind::kAudio) return tracks.audio.has_value();
  if (!tracks.video) return false;
  if (frame.is_key()) needs_key_ = false;
  return !needs_key_;
}

Tracks* LiveStream::FindTracks(std::uint64_t version) {
  return &tracks_[version - tracks_.front().version];
}

// Bounded: each version but the last was used, and its entries go in order.
void LiveStream::ForgetOldTracks() {
  const bool is_empty = ring_.front() == ring_.end();
  const std::uint64_t oldest =
      is_empty ? tracks_.back().version : ring_.At(ring_.front()).tracks_version;
  while (tracks_.front().version < oldest) tracks_.pop_front();
}

}  // namespace onair::relay
