// SPDX-License-Identifier: Apache-2.0
#import <Onair/ONPlayer.h>

#include "core/api/events.h"

namespace onair::apple {

// Tells the delegate one event, on the strand. NO: it raised.
BOOL TellPlayer(ONPlayer* player, id delegate, const PlayEvent& event);

}  // namespace onair::apple
