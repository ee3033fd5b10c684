// SPDX-License-Identifier: Apache-2.0
//
// One clip through the SDK's encoder and decoder, measured.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "core/api/publish_config.h"
#include "core/media/roi_map.h"
#include "samples/quality/boxes.h"
#include "samples/quality/clip.h"
#include "samples/quality/likeness.h"

namespace onair::samples {

struct RunInput {
  const Clip& clip;                          // What is encoded.
  const Clip& original;                      // What it is compared with; the same, less noise.
  const FacesPerPicture& faces;              // Where it is measured; shorter: the last one holds.
  std::function<RoiMap(std::size_t)> roi;    // Of picture i; null: none.
  std::function<void(const Picture&)> show;  // Decoded pictures, in order; may be null.
};

struct RunResult {
  Likeness likeness;
  double actual_kbps = 0;
  double encode_ms_p50 = 0;  // Per picture, wall time.
  double encode_ms_p95 = 0;
  int held_pictures = 0;
  double largest_picture_share = 0;  // Of a second's bits.
};

// kEncodeFailed too where not every picture comes out.
Result<RunResult> RunCoded(const VideoConfig& config, const RunInput& input);

}  // namespace onair::samples
