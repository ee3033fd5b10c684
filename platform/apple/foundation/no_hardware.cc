// SPDX-License-Identifier: Apache-2.0
//
// Where there is no VideoToolbox; ios/ has the other one.
#include "platform/apple/foundation/hardware.h"

namespace onair::apple {

Status UseHardwareEncoder(PublisherConfig&) {
  return Fail(ErrorCode::kCodecUnavailable, "encoder");
}

Status UseHardwareDecoder(PlayerConfig&) {
  return Fail(ErrorCode::kCodecUnavailable, "decoder");
}

}  // namespace onair::apple
