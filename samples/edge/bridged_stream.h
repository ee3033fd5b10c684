// SPDX-License-Identifier: Apache-2.0
//
// A stream once more, with its sound in another codec: a viewer of the first, the publisher of
// a second that has a GOP cache and viewers of its own.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/relay/live_stream.h"
#include "samples/edge/audio_bridge.h"

namespace onair::edge {

// single-owner. Made when the first viewer wants it: what the first stream's cache holds is
// bridged at once, so he gets as much as the others.
class BridgedStream {
 public:
  struct Sound {
    AudioCodec codec;
    // Of what is cached, back from its end: older sound no viewer of this kind is sent.
    TimeDelta cached = TimeDelta::PlusInfinity();
  };

  // `source` outlives this; `config` was validated. kLimit: no place left in the source.
  static Result<std::unique_ptr<BridgedStream>> Make(relay::LiveStream& source,
                                                     const relay::RelayConfig& config,
                                                     const Sound& to, Timestamp now);
  ~BridgedStream();
  BridgedStream(const BridgedStream&) = delete;
  BridgedStream& operator=(const BridgedStream&) = delete;

  // Takes what is new in the source. The source's owner calls it after each turn that pushed.
  void Pump(Timestamp now);
  // The source's publisher is gone, or is back.
  void SetPublishing(bool is_publishing, Timestamp now);

  relay::LiveStream& live() { return live_; }
  const relay::LiveStream& live() const { return live_; }
  const StreamTracks& tracks() const { return tracks_; }

  std::int64_t audio_frames_lost() const { return bridge_.frames_lost(); }
  // As a viewer of the source.
  relay::ViewerStats taken() const {
    return source_.stats(place_).value_or(
        relay::ViewerStats{.joined_at = Timestamp::Zero(), .first_frame_at = std::nullopt});
  }

 private:
  BridgedStream(relay::LiveStream& source, relay::ViewerId place, const relay::RelayConfig& config,
                AudioCodec to, Timestamp now);

  // `sound` before the last frame in the source is left out.
  void PumpFrom(TimeDelta sound, Timestamp now);
  void TakeTracks(const StreamTracks& tracks, Timestamp now);
  void TakeFrame(const EncodedFrame& frame, Timestamp now);

  relay::LiveStream& source_;
  relay::ViewerId place_;
  relay::LiveStream live_;
  AudioBridge bridge_;
  StreamTracks tracks_;
  std::vector<EncodedFrame> ready_;
};

}  // namespace onair::edge
