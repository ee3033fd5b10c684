// SPDX-License-Identifier: Apache-2.0
#import <Onair/ONPublisher.h>

#include "core/api/events.h"

namespace onair::apple {

// Tells the delegate one event, on the strand. NO: it raised.
BOOL TellPublisher(ONPublisher* publisher, id delegate, const PublishEvent& event);

}  // namespace onair::apple
