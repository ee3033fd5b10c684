// SPDX-License-Identifier: Apache-2.0
#include "samples/edge/bridged_stream.h"

#include <utility>
#include <variant>

namespace onair::edge {

Result<std::unique_ptr<BridgedStream>> BridgedStream::Make(relay::LiveStream& source,
                                                           const relay::RelayConfig& config,
                                                           const Sound& to, Timestamp now) {
  const auto place = source.AddViewer(relay::StartPolicy::kNewestKeyFrame, now);
  if (!place) return Forward(place);
  std::unique_ptr<BridgedStream> stream(new BridgedStream(source, *place, config, to.codec, now));
  stream->PumpFrom(to.cached, now);
  return stream;
}

BridgedStream::BridgedStream(relay::LiveStream& source, relay::ViewerId place,
                             const relay::RelayConfig& config, AudioCodec to, Timestamp now)
    : source_(source), place_(place), live_(config), bridge_(to) {
  if (source.is_publishing()) live_.BeginPublish(now);
}

BridgedStream::~BridgedStream() {
  source_.RemoveViewer(place_);
}

void BridgedStream::Pump(Timestamp now) {
  PumpFrom(TimeDelta::PlusInfinity(), now);
}

void BridgedStream::PumpFrom(TimeDelta sound, Timestamp now) {
  for (;;) {
    const TimeDelta before_end = taken().backlog_span;
    const relay::Taken taken = source_.Next(place_, now);
    if (const auto* tracks = std::get_if<relay::Tracks*>(&taken)) {
      TakeTracks((*tracks)->tracks, now);
    } else if (const auto* entry = std::get_if<relay::Entry*>(&taken)) {
      const EncodedFrame& frame = (*entry)->frame;
      if (frame.track() == TrackKind::kVideo || before_end <= sound) TakeFrame(frame, now);
    } else {
      return;
    }
  }
}

void BridgedStream::TakeTracks(const StreamTracks& tracks, Timestamp now) {
  tracks_ = tracks;
  tracks_.audio.reset();
  // Without its sound the stream is still worth watching.
  if (tracks.audio && bridge_.SetTrack(*tracks.audio)) tracks_.audio = bridge_.track();
  live_.SetTracks(tracks_, now);
}

void BridgedStream::TakeFrame(const EncodedFrame& frame, Timestamp now) {
  if (frame.track() == TrackKind::kVideo) {
    live_.Push(frame, now);
    return;
  }
  ready_.clear();
  bridge_.Push(frame, ready_);
  for (EncodedFrame& bridged : ready_) {
    bridged.captured_at = frame.captured_at;
    live_.Push(std::move(bridged), now);
  }
}

void BridgedStream::SetPublishing(bool is_publishing, Timestamp now) {
  if (is_publishing == live_.is_publishing()) return;
  Pump(now);
  if (is_publishing) {
    live_.BeginPublish(now);
  } else {
    live_.EndPublish(now);
  }
}

}  // namespace onair::edge
