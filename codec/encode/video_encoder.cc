// SPDX-License-Identifier: Apache-2.0
#include "codec/encode/video_encoder.h"

#include "codec/encode/x264_encoder.h"
#include "codec/encode/x265_encoder.h"

namespace onair::codec {

Result<std::unique_ptr<VideoEncoder>> OpenVideoEncoder(const VideoConfig& config) {
  switch (config.codec) {
    case VideoCodec::kH264:
      return OpenX264Encoder(config);
    case VideoCodec::kH265:
      return OpenX265Encoder(config);
  }
  return Fail(ErrorCode::kCodecUnavailable, "video codec");
}

}  // namespace onair::codec
