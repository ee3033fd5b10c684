// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "platform/sdk/player.h"
#include "platform/sdk/publisher.h"

namespace onair::apple {

// Lets VideoToolbox code the pictures. kCodecUnavailable where there is none.
Status UseHardwareEncoder(PublisherConfig& config);
// Lets it decode them.
Status UseHardwareDecoder(PlayerConfig& config);

}  // namespace onair::apple
