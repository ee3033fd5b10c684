// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>

#include "core/media/encoded_frame.h"
#include "core/units/data.h"
#include "platform/runtime/bounded_queue.h"
#include "platform/runtime/loop.h"

namespace onair {

// Coded frames on their way from the encoders' threads to the net loop. Nearly always empty;
// bounded for a net thread that something holds up, such as an app whose executor runs its
// listener in place. No reference chain is broken: behind a lost picture video goes on with a
// key frame. thread-safe; video comes from one thread.
class FrameHandoff {
 public:
  // Source: ours; about two seconds of 60 pictures and 50 pieces of sound a second.
  static constexpr std::size_t kMaxFrames = 256;
  static constexpr DataSize kMaxBytes = DataSize::Mebibytes(16);

  // A frame, and with the first one of a new encoder how to decode it and those behind it.
  struct Item {
    EncodedFrame frame;
    std::optional<VideoTrack> new_track = std::nullopt;
    std::optional<AudioCodec> sound = std::nullopt;  // Of sound: which of the encoders'.
  };

  // `take` runs on the loop's thread, `key_frame_wanted` on the pushing one.
  FrameHandoff(runtime::Loop& loop, std::function<void(Item)> take,
               std::function<void()> key_frame_wanted)
      : loop_(loop),
        take_(std::move(take)),
        key_frame_wanted_(std::move(key_frame_wanted)),
        items_({.items = kMaxFrames, .measure = kMaxBytes.bytes()}, runtime::WhenFull::kRefuse,
               [](const Item& i) { return static_cast<std::int64_t>(i.frame.payload.size()); }) {}

  // Holds for the pictures pushed after it, of which the first is a key frame. On the thread of
  // the video.
  void SetVideoTrack(const VideoTrack& track) { new_track_ = track; }

  void PushSound(EncodedFrame frame, AudioCodec codec) {
    Give({.frame = std::move(frame), .new_track = std::nullopt, .sound = codec});
  }
  void PushPicture(EncodedFrame frame) {
    if (awaits_key_ && !frame.is_key()) {
      ++skipped_;
      if (items_.size() < kMaxFrames / 2) key_frame_wanted_();
      return;
    }
    const bool is_taken = Give({.frame = std::move(frame), .new_track = new_track_});
    awaits_key_ = !is_taken;
    if (is_taken) new_track_.reset();
  }

  // Frames that were given up.
  std::int64_t dropped() const { return skipped_ + items_.stats().dropped; }

 private:
  bool Give(Item item) {
    if (!items_.Push(std::move(item))) return false;
    loop_.Post([this] {
      if (auto next = items_.TryPop()) take_(std::move(*next));
    });
    return true;
  }

  runtime::Loop& loop_;
  const std::function<void(Item)> take_;
  const std::function<void()> key_frame_wanted_;
  runtime::BoundedQueue<Item> items_;
  std::optional<VideoTrack> new_track_;  // Of the video thread, as the next.
  bool awaits_key_ = false;
  std::atomic<std::int64_t> skipped_{0};
};

}  // namespace onair
