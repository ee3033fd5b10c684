// SPDX-License-Identifier: Apache-2.0
//
// In place of x264 and x265 in a build without them (ONAIR_GPL_CODECS=OFF).
#include "codec/encode/x264_encoder.h"
#include "codec/encode/x265_encoder.h"

namespace onair::codec {

Result<std::unique_ptr<VideoEncoder>> OpenX264Encoder(const VideoConfig&) {
  return Fail(ErrorCode::kCodecUnavailable, "this build is without x264");
}
Status FindX264Encoder(const VideoConfig&) {
  return Fail(ErrorCode::kCodecUnavailable, "this build is without x264");
}

Result<std::unique_ptr<VideoEncoder>> OpenX265Encoder(const VideoConfig&) {
  return Fail(ErrorCode::kCodecUnavailable, "this build is without x265");
}
Status FindX265Encoder(const VideoConfig&) {
  return Fail(ErrorCode::kCodecUnavailable, "this build is without x265");
}

}  // namespace onair::codec
