// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "core/api/capture_ports.h"

namespace onair::capture {

// How a still image moves. Read once, by OpenImage(), which validates it.
struct ImageSourceConfig {
  // Pictures out. Sides even, in [64, 4096]; rate in [1, 120].
  VideoFormat output{{1280, 720}, 30};

  // One way in and back. Range [2 s, 10 min]. Shorter is livelier and costs more bits.
  TimeDelta cycle = TimeDelta::Seconds(24);

  // How far it zooms in, as a factor. Range [1, 2]; 1 only pans.
  double zoom = 1.25;

  // Ok, or kInvalidConfig whose detail names the first field out of range.
  [[nodiscard]] Status Validate() const;
};

// A still image (PNG, JPEG and what else FFmpeg decodes) under a slow pan and zoom, without
// end and without sound. The point in the middle, a third from the top, stays in view: there
// are the faces. Errors as OpenFile. pure after opening, single-owner.
Result<std::unique_ptr<MediaSource>> OpenImage(const std::string& path,
                                               const ImageSourceConfig& config);

}  // namespace onair::capture
