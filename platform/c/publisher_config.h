// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "onair/publisher.h"
#include "platform/sdk/publisher.h"

namespace onair::c {

// All that a publisher is made from; ranges are judged by PublisherConfig::Validate(). `owner`: see
// InCallback.
Result<PublisherConfig> ReadConfig(const onair_publisher_config& in, const void* owner);

// Codec and encoder alone.
Status ReadEncoder(const onair_video_config& in, VideoConfig& video);

}  // namespace onair::c
