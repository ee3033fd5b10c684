// SPDX-License-Identifier: Apache-2.0
#include "platform/apple/foundation/hardware.h"

#include "platform/apple/ios/video_toolbox_decoder.h"
#include "platform/apple/ios/video_toolbox_encoder.h"

namespace onair::apple {

Status UseHardwareEncoder(PublisherConfig& config) {
  config.make_video_encoder = OpenVideoToolboxEncoder;
  return {};
}

Status UseHardwareDecoder(PlayerConfig& config) {
  config.make_video_decoder = []() -> Result<std::unique_ptr<VideoDecoder>> {
    return MakeVideoToolboxDecoder();
  };
  return {};
}

}  // namespace onair::apple
