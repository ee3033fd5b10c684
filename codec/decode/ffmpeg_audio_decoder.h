// SPDX-License-Identifier: Apache-2.0
//
// AAC (LC, HE, HE v2) by FFmpeg.
#pragma once

#include <memory>

#include "core/api/codec_ports.h"

namespace onair::codec {

// Single-owner. Blocks come in the stream's own rate (doubled by SBR, also where it is only
// signalled in the data) and in one or two channels: more are mixed down. kDecodeFailed: the
// frame is lost, the decoder goes on with the next.
//
// FFmpeg is first called by WarmUp() or Configure(). Configure(): kCodecUnavailable, kCodecOpen.
Result<std::unique_ptr<AudioDecoder>> OpenFfmpegAudioDecoder();

}  // namespace onair::codec
