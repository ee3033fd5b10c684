// SPDX-License-Identifier: Apache-2.0
//
// Coded pictures of Core Media in our words.
#pragma once

#include <CoreMedia/CoreMedia.h>

#include "core/media/encoded_frame.h"

namespace onair::apple {

inline constexpr std::int32_t kTicksPerSecond = 1'000'000;

// NAL units behind 4-byte lengths, as ours; copied. Empty where there are none.
Bytes BytesOf(CMSampleBufferRef sample);
FrameKind KindOf(CMSampleBufferRef sample);
MediaTime MediaTimeOf(CMTime time);
// avcC or hvcC, as the encoder wrote it; empty where it has none of that codec.
Buffer RecordOf(CMFormatDescriptionRef format, VideoCodec codec);

}  // namespace onair::apple
