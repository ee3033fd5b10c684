// SPDX-License-Identifier: Apache-2.0
//
// Encoded frames of a live stream that wait for their time (Q4). Knows what may be decoded
// after what; knows nothing of clocks.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "core/media/encoded_frame.h"
#include "core/units/data.h"

namespace onair::playout {

// Frames leave in the order they came, per track. Pure; single-owner.
class LiveBuffer {
 public:
  enum class Outcome {
    kQueued = 1,
    kAwaitsKey = 2,   // Not decodable without a key frame: dropped.
    kOverflowed = 3,  // Queued, and older media was dropped up to the newest key frame.
    kRestarted = 4,   // Timestamps went back: all older media was dropped; then as above.
  };
  struct Stats {
    std::int64_t video_dropped = 0;
    std::int64_t audio_dropped = 0;
    std::int64_t restarts = 0;
    std::int64_t overflows = 0;
  };

  // `span`: most media time per track. `size`: most bytes of both, each frame counted with
  // kFrameOverhead so that empty frames are bounded too.
  LiveBuffer(TimeDelta span, DataSize size);
  static constexpr DataSize kFrameOverhead = DataSize::Bytes(256);

  Outcome Push(EncodedFrame frame);
  void SetSpan(TimeDelta span) { span_limit_ = span; }

  // What is pushed from here on is described otherwise than what came before; video begins
  // with a key frame. Answers the new version, which counts up from 0.
  std::int64_t BeginVersion(TrackKind track);
  // The version of the newest frame; empty when there is none.
  std::optional<std::int64_t> BackVersion(TrackKind track) const;
  // Of Front(), which must not be null.
  std::int64_t FrontVersion(TrackKind track) const { return LaneOf(track).frames.front().version; }

  // The next frame of a track in decoding order; null when there is none.
  const EncodedFrame* Front(TrackKind track) const;
  // The least decoding time of what waits; empty when nothing does.
  std::optional<MediaTime> Oldest() const;
  // Front() must not be null.
  EncodedFrame Pop(TrackKind track);

  // Front() is not all that there is of this track.
  bool HasBehindFront(TrackKind track) const { return LaneOf(track).frames.size() > 1; }

  // Drops and counts it. Front() must not be null.
  void DropFront(TrackKind track);
  // Drops video in front of the newest key frame whose dts is at most `position`. For media
  // that is late anyway: the decoder starts where it ends.
  void SkipToKey(MediaTime position);
  // The decoder lost its thread: video is dropped up to the next key frame.
  void DropToNextKey();
  // What waits is replaced from a picture on: video from the first frame shown at `pts` or later on
  // leaves uncounted, and the next one, which may be older, must be a key frame.
  void TakeBackVideo(MediaTime pts);
  // What was pushed stays; the next video frame must be a key frame.
  void AwaitKey() { awaits_key_ = true; }
  // Drops everything and forgets the timestamps; the next video frame must be a key frame.
  void Clear();

  bool awaits_key() const { return awaits_key_; }
  bool empty() const { return video_.empty() && audio_.empty(); }
  TimeDelta span() const;
  DataSize size() const { return size_; }
  const Stats& stats() const { return stats_; }

 private:
  struct Waiting {
    EncodedFrame frame;
    std::int64_t version;
  };
  static MediaTime DtsOf(const Waiting& waiting) { return waiting.frame.dts; }
  struct Lane {
    std::deque<Waiting> frames;
    std::optional<MediaTime> last_dts;  // Of everything pushed.
    std::int64_t version = 0;

    bool empty() const { return frames.empty(); }
    TimeDelta span() const;
  };

  Lane& LaneOf(TrackKind track) { return track == TrackKind::kVideo ? video_ : audio_; }
  const Lane& LaneOf(TrackKind track) const { return track == TrackKind::kVideo ? video_ : audio_; }
  bool IsFull() const { return span() > span_limit_ || size_ > size_limit_; }
  void MakeRoom();
  void DropVideo(std::size_t count);

  TimeDelta span_limit_;
  DataSize size_limit_;
  Lane video_;
  Lane audio_;
  DataSize size_ = DataSize::Zero();
  bool awaits_key_ = true;
  Stats stats_;
};

}  // namespace onair::playout
