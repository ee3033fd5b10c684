// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "onair/publisher.h"
#include "platform/sdk/encoder_tap.h"

namespace onair::c {

// Tells the app's function of coded frames on their way. `owner`: see InCallback.
EncoderTap TapOf(onair_encoded_fn function, void* user, const void* owner);

}  // namespace onair::c
