// SPDX-License-Identifier: Apache-2.0
#import <Onair/ONConfiguration.h>

#include "platform/sdk/player.h"
#include "platform/sdk/publisher.h"

namespace onair::apple {

// In the words of the SDK, which checks ranges; enums are checked here. kInvalidConfig naming the
// property, kCodecUnavailable where the hardware is asked for and there is none.
Result<PublisherConfig> ReadPublisher(ONPublisherConfiguration* configuration);
Result<PlayerConfig> ReadPlayer(ONPlayerConfiguration* configuration);

}  // namespace onair::apple
