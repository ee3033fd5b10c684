// SPDX-License-Identifier: Apache-2.0
//
// The numbers of a player on its picture: how late, how full, how smooth, and where the time to
// the first picture went.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/media/video_frame.h"
#include "platform/sdk/player_stats.h"

namespace onair::capture {
class BitmapFont;
}

namespace onair::samples {

struct OverlayContent {
  struct Bar {
    std::string name;
    TimeDelta begin;
    TimeDelta end;
  };
  std::vector<std::string> lines;
  std::vector<Bar> waterfall;
};

// `kbps`: received, of late.
OverlayContent DescribePlay(const PlayerStats& stats, double kbps);

// Single-owner.
class Overlay {
 public:
  Overlay();
  ~Overlay();

  void SetContent(OverlayContent content) { content_ = std::move(content); }
  // The picture with the content on its upper left, darkened. Pictures that are no I420 come back
  // as they are.
  VideoFrame Draw(const VideoFrame& frame);

 private:
  OverlayContent content_;
  std::unique_ptr<capture::BitmapFont> font_;  // For font_height_.
  int font_height_ = 0;
};

}  // namespace onair::samples
