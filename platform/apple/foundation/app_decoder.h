// SPDX-License-Identifier: Apache-2.0
#import <Onair/ONEncodedMedia.h>

#include <functional>
#include <memory>

#include "core/api/codec_ports.h"

namespace onair::apple {

// Makes the SDK's decoder of an app's. The block is kept until the last copy goes.
std::function<Result<std::unique_ptr<VideoDecoder>>()> DecoderOf(ONDecoderProvider provider);

}  // namespace onair::apple
