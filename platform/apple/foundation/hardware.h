// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "platform/sdk/publisher.h"

namespace onair::apple {

// Lets VideoToolbox code the pictures. kCodecUnavailable where there is none.
Status UseHardwareEncoder(PublisherConfig& config);

}  // namespace onair::apple
