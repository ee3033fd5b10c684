// SPDX-License-Identifier: Apache-2.0
//
// The edge's streams between their publishers and their viewers. What a publisher's input
// brought is handed to the viewers in one go, one turn of the loop later, so that a burst of
// frames costs each viewer one wake-up.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/relay/directory.h"
#include "core/relay/join_rule.h"
#include "platform/runtime/loop.h"
#include "samples/edge/config.h"
#include "samples/edge/stats.h"
#include "samples/edge/viewer_place.h"

namespace onair::edge {

enum class ViewerKind { kRtmp = 1, kFlv = 2, kRtc = 3 };

// Of the kinds above, in their order.
inline constexpr std::size_t kViewerKinds = 3;

// One connection that publishes. callback on the loop's thread.
class Publisher {
 public:
  virtual ~Publisher() = default;

  // Another connection goes on with its stream, of which it holds nothing any more. Calls
  // nothing of the hub.
  virtual void TakenOver(Timestamp now) = 0;

  // A viewer cannot go on without a key frame. False: the protocol has no words for that. Calls
  // nothing of the hub.
  virtual bool RequestKeyFrame(Timestamp /*now*/) { return false; }
};

// How a publisher went: by its own word, or by losing its connection.
enum class PublishEnd { kInOrder = 1, kLost = 2 };

// One connection that watches. callback on the loop's thread.
class Viewer {
 public:
  virtual ~Viewer() = default;

  // There may be something next in its stream: take while the socket has room. Calls
  // nothing of the hub but what is for its own seat.
  virtual void Pump(Timestamp now) = 0;
  // The stream is over: the viewer must Leave() its seat in this call.
  virtual void EndOfStream(Timestamp now) = 0;
};

// Forms of a frame in relay::Wires, built once for all viewers.
enum class WireForm : std::size_t { kFlvTag = 0 };

// single-owner, on the loop's thread.
class Hub {
 public:
  // A stream somebody publishes or watches. Stays where it is while either holds it.
  class Channel;
  // A viewer's place; give it back with Leave().
  struct Place;
  struct Seat {
    Channel* channel;
    Place* place;
    // What he gets of the cached group; kAuto: the rest is decided when his line is known.
    relay::Join join = relay::Join::kNewestGroup;
  };
  // What is known of a stream that somebody publishes.
  struct Known {
    StreamTracks tracks;
    bool has_reordering = false;  // B frames.
    DataRate rate = DataRate::Zero();
  };

  // `connections_hold` tells what all connections hold, kConnectionCharge included.
  Hub(runtime::Loop& loop, const EdgeConfig& config, std::function<DataSize()> connections_hold);
  ~Hub();

  // kPublishConflict, kInvalidUrl, kLimit. `by` holds the channel until Unpublish() or
  // TakenOver(); where somebody publishes already and may be taken over, by its first key frame.
  Result<Channel*> Publish(const std::string& name, Publisher& by, Timestamp now);
  void SetTracks(Channel& channel, const Publisher& by, const StreamTracks& tracks, Timestamp now);
  void Push(Channel& channel, const Publisher& by, EncodedFrame frame, Timestamp now);
  // The publisher is gone; viewers wait publisher_grace for another, or lost_publisher_grace.
  void Unpublish(Channel& channel, const Publisher& by, PublishEnd how, Timestamp now);

  // kStreamNotFound, kLimit. The first Pump() follows soon, never from inside this call.
  // `line`: what the viewer's line was seen to carry.
  Result<Seat> Watch(const std::string& name, ViewerKind kind, Viewer& viewer, Timestamp now,
                     std::optional<DataRate> line = {});
  void Leave(const Seat& seat, const Viewer& viewer);
  // Sound comes in the codec of the seat's kind: AAC, or Opus to viewers over WebRTC.
  relay::Taken Next(const Seat& seat, Timestamp now);
  // Of this viewer.
  relay::ViewerStats StatsOf(const Seat& seat) const;
  // To where a joiner would begin, for who cannot go on where he is.
  void StartAnew(const Seat& seat);
  // Skips to the next key frame, which has yet to come.
  void AwaitKey(const Seat& seat);
  // Of the stream as it is, for this viewer's line to be filled in.
  relay::JoinReport JoinReportOf(const Seat& seat) const;
  // For a viewer: asks the publisher, at most so often for all of a stream. False: he cannot be
  // asked, or not again so soon, so the next one comes when it comes.
  bool RequestKeyFrame(const Seat& seat, KeyFrameFor whom, Timestamp now);

  // kStreamNotFound: nobody publishes it, or nothing came yet.
  Result<Known> Find(const std::string& name) const;
  // As Known has them, of this viewer's stream.
  bool HasReordering(const Seat& seat) const;
  DataRate RateOf(const Seat& seat) const;

  // To be called once a second: rates and memory.
  void Measure(Timestamp now);

  // At max_memory when last measured.
  bool is_full() const { return memory_ >= max_memory_; }

  // Fills in what this hub knows.
  void AddTo(EdgeStats& stats) const;
  std::vector<StreamSnapshot> Streams() const;

 private:
  // However many viewers lose packets, one key frame serves them all. Source: libwebrtc
  // cd6792e5 video/encoder_rtcp_feedback.cc, 300 ms for one receiver, with room for their number.
  static constexpr TimeDelta kKeyFramePause = TimeDelta::Millis(500);

  // For those who have a picture and would be live sooner: others pay with quality. Source: ours;
  // the usual time between key frames, so that a crowd of joiners at most doubles their number.
  static constexpr TimeDelta kOpeningPause = TimeDelta::Seconds(2);

  // A group of pictures that goes on for longer gets a new key frame where the publisher can be
  // asked: browsers send none by themselves, and joiners begin at one. Source: ours; the usual 2 s
  // to 4 s between key frames of live streams. SRS asks each 6 s.
  static constexpr TimeDelta kLongestGroup = TimeDelta::Seconds(4);

  static relay::StreamStats StatsOf(const Channel& channel);
  static relay::JoinReport ReportOf(const relay::LiveStream& line, DataRate rate);
  relay::Join DecideJoin(const relay::LiveStream& line, DataRate rate,
                         std::optional<DataRate> viewer_line);
  bool AskForKeyFrame(Channel& channel, Timestamp now);
  void SetSuccessor(Channel& channel, Publisher& by, Timestamp now);
  void Succeed(Channel& channel, Timestamp now);
  void MeasureRates(Timestamp now);
  void MeasureMemory();
  void KeepWithinMemory();
  Result<relay::LiveStream*> LineFor(Channel& channel, ViewerKind kind, Timestamp now);
  void MoveToLines(Channel& channel, Timestamp now);
  void SetPublishing(Channel& channel, bool is_publishing, Timestamp now);
  void ReleaseIdleBridges(Channel& channel);
  enum class Which { kUnwatched, kAll };
  void DropCaches(Which which);
  Status CheckRoom();
  void PumpViewers(Channel& channel, Timestamp now);
  void ReleaseUnused();
  void MarkDirty(Channel& channel);
  void PumpDirty();
  void EndChannel(Channel& channel);
  void ReleaseIfUnused(Channel& channel);

  runtime::Loop& loop_;
  const relay::RelayConfig line_config_;
  const relay::Join join_;
  TimeDelta grace_;
  TimeDelta lost_grace_;
  const bool may_take_over_;  // Who gets as far as here.
  const DataSize max_memory_;
  const std::function<DataSize()> connections_hold_;
  DataSize memory_ = DataSize::Zero();  // When last measured.
  DataSize came_ = DataSize::Zero();    // Media since then.
  relay::Directory directory_;
  std::map<std::string, std::unique_ptr<Channel>> channels_;
  runtime::TimerId pump_timer_ = runtime::TimerId::kNone;
  bool is_pumping_ = false;                           // No channel goes meanwhile.
  std::array<std::int64_t, kViewerKinds> viewers_{};  // Now, by kind.
  EdgeStats totals_;  // viewers_*, publishers_*, memory_refused, caches_dropped, and the media
                      // counters of released streams.
};

}  // namespace onair::edge
