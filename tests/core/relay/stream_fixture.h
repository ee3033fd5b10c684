// SPDX-License-Identifier: Apache-2.0
//
// Frames and tracks for the relay's tests.
#pragma once

#include <cstdint>
#include <string>

#include "core/relay/live_stream.h"

namespace onair::relay {

inline VideoTrack Video(std::uint8_t config = 1) {
  return {VideoCodec::kH264, {1280, 720}, 30, Buffer::Own({config})};
}
inline AudioTrack Audio() {
  return {AudioCodec::kAac, {48000, 2}, Buffer::Own({0x11, 0x90})};
}

inline StreamTracks VideoOnly(std::uint8_t config = 1) {
  return {Video(config), std::nullopt};
}
inline StreamTracks AudioOnly() {
  return {std::nullopt, Audio()};
}
inline StreamTracks Both() {
  return {Video(), Audio()};
}

constexpr Timestamp At(std::int64_t ms) {
  return Timestamp::Zero() + TimeDelta::Millis(ms);
}

inline EncodedFrame Frame(FrameKind kind, std::int64_t dts_ms, std::size_t bytes = 100) {
  const MediaTime dts = MediaTime::Millis(dts_ms);
  return {Buffer::Own(Bytes(bytes)), kind, dts, dts, At(dts_ms)};
}
inline EncodedFrame Key(std::int64_t ms, std::size_t bytes = 100) {
  return Frame(FrameKind::kKey, ms, bytes);
}
inline EncodedFrame Delta(std::int64_t ms, std::size_t bytes = 100) {
  return Frame(FrameKind::kReference, ms, bytes);
}
inline EncodedFrame Sound(std::int64_t ms, std::size_t bytes = 100) {
  return Frame(FrameKind::kAudio, ms, bytes);
}

// A stream with a publisher and tracks.
inline LiveStream Published(const RelayConfig& config, const StreamTracks& tracks) {
  LiveStream stream(config);
  stream.BeginPublish(At(0));
  stream.SetTracks(tracks, At(0));
  return stream;
}

// All that is there for a viewer, in short: "T" tracks, "K", "P", "D" or "A" and the dts in ms.
inline std::string Drain(LiveStream& stream, ViewerId viewer, Timestamp now = At(0)) {
  std::string text;
  for (;;) {
    const Taken taken = stream.Next(viewer, now);
    if (std::holds_alternative<Nothing>(taken)) return text;
    if (!text.empty()) text += ' ';
    if (std::holds_alternative<Tracks*>(taken)) {
      text += 'T';
      continue;
    }
    const EncodedFrame& frame = (*std::get_if<Entry*>(&taken))->frame;
    constexpr char kLetters[] = "?KPDA";
    text += kLetters[static_cast<int>(frame.kind)];
    text += std::to_string(frame.dts.ms());
  }
}

// Video at 10 fps from `begin_ms` on: a key frame, then others, up to `frames`.
inline void PushGop(LiveStream& stream, std::int64_t begin_ms, int frames,
                    std::size_t bytes = 100) {
  for (int i = 0; i < frames; ++i) {
    const std::int64_t ms = begin_ms + 100 * i;
    stream.Push(i == 0 ? Key(ms, bytes) : Delta(ms, bytes), At(ms));
  }
}

}  // namespace onair::relay
