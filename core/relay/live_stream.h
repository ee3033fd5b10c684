// SPDX-License-Identifier: Apache-2.0
//
// One published stream on its way to many viewers. The driver pushes what the publisher
// sends and, whenever a viewer's socket has room, takes what is next for that viewer:
//
//   auto next = stream.Next(viewer, now);
//   if (auto* entry = std::get_if<Entry*>(&next)) {
//     Buffer& tag = (*entry)->wires[kFlvForm];
//     if (tag.empty()) tag = MakeTag((*entry)->frame);   // Once for all viewers.
//     socket.Write(tag);
//   }
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <variant>
#include <vector>

#include "core/base/result.h"
#include "core/relay/entry.h"
#include "core/relay/relay_config.h"
#include "core/relay/ring.h"
#include "core/relay/timeline.h"

namespace onair::relay {

// Where a viewer starts. With the cache off both wait for the next key frame; without video, or
// when it stays away (kVideoGone), both start with the next frame.
enum class StartPolicy { kNewestKeyFrame = 1, kNextKeyFrame = 2 };

// Sound that has gone on for this long without a picture is a place to start: a camera that
// failed must not keep joiners from the sound. Below it a key frame is still likely to come.
// Source: ours; above the usual 2 s between key frames, and what a viewer may lag behind.
inline constexpr TimeDelta kVideoGone = TimeDelta::Seconds(3);

// Names one viewer of one stream for ever; a removed viewer's name finds nothing.
struct ViewerId {
  std::uint32_t slot;
  std::uint32_t generation;
  bool operator==(const ViewerId&) const = default;
};

struct Nothing {};  // Caught up, waiting for a key frame, or no such viewer.
// Pointers are valid until the stream's next non-const call.
using Taken = std::variant<Nothing, Tracks*, Entry*>;

// Counters only grow, other values are of now.
struct StreamStats {
  bool is_publishing = false;
  std::int64_t publishers = 0;  // Publishers so far.
  std::int64_t joins = 0;       // Times the line was joined: see Timeline.
  std::int64_t video_frames_in = 0;
  std::int64_t audio_frames_in = 0;
  std::int64_t frames_refused = 0;  // Of unknown tracks, or video before a key frame.
  DataSize bytes_in = DataSize::Zero();
  std::int64_t viewers = 0;
  std::int64_t viewers_total = 0;
  std::int64_t frames_out = 0;  // To all viewers together.
  DataSize bytes_out = DataSize::Zero();
  std::int64_t frames_dropped = 0;  // Skipped by slow viewers, all together.
  std::int64_t jumps = 0;
  std::int64_t held_frames = 0;  // Each costs kEntryCharge besides its payload.
  DataSize held = DataSize::Zero();
};
struct ViewerStats {
  std::int64_t video_frames = 0;
  std::int64_t audio_frames = 0;
  DataSize bytes = DataSize::Zero();
  std::int64_t video_dropped = 0;
  std::int64_t audio_dropped = 0;
  std::int64_t jumps = 0;  // Times the viewer was too far back.
  TimeDelta backlog_span = TimeDelta::Zero();
  DataSize backlog_size = DataSize::Zero();
  std::int64_t backlog_frames = 0;
  bool is_waiting = false;       // For a key frame.
  bool has_later_start = false;  // A joiner would begin further on than where this one is.
  Timestamp joined_at;
  std::optional<Timestamp> first_frame_at;
};

// No viewer ever delays another. Pure; single-owner.
class LiveStream {
 public:
  // `config` was validated.
  explicit LiveStream(const RelayConfig& config);

  // A publisher begins. Video counts from his first key frame; viewers stay.
  void BeginPublish(Timestamp now);
  // The same while another still publishes: his next connection, or somebody in his place. Times
  // that go on near the present ones stay as they are; others are joined as after BeginPublish().
  void TakeOver(Timestamp now);
  // Viewers stay and take what they have before them; joiners wait for the next publisher.
  void EndPublish(Timestamp now);
  // Comes before the frames it is for. Repeating what stands changes nothing; a changed video
  // track begins with a key frame.
  void SetTracks(const StreamTracks& tracks, Timestamp now);
  void Push(EncodedFrame frame, Timestamp now);

  // Gives the cached GOP up, for want of memory; joiners wait for the next key frame, which
  // begins the next one. What viewers have yet to take stays.
  void DropCache();

  // kLimit when max_viewers are there.
  Result<ViewerId> AddViewer(StartPolicy start, Timestamp now);
  void RemoveViewer(ViewerId id);

  // To where a joiner would begin now. Forward: what lies between is skipped and counted, as after
  // falling behind. Back: he gets it once more.
  void StartAnew(ViewerId id);

  // Skips to the next key frame, which is waited for. What lies before it is counted.
  void AwaitKey(ViewerId id);

  // What a joiner would begin with, where a group is cached.
  struct CachedGroup {
    TimeDelta age;  // Of its key frame.
    DataSize size;
    DataSize key;     // Its key frame.
    TimeDelta usual;  // Between the last two key frames; zero: there was one only.
  };
  std::optional<CachedGroup> cached_group() const;

  // What this viewer gets next. Tracks come before the first entry and where they change; no
  // video comes before a key frame. O(1), but for pictures that a viewer who began with sound
  // skips once.
  [[nodiscard]] Taken Next(ViewerId id, Timestamp now);

  bool is_publishing() const { return stats_.is_publishing; }
  bool has_viewers() const { return stats_.viewers > 0; }
  StreamStats stats() const;
  std::optional<ViewerStats> stats(ViewerId id) const;  // Empty: no such viewer.

 private:
  enum class Place { kNone = 1, kWaiting, kInRing };  // kNone: the slot is free.
  struct Viewer {
    Place place = Place::kNone;
    std::uint32_t generation = 0;
    std::uint64_t next = 0;  // Sequence, in the ring.
    std::uint64_t tracks_seen = 0;
    bool needs_key = false;  // Began with sound: skips video until a key frame.
    // What the stream had sent up to `next`; what is skipped is counted from here. Empty:
    // a joiner has skipped nothing yet.
    std::optional<Totals> counted_to;
    ViewerStats stats{.joined_at = Timestamp::Zero(), .first_frame_at = std::nullopt};
  };

  Viewer* Find(ViewerId id);
  void StartAt(Viewer& viewer, std::uint64_t sequence);
  void Wait(std::uint32_t slot);
  void StartWaiting(std::uint64_t sequence);
  void CountSkipped(Viewer& viewer, const Totals& up_to);
  void CatchUp(Viewer& viewer, std::uint32_t slot);
  void SkipUndecodable(Viewer& viewer);
  Entry* Take(Viewer& viewer, Ring::Slot& slot, Timestamp now);
  Ring::Begins WhatBegins(const EncodedFrame& frame) const;
  bool IsWanted(const EncodedFrame& frame);
  Tracks* FindTracks(std::uint64_t version);
  void ForgetOldTracks();

  RelayConfig config_;
  Timeline timeline_;
  Ring ring_;
  std::deque<Tracks> tracks_;    // The present one last; older ones while entries need them.
  bool is_tracks_used_ = false;  // The present tracks belong to an entry.
  bool needs_key_ = true;        // Video is refused until a key frame.
  // Of the publisher's last picture, before it of his first frame; empty: nothing came yet.
  std::optional<MediaTime> video_until_;
  std::optional<MediaTime> last_key_;  // dts, on the line.
  TimeDelta usual_group_ = TimeDelta::Zero();
  std::vector<Viewer> viewers_;
  std::vector<std::uint32_t> free_;
  std::vector<std::uint32_t> waiting_;  // Slots.
  StreamStats stats_;
};

}  // namespace onair::relay
