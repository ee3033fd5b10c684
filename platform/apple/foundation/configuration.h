// SPDX-License-Identifier: Apache-2.0
#import <Onair/ONConfiguration.h>
#import <Onair/ONPreloadPool.h>

#include "platform/sdk/player.h"
#include "platform/sdk/preload_pool.h"
#include "platform/sdk/publisher.h"

namespace onair::apple {

// In the words of the SDK, which checks ranges; enums are checked here. kInvalidConfig naming the
// property, kCodecUnavailable where the hardware is asked for and there is none. The
// policy and the block for fresh addresses are left to the publisher.
Result<PublisherConfig> ReadPublisher(ONPublisherConfiguration* configuration);
Result<PlayerConfig> ReadPlayer(ONPlayerConfiguration* configuration);
// Nil for either: defaults.
Result<PreloadPoolConfig> ReadPreload(ONPreloadConfiguration* configuration,
                                      ONPlayerConfiguration* player);

// Sides and counts are ints below; the SDK refuses what is out of its range by then.
int Narrow(NSInteger number);

}  // namespace onair::apple
