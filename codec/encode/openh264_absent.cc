// SPDX-License-Identifier: Apache-2.0
//
// In a build without OpenH264's headers (ONAIR_WITH_OPENH264=OFF).
#include "codec/encode/openh264_encoder.h"

namespace onair::codec {

Result<std::unique_ptr<VideoEncoder>> OpenOpenH264Encoder(const VideoConfig&) {
  return Fail(ErrorCode::kCodecUnavailable, "this build is without OpenH264");
}
Status FindOpenH264Encoder(const VideoConfig&) {
  return Fail(ErrorCode::kCodecUnavailable, "this build is without OpenH264");
}

}  // namespace onair::codec
