// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>

#include "core/api/capture_ports.h"

namespace onair::capture {

// What the test source gives; an empty track is absent. At least one is needed.
struct TestSourceConfig {
  // Sides in [64, 4096], rate in [1, 120]. The stamp can be read back from 320x180 up.
  std::optional<VideoFormat> video = VideoFormat{{1280, 720}, 30};
  std::optional<AudioFormat> audio = AudioFormat{48000, 2};

  // Ok, or kInvalidConfig whose detail names the first field out of range.
  [[nodiscard]] Status Validate() const;
};

// An endless moving test picture and a beep each second. Pictures carry their number and
// capture UTC for people and for `ReadStamp` (stamp.h); the first picture of each second
// flashes and a beep begins at its very pts (sync_marks.h). Audio comes in 10 ms blocks.
// Picture n has pts n / rate exactly. pure, single-owner.
Result<std::unique_ptr<MediaSource>> OpenTestSource(const TestSourceConfig& config);

}  // namespace onair::capture
