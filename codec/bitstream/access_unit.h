// SPDX-License-Identifier: Apache-2.0
//
// Claims about one coded picture in 4-byte lengths, as EncodedFrame carries it.
#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/media/encoded_frame.h"

namespace onair::codec {

// Ok, or kBitstream whose detail says what is wrong: lengths that do not fit, no slice, a
// set forbidden_zero_bit, a header cut short. Some phone encoders make such units; they must
// not reach a server, which would close the connection.
Status ValidateAccessUnit(ByteView access_unit, VideoCodec codec);

// kKey: an IDR (H.264) or IRAP (H.265) picture. kDroppable: no slice is a reference.
// kReference for all else, units that do not parse included.
FrameKind KindOf(ByteView access_unit, VideoCodec codec);

}  // namespace onair::codec
