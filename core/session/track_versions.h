// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>

#include "core/media/encoded_frame.h"

namespace onair::session {

// Which decoder configurations the waiting frames need, oldest first. Never more than one
// version for each waiting frame, and the newest. Pure.
class TrackVersions {
 public:
  // Holds for frames from now on. A version that no frame was made for is replaced.
  void Set(const StreamTracks& tracks) {
    const std::int64_t version = newest() + 1;
    if (newest() > used_) versions_.pop_back();
    versions_.push_back({version, tracks});
  }
  // What a frame that is made now needs; 0 before the first Set().
  std::int64_t Use() { return used_ = newest(); }
  // Forgets what frames from `version` on do not need.
  void DropBefore(std::int64_t version) {
    while (versions_.size() > 1 && versions_.front().version < version) versions_.pop_front();
  }

  // Whether what both say of sound is the same; false for one that is forgotten.
  bool SoundAlike(std::int64_t a, std::int64_t b) const {
    const StreamTracks* first = Find(a);
    const StreamTracks* second = Find(b);
    if (first == nullptr || second == nullptr) return false;
    if (!first->audio || !second->audio) return !first->audio && !second->audio;
    return first->audio->codec == second->audio->codec &&
           first->audio->format == second->audio->format &&
           std::ranges::equal(first->audio->config.view(), second->audio->config.view());
  }

  std::int64_t newest() const { return versions_.empty() ? 0 : versions_.back().version; }
  bool empty() const { return versions_.empty(); }
  const StreamTracks& oldest_tracks() const { return versions_.front().tracks; }
  const StreamTracks& newest_tracks() const { return versions_.back().tracks; }
  bool has_video() const { return !versions_.empty() && versions_.back().tracks.video.has_value(); }
  std::size_t size() const { return versions_.size(); }

 private:
  struct Version {
    std::int64_t version;
    StreamTracks tracks;
  };
  const StreamTracks* Find(std::int64_t version) const {
    for (const Version& known : versions_) {
      if (known.version == version) return &known.tracks;
    }
    return nullptr;
  }

  std::deque<Version> versions_;
  std::int64_t used_ = 0;
};

}  // namespace onair::session
