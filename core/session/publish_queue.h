// SPDX-License-Identifier: Apache-2.0
//
// The queue before the socket (Q3): what waits, in which order it leaves, what gives way.
// No reference chain is ever broken: behind a dropped frame video goes on with a key frame.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "core/media/encoded_frame.h"
#include "core/units/data.h"

namespace onair::session {

// Pure; single-owner.
class PublishQueue {
 public:
  struct Item {
    EncodedFrame frame;
    std::int64_t tracks_version;  // Of the StreamTracks that the frame needs.
  };
  struct Dropped {
    std::int64_t video = 0;
    std::int64_t audio = 0;
  };
  enum class Mode {
    kHolding = 1,  // No connection: the newest GOP, with its sound, within the bounds.
    kLive = 2,     // Connected: video gives way, sound does not.
  };

  // `span`: most media time, per track; while live sound and a key frame at the head may pass
  // it. `size`: most bytes of both tracks; while live sound alone may pass it.
  PublishQueue(TimeDelta span, DataSize size);

  [[nodiscard]] Dropped Push(Item item);
  [[nodiscard]] Dropped SetMode(Mode mode);
  [[nodiscard]] Dropped Clear();
  // Pictures alone; the next one is a key frame.
  [[nodiscard]] Dropped DropVideo();
  // Sound from before a key frame that opens a connection.
  [[nodiscard]] Dropped DropAudioBefore(MediaTime dts);

  // The waiting frame with the least dts, video first among equals; null when empty. Tracks
  // are not waited for: what is there goes.
  const Item* Front() const;
  // Front() must not be null.
  Item Pop();

  bool has_video() const { return !video_.items.empty(); }
  // dts of the oldest waiting video frame; has_video() must be true.
  MediaTime video_dts() const { return video_.items.front().frame.dts; }
  // tracks_version of the same.
  std::int64_t video_version() const { return video_.items.front().tracks_version; }
  // Least tracks_version that waits; empty when nothing does.
  std::optional<std::int64_t> oldest_version() const;
  // The next video frame that is taken must be a key frame.
  bool awaits_key() const { return awaits_key_; }
  bool empty() const { return count() == 0; }
  std::size_t count() const { return video_.items.size() + audio_.items.size(); }
  TimeDelta span() const;
  TimeDelta audio_span() const { return audio_.span(); }
  DataSize size() const { return video_.size + audio_.size; }
  DataSize audio_size() const { return audio_.size; }

 private:
  struct Lane {
    std::deque<Item> items;
    DataSize size = DataSize::Zero();

    TimeDelta span() const;
    void Push(Item item);
    Item Pop();
  };

  bool IsOver(std::int64_t quarters) const;
  void HoldNewestGop(Dropped& dropped);
  void GiveWay(Dropped& dropped);
  void DropDroppable(Dropped& dropped);
  bool DropToNextKey(Dropped& dropped);
  void DropVideoFrom(std::size_t index, Dropped& dropped);
  void DropFrontVideo(std::size_t count, Dropped& dropped);

  TimeDelta span_limit_;
  DataSize size_limit_;
  Mode mode_ = Mode::kHolding;
  Lane video_;
  Lane audio_;
  bool awaits_key_ = true;
};

}  // namespace onair::session
