// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "core/media/video_frame.h"

namespace onair::apple {

// Puts pictures that leave a decoder in coding order into display order. No later frame is shown
// before its decoding time, and those rise: what is due by the newest one can go. Pure.
class PictureOrder {
 public:
  // Of H.264 and H.265; more come from a broken stream, and the earliest goes.
  static constexpr std::size_t kMostHeld = 16;

  void Add(VideoFrame picture) {
    const auto place =
        std::upper_bound(held_.begin(), held_.end(), picture.pts,
                         [](MediaTime pts, const VideoFrame& other) { return pts < other.pts; });
    held_.insert(place, std::move(picture));
  }

  // Appends what no later frame comes before; `dts`: of the frame decoded last.
  void TakeDue(MediaTime dts, std::vector<VideoFrame>& out) {
    while (!held_.empty() && (held_.front().pts <= dts || held_.size() > kMostHeld)) TakeFirst(out);
  }
  void TakeAll(std::vector<VideoFrame>& out) {
    while (!held_.empty()) TakeFirst(out);
  }
  void Clear() { held_.clear(); }

 private:
  void TakeFirst(std::vector<VideoFrame>& out) {
    out.push_back(std::move(held_.front()));
    held_.erase(held_.begin());
  }

  std::vector<VideoFrame> held_;
};

}  // namespace onair::apple
