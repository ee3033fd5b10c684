// SPDX-License-Identifier: Apache-2.0
//
// Number and wall time of a picture as large black and white blocks, which survive lossy
// coding and scaling. They fill four rows near the bottom of the picture; in units of
// 1/26 of its width and 1/36 of its height:
//
//   column  1                                    24
//   row 31  W  number, 32 bits ->                 K     W, K: white and black corners
//   row 32  -> UTC in milliseconds, 44 bits ->          that tell the reader the levels;
//   row 33  ->                                          the bits run row by row, high
//   row 34  K  -> CRC-16 of both                  W     bit first, white is 1.
#pragma once

#include <cstdint>
#include <optional>

#include "core/media/video_frame.h"

namespace onair::capture {

struct Stamp {
  std::uint32_t frame_number;
  UtcTime utc;  // Whole milliseconds, [0, 2^44 ms).
  bool operator==(const Stamp&) const = default;
};

// Draws into the luma plane and clears the colour below. Sides >= 64.
void DrawStamp(const Stamp& stamp, PictureBuilder& picture);

// The stamp of a picture that was drawn with one, at its own or another size of the same
// shape; empty when its check does not hold. Reads luma only: I420 and NV12.
std::optional<Stamp> ReadStamp(const Picture& picture);

}  // namespace onair::capture
