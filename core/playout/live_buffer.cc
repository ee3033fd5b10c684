// SPDX-License-Identifier: Apache-2.0
#include "core/playout/live_buffer.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <utility>

namespace onair::playout {
namespace {

// A track whose decoding times fall by more than this has begun anew; less is a sloppy
// muxer. Source: ours; longer than any reordering of B frames mislabelled as dts.
constexpr TimeDelta kBackLimit = TimeDelta::Millis(500);

DataSize Cost(const EncodedFrame& frame) {
  return DataSize::Bytes(static_cast<std::int64_t>(frame.payload.size())) +
         LiveBuffer::kFrameOverhead;
}

}  // namespace

LiveBuffer::LiveBuffer(TimeDelta span, DataSize size) : span_limit_(span), size_limit_(size) {}

LiveBuffer::Outcome LiveBuffer::Push(EncodedFrame frame) {
  Lane& lane = LaneOf(frame.track());
  Outcome outcome = Outcome::kQueued;
  if (lane.last_dts && frame.dts < *lane.last_dts - kBackLimit) {
    Clear();
    ++stats_.restarts;
    outcome = Outcome::kRestarted;
  }
  if (lane.last_dts) frame.dts = std::max(frame.dts, *lane.last_dts);
  lane.last_dts = frame.dts;

  if (frame.track() == TrackKind::kVideo) {
    if (awaits_key_ && !frame.is_key()) {
      ++stats_.video_dropped;
      return outcome == Outcome::kRestarted ? outcome : Outcome::kAwaitsKey;
    }
    awaits_key_ = false;
  }
  size_ += Cost(frame);
  lane.frames.push_back({std::move(frame), lane.version});
  if (!IsFull()) return outcome;
  ++stats_.overflows;
  MakeRoom();
  return outcome == Outcome::kRestarted ? outcome : Outcome::kOverflowed;
}

std::int64_t LiveBuffer::BeginVersion(TrackKind track) {
  if (track == TrackKind::kVideo) awaits_key_ = true;
  return ++LaneOf(track).version;
}

std::optional<std::int64_t> LiveBuffer::BackVersion(TrackKind track) const {
  const Lane& lane = LaneOf(track);
  if (lane.empty()) return std::nullopt;
  return lane.frames.back().version;
}

const EncodedFrame* LiveBuffer::Front(TrackKind track) const {
  const Lane& lane = LaneOf(track);
  return lane.empty() ? nullptr : &lane.frames.front().frame;
}

std::optional<MediaTime> LiveBuffer::Oldest() const {
  std::optional<MediaTime> oldest;
  for (const Lane* lane : {&video_, &audio_}) {
    if (lane->empty()) continue;
    const MediaTime front = DtsOf(lane->frames.front());
    oldest = std::min(oldest.value_or(front), front);
  }
  return oldest;
}

EncodedFrame LiveBuffer::Pop(TrackKind track) {
  Lane& lane = LaneOf(track);
  EncodedFrame frame = std::move(lane.frames.front().frame);
  lane.frames.pop_front();
  size_ -= Cost(frame);
  return frame;
}

void LiveBuffer::SkipToKey(MediaTime position) {
  // dts never falls within a lane, and most of it lies ahead of the line.
  const auto ahead = std::ranges::upper_bound(video_.frames, position, {}, DtsOf);
  for (auto i = static_cast<std::size_t>(ahead - video_.frames.begin()); i-- > 1;) {
    if (video_.frames[i].frame.is_key()) return DropVideo(i);
  }
}

void LiveBuffer::DropToNextKey() {
  const auto key = std::ranges::find_if(
      video_.frames, [](const Waiting& waiting) { return waiting.frame.is_key(); });
  awaits_key_ = key == video_.frames.end();
  DropVideo(static_cast<std::size_t>(key - video_.frames.begin()));
}

void LiveBuffer::TakeBackVideo(MediaTime pts) {
  auto& frames = video_.frames;
  const auto from = std::ranges::find_if(
      frames, [pts](const Waiting& waiting) { return waiting.frame.pts >= pts; });
  for (auto it = from; it != frames.end(); ++it) size_ -= Cost(it->frame);
  frames.erase(from, frames.end());
  video_.last_dts.reset();
  if (!frames.empty()) video_.last_dts = DtsOf(frames.back());
  awaits_key_ = true;
}

void LiveBuffer::Clear() {
  DropVideo(video_.frames.size());
  while (!audio_.empty()) DropFront(TrackKind::kAudio);
  video_.last_dts.reset();
  audio_.last_dts.reset();
  awaits_key_ = true;
}

TimeDelta LiveBuffer::span() const {
  return std::max(video_.span(), audio_.span());
}

TimeDelta LiveBuffer::Lane::span() const {
  return frames.empty() ? TimeDelta::Zero() : DtsOf(frames.back()) - DtsOf(frames.front());
}

void LiveBuffer::MakeRoom() {
  SkipToKey(MediaTime::Micros(std::numeric_limits<std::int64_t>::max()));
  if (const EncodedFrame* key = Front(TrackKind::kVideo); key != nullptr && key->is_key()) {
    const MediaTime from = key->dts;
    while (!audio_.empty() && DtsOf(audio_.frames.front()) < from) DropFront(TrackKind::kAudio);
  }
  if (video_.span() > span_limit_ || size_ > size_limit_) {
    DropVideo(video_.frames.size());
    awaits_key_ = true;
  }
  while (IsFull() && !audio_.empty()) DropFront(TrackKind::kAudio);
}

void LiveBuffer::DropFront(TrackKind track) {
  static_cast<void>(Pop(track));
  ++(track == TrackKind::kVideo ? stats_.video_dropped : stats_.audio_dropped);
}

void LiveBuffer::DropVideo(std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) DropFront(TrackKind::kVideo);
}

}  // namespace onair::playout
