// SPDX-License-Identifier: Apache-2.0
#include "core/session/track_line.h"

#include <algorithm>

namespace onair::session {
namespace {

template <typename Track>
bool IsSame(const std::optional<Track>& a, const std::optional<Track>& b) {
  if (!a || !b) return a.has_value() == b.has_value();
  return a->codec == b->codec && std::ranges::equal(a->config.view(), b->config.view());
}

}  // namespace

std::optional<StreamTracks> TrackLine::OnTracks(const StreamTracks& tracks,
                                                playout::LiveBuffer& buffer) {
  const bool tells_video = video_.Announce(TrackKind::kVideo, tracks.video, buffer);
  const bool tells_audio = audio_.Announce(TrackKind::kAudio, tracks.audio, buffer);
  if (!tells_video && !tells_audio) return std::nullopt;
  return Told();
}

bool TrackLine::is_overrun() const {
  return video_.waiting.size() > kMaxWaiting || audio_.waiting.size() > kMaxWaiting;
}

std::optional<StreamTracks> TrackLine::OnFrame(TrackKind track, std::int64_t version) {
  const bool tells = track == TrackKind::kVideo ? video_.Reach(version) : audio_.Reach(version);
  if (!tells) return std::nullopt;
  return Told();
}

std::optional<StreamTracks> TrackLine::OnCleared() {
  const bool tells_video = video_.TellNewest();
  const bool tells_audio = audio_.TellNewest();
  if (!tells_video && !tells_audio) return std::nullopt;
  return Told();
}

// True: `next` is to be told now, because no frame waits that it is not for.
template <typename Track>
bool TrackLine::Lane<Track>::Announce(TrackKind kind, const std::optional<Track>& next,
                                      playout::LiveBuffer& buffer) {
  if (IsSame(newest, next)) return false;
  newest = next;
  const std::optional<std::int64_t> last_frame = buffer.BackVersion(kind);
  const std::int64_t version = buffer.BeginVersion(kind);
  if (!last_frame) return TellNewest();
  // A description that no frame followed describes nothing.
  if (!waiting.empty() && waiting.back().first > *last_frame) waiting.pop_back();
  waiting.emplace_back(version, next);
  return false;
}

template <typename Track>
bool TrackLine::Lane<Track>::Reach(std::int64_t version) {
  bool tells = false;
  while (!waiting.empty() && waiting.front().first <= version) {
    told = std::move(waiting.front().second);
    waiting.pop_front();
    tells = true;
  }
  return tells;
}

template <typename Track>
bool TrackLine::Lane<Track>::TellNewest() {
  waiting.clear();
  if (IsSame(told, newest)) return false;
  told = newest;
  return true;
}

}  // namespace onair::session
