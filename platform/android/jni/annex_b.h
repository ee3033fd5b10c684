// SPDX-License-Identifier: Apache-2.0
//
// MediaCodec's words (byte streams with start codes) in ours (records and lengths). No JNI here.
#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/media/encoded_frame.h"

namespace onair::jni {

// A decoder configuration record, made where `config` is parameter sets behind start codes.
// kInvalidConfig naming `what` where they are none.
Result<Bytes> RecordOf(ByteView config, VideoCodec codec, const char* what);

// NAL units behind 4-byte lengths. kInvalidConfig.
Result<Bytes> LengthsOf(ByteView annex_b);

}  // namespace onair::jni
