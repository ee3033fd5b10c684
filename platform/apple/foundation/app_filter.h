// SPDX-License-Identifier: Apache-2.0
#import <Onair/ONEffects.h>

#include <memory>

#include "core/api/beauty_ports.h"

namespace onair::apple {

// The SDK's filter of an app's, which is retained until this goes, on whatever thread.
std::unique_ptr<VideoFilter> FilterOf(id<ONPictureFilter> filter);

}  // namespace onair::apple
