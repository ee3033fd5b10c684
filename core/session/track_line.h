// SPDX-License-Identifier: Apache-2.0
//
// Descriptions of the tracks on their way to the decoders, in step with the frames they are
// for: what waits in the buffer was made for the older one. Private to the room.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <utility>

#include "core/playout/live_buffer.h"

namespace onair::session {

// Pure; single-owner. What a call answers is to be told to the decoders at once.
class TrackLine {
 public:
  // Descriptions of one track that may wait behind each other. Source: ours; an encoder that
  // changes its size announces one or two within the seconds that a buffer holds.
  static constexpr std::size_t kMaxWaiting = 4;

  // `tracks` were announced. A description that replaces one whose frames still wait in
  // `buffer` waits behind them.
  std::optional<StreamTracks> OnTracks(const StreamTracks& tracks, playout::LiveBuffer& buffer);
  // More wait than are kept: the owner clears its buffer and calls OnCleared().
  bool is_overrun() const;

  // A frame of `track` leaves the buffer for its decoder.
  std::optional<StreamTracks> OnFrame(TrackKind track, std::int64_t version);
  // The buffer is empty: what comes next is described by the newest.
  std::optional<StreamTracks> OnCleared();

 private:
  template <typename Track>
  struct Lane {
    std::optional<Track> told;    // What the decoder has.
    std::optional<Track> newest;  // What arrives.
    // Behind frames that wait: the first version of the buffer's that each is for.
    std::deque<std::pair<std::int64_t, std::optional<Track>>> waiting;

    bool Announce(TrackKind kind, const std::optional<Track>& next, playout::LiveBuffer& buffer);
    bool Reach(std::int64_t version);
    bool TellNewest();
  };

  StreamTracks Told() const { return {video_.told, audio_.told}; }

  Lane<VideoTrack> video_;
  Lane<AudioTrack> audio_;
};

}  // namespace onair::session
