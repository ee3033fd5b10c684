// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "onair/publisher.h"
#include "platform/sdk/publisher.h"

namespace onair::c {

// All that a publisher is made from; ranges are judged by PublisherConfig::Validate().
Result<PublisherConfig> ReadConfig(const onair_publisher_config& in);

// Codec and encoder alone.
Status ReadEncoder(const onair_video_config& in, VideoConfig& video);

}  // namespace onair::c
