// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "core/media/encoded_frame.h"
#include "platform/sdk/decoded_pictures.h"

namespace onair::apple {

// A coded frame as an app tells of it; times in seconds.
struct GivenFrame {
  std::int64_t kind = 0;
  Buffer payload = {};
  double presented_at = 0;
  double decoded_at = 0;
  double captured_at = 0;  // 0: now.
  // How to decode it and what follows; empty: as before.
  Buffer record = {};
  std::int64_t width = 0;
  std::int64_t height = 0;
};

// To the microsecond. Empty where it is no time.
std::optional<MediaTime> MediaTimeOf(double seconds);
double SecondsOf(MediaTime at);

// kInvalidConfig naming the property that is wrong on its face.
Result<EncodedFrame> EncodedOf(const GivenFrame& given) noexcept;
// The track that it begins; `present`: the one before.
std::optional<VideoTrack> NewTrackOf(const GivenFrame& given, const VideoTrack& present);

// As DecodedPictures has it, in one step; errors name the argument.
Status Add(DecodedPictures& to, MediaTime pts, const Picture& pixels, Rotation rotation) noexcept;

// The other way round, sharing its bytes.
GivenFrame GivenOf(const EncodedFrame& frame);

}  // namespace onair::apple
