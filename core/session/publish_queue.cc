// SPDX-License-Identifier: Apache-2.0
#include "core/session/publish_queue.h"

#include <algorithm>
#include <utility>

namespace onair::session {
namespace {

// Bookkeeping per frame, so that empty frames are bounded too.
constexpr DataSize kOverhead = DataSize::Bytes(128);

DataSize Cost(const EncodedFrame& frame) {
  return DataSize::Bytes(static_cast<std::int64_t>(frame.payload.size())) + kOverhead;
}

// Droppable frames leave at three quarters of a bound, the rest of a GOP at the whole.
// Source: obs-studio rtmp-stream.c drops B frames at 700 ms and P frames at 900 ms.
constexpr std::int64_t kDroppableQuarters = 3;
constexpr std::int64_t kAllQuarters = 4;

}  // namespace

PublishQueue::PublishQueue(TimeDelta span, DataSize size) : span_limit_(span), size_limit_(size) {}

PublishQueue::Dropped PublishQueue::Push(Item item) {
  Dropped dropped;
  const EncodedFrame& frame = item.frame;
  if (frame.track() == TrackKind::kAudio) {
    if (Cost(frame) > size_limit_) return {.audio = 1};
    audio_.Push(std::move(item));
  } else {
    if (Cost(frame) > size_limit_) awaits_key_ = true;
    if (Cost(frame) > size_limit_ || (awaits_key_ && !frame.is_key())) return {.video = 1};
    awaits_key_ = false;
    if (frame.is_key() && mode_ == Mode::kHolding) {
      dropped = DropAudioBefore(frame.dts);
      DropFrontVideo(video_.items.size(), dropped);
    }
    video_.Push(std::move(item));
  }
  if (mode_ == Mode::kHolding) {
    HoldNewestGop(dropped);
  } else {
    GiveWay(dropped);
  }
  return dropped;
}

PublishQueue::Dropped PublishQueue::SetMode(Mode mode) {
  Dropped dropped;
  mode_ = mode;
  if (mode == Mode::kHolding) HoldNewestGop(dropped);
  return dropped;
}

PublishQueue::Dropped PublishQueue::Clear() {
  Dropped dropped;
  DropVideoFrom(0, dropped);
  while (!audio_.items.empty()) {
    static_cast<void>(audio_.Pop());
    ++dropped.audio;
  }
  return dropped;
}

PublishQueue::Dropped PublishQueue::DropVideo() {
  Dropped dropped;
  DropVideoFrom(0, dropped);
  return dropped;
}

PublishQueue::Dropped PublishQueue::DropAudioBefore(MediaTime dts) {
  Dropped dropped;
  while (!audio_.items.empty() && audio_.items.front().frame.dts < dts) {
    static_cast<void>(audio_.Pop());
    ++dropped.audio;
  }
  return dropped;
}

const PublishQueue::Item* PublishQueue::Front() const {
  if (video_.items.empty()) return audio_.items.empty() ? nullptr : &audio_.items.front();
  if (audio_.items.empty()) return &video_.items.front();
  const bool is_audio = audio_.items.front().frame.dts < video_.items.front().frame.dts;
  return is_audio ? &audio_.items.front() : &video_.items.front();
}

PublishQueue::Item PublishQueue::Pop() {
  return Front()->frame.track() == TrackKind::kAudio ? audio_.Pop() : video_.Pop();
}

std::optional<std::int64_t> PublishQueue::oldest_version() const {
  std::optional<std::int64_t> oldest;
  for (const Lane* lane : {&video_, &audio_}) {
    if (lane->items.empty()) continue;
    const std::int64_t version = lane->items.front().tracks_version;
    oldest = std::min(version, oldest.value_or(version));
  }
  return oldest;
}

TimeDelta PublishQueue::span() const {
  return std::max(video_.span(), audio_.span());
}

TimeDelta PublishQueue::Lane::span() const {
  return items.empty() ? TimeDelta::Zero() : items.back().frame.dts - items.front().frame.dts;
}

void PublishQueue::Lane::Push(Item item) {
  size += Cost(item.frame);
  items.push_back(std::move(item));
}

PublishQueue::Item PublishQueue::Lane::Pop() {
  Item item = std::move(items.front());
  items.pop_front();
  size -= Cost(item.frame);
  return item;
}

bool PublishQueue::IsOver(std::int64_t quarters) const {
  return span() * 4 > span_limit_ * quarters || size().bytes() * 4 > size_limit_.bytes() * quarters;
}

// A GOP longer than the bounds is too old to open with: a fresh key frame will.
void PublishQueue::HoldNewestGop(Dropped& dropped) {
  if (video_.span() > span_limit_ || size() > size_limit_) DropVideoFrom(0, dropped);
  while (IsOver(kAllQuarters) && !audio_.items.empty()) {
    static_cast<void>(audio_.Pop());
    ++dropped.audio;
  }
}

void PublishQueue::GiveWay(Dropped& dropped) {
  if (!IsOver(kDroppableQuarters)) return;
  DropDroppable(dropped);
  while (IsOver(kAllQuarters) && DropToNextKey(dropped)) {
  }
  if (size() > size_limit_) DropVideoFrom(0, dropped);
}

void PublishQueue::DropDroppable(Dropped& dropped) {
  auto& items = video_.items;
  const auto kept = std::stable_partition(items.begin(), items.end(), [](const Item& item) {
    return item.frame.kind != FrameKind::kDroppable;
  });
  for (auto it = kept; it != items.end(); ++it) video_.size -= Cost(it->frame);
  dropped.video += items.end() - kept;
  items.erase(kept, items.end());
}

// One step: the rest of the oldest GOP here. False when nothing more may go.
bool PublishQueue::DropToNextKey(Dropped& dropped) {
  const auto& items = video_.items;
  for (std::size_t i = 1; i < items.size(); ++i) {
    if (!items[i].frame.is_key()) continue;
    DropFrontVideo(i, dropped);
    return true;
  }
  if (items.empty()) return false;
  // A key frame that heads the queue stays: on a slow link the next one would be no luckier,
  // and a viewer would never see a picture.
  const std::size_t first = items.front().frame.is_key() ? 1 : 0;
  if (first == items.size()) return false;
  DropVideoFrom(first, dropped);
  return true;
}

// Drops everything from `index` on; what follows must be a key frame.
void PublishQueue::DropVideoFrom(std::size_t index, Dropped& dropped) {
  while (video_.items.size() > index) {
    video_.size -= Cost(video_.items.back().frame);
    video_.items.pop_back();
    ++dropped.video;
  }
  awaits_key_ = true;
}

void PublishQueue::DropFrontVideo(std::size_t count, Dropped& dropped) {
  for (std::size_t i = 0; i < count; ++i) static_cast<void>(video_.Pop());
  dropped.video += static_cast<std::int64_t>(count);
}

}  // namespace onair::session
