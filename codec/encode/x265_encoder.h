// SPDX-License-Identifier: Apache-2.0
//
// H.265 by x265, for live: no B frames, key frames placed in media time, and the quantiser of
// every picture named by us, so that a new rate holds from the next picture on.
#pragma once

#include <memory>

#include "core/api/codec_ports.h"
#include "core/api/publish_config.h"

namespace onair::codec {

// Single-owner; Encode() blocks on x265's own worker threads (VideoConfig::threads).
//
// - Frames: I420 or NV12 of config.size, upright (rotation is not applied); others get
//   kEncodeFailed, as do pts that do not rise. Each frame in gives one frame out at once, or none
//   when it is skipped for EncoderTarget::frame_rate. VideoConfig::look_ahead is not used.
// - Payload: 4-byte lengths, the capture UTC as prefix SEI where captured_utc is set, no
//   parameter sets: they are in track().config (hvcC).
// - Apply(): rate and frame rate in flight, without a key frame. resolution_step is ignored:
//   a new size is a new encoder. kInvalidConfig for values outside EncoderTarget's ranges.
// - After an error of x265 itself (kEncodeFailed with native_code) go on with the next frame:
//   the encoder begins anew with a key frame.
// - x265 3.5 loses memory with each encoder that is closed, in its FrameFilter and in
//   x265_encoder_open(): measured over 500 encoders, 40 KiB each at 320x192 and 110 KiB at
//   1280x720. Keep an encoder rather than reopen it. Closing takes at most some 25 ms.
// - x265 runs its workers at nice 10 (common/threadpool.cpp): on a busy machine they wait. With
//   VideoConfig::threads 1 there are none and the encoder keeps its own priority.
//
// kInvalidConfig, kCodecUnavailable (not H.265; x265 is not in this build or on this machine),
// kCodecOpen, kOutOfMemory.
Result<std::unique_ptr<VideoEncoder>> OpenX265Encoder(const VideoConfig& config);

// Ok where it is in this build, and on this machine.
Status FindX265Encoder(const VideoConfig& config);

}  // namespace onair::codec
