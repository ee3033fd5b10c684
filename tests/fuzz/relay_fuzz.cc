// SPDX-License-Identifier: Apache-2.0
//
// The input is a schedule of publishers, frames and viewers; the relay's promises are checked
// after each step: bounded memory, whole sequences from key frames on, time that never falls.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <variant>
#include <vector>

#include "core/relay/live_stream.h"

namespace {

using namespace onair;

struct Watcher {
  relay::ViewerId id;
  StreamTracks tracks;
  std::optional<std::uint64_t> last;  // Sequence.
  bool needs_key = true;
  std::optional<MediaTime> video;
  std::optional<MediaTime> audio;
};

void Expect(bool claim) {
  if (!claim) std::abort();
}

EncodedFrame MakeFrame(FrameKind kind, std::int64_t dts_ms, std::size_t bytes, Timestamp now) {
  const MediaTime dts = MediaTime::Millis(dts_ms);
  return {Buffer::Own(Bytes(bytes)), kind, dts, dts, now};
}

void Check(Watcher& watcher, const relay::Entry& entry) {
  const EncodedFrame& frame = entry.frame;
  const bool is_gap = !watcher.last || entry.sequence != *watcher.last + 1;
  if (watcher.last) Expect(entry.sequence > *watcher.last);
  // After a gap a stream goes on with sound or a key frame, and without pictures until one.
  const bool is_video = frame.track() == TrackKind::kVideo;
  watcher.needs_key = (watcher.needs_key || is_gap) && !frame.is_key();
  if (is_video) Expect(!watcher.needs_key);
  auto& last = is_video ? watcher.video : watcher.audio;
  if (last) Expect(frame.dts >= *last);
  Expect(frame.pts >= frame.dts);
  last = frame.dts;
  watcher.last = entry.sequence;
}

void Pull(relay::LiveStream& stream, Watcher& watcher, int count, Timestamp now) {
  for (int i = 0; i < count; ++i) {
    const relay::Taken taken = stream.Next(watcher.id, now);
    if (std::holds_alternative<relay::Nothing>(taken)) return;
    if (const auto* changed = std::get_if<relay::Tracks*>(&taken)) {
      watcher.tracks = (*changed)->tracks;
      continue;
    }
    Check(watcher, **std::get_if<relay::Entry*>(&taken));
  }
}

StreamTracks TracksOf(std::uint8_t bits) {
  StreamTracks tracks;
  if (bits & 1) {
    tracks.video = VideoTrack{
        VideoCodec::kH264, {16, 16}, 30, Buffer::Own({static_cast<std::uint8_t>(bits >> 4)})};
  }
  if (bits & 2) tracks.audio = AudioTrack{AudioCodec::kAac, {48000, 2}, Buffer::Own({1})};
  return tracks;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  relay::RelayConfig config;
  config.cache_size = config.backlog_size = DataSize::Kibibytes(64);
  config.backlog_span = TimeDelta::Millis(500);
  config.cache_span = TimeDelta::Millis(700);
  config.max_viewers = 8;
  if (size > 0 && (data[0] & 1)) config.gop_cache = relay::GopCache::kOff;
  relay::LiveStream stream(config);
  std::vector<Watcher> watchers;
  Timestamp now = Timestamp::Zero();
  // Each step: what, with what.
  for (std::size_t i = 1; i + 2 < size; i += 3) {
    const std::uint8_t with = data[i + 1];
    now += TimeDelta::Millis(data[i + 2] & 0x3f);
    const std::int64_t dts = now.us() / 1000 + (data[i + 2] & 0x40 ? -with * 20 : 0);
    switch (data[i] % 8) {
      case 0:
        stream.BeginPublish(now);
        break;
      case 1:
        stream.SetTracks(TracksOf(with), now);
        break;
      case 2:
        stream.Push(MakeFrame(FrameKind::kKey, dts, with * 64U, now), now);
        break;
      case 3:
        stream.Push(MakeFrame(FrameKind::kReference, dts, with * 16U, now), now);
        break;
      case 4:
        stream.Push(MakeFrame(FrameKind::kAudio, dts, with, now), now);
        break;
      case 5: {
        const auto start =
            with & 1 ? relay::StartPolicy::kNextKeyFrame : relay::StartPolicy::kNewestKeyFrame;
        if (const auto id = stream.AddViewer(start, now)) {
          watchers.push_back({*id, {}, std::nullopt, true, std::nullopt, std::nullopt});
        }
        break;
      }
      case 6:
        if (!watchers.empty()) Pull(stream, watchers[with % watchers.size()], with / 4, now);
        break;
      case 7:
        if (with < 32) stream.EndPublish(now);
        if (with >= 64 && with < 128 && !watchers.empty()) {
          stream.AwaitKey(watchers[with % watchers.size()].id);
        }
        if (with > 224 && !watchers.empty()) {
          stream.RemoveViewer(watchers.back().id);
          watchers.pop_back();
        }
        break;
    }
    const relay::StreamStats stats = stream.stats();
    Expect(stats.held <= std::max(config.cache_size, config.backlog_size));
    Expect(stats.viewers == static_cast<std::int64_t>(watchers.size()));
    Expect(stats.held_frames >= 0 && stats.frames_dropped >= 0);
  }
  for (const Watcher& watcher : watchers) stream.RemoveViewer(watcher.id);
  return 0;
}
