// SPDX-License-Identifier: Apache-2.0
//
// H.264 by x264, for live: no frame of delay unless VideoConfig::look_ahead allows one, VBV
// always on, key frames placed in media time.
#pragma once

#include <memory>

#include "core/api/codec_ports.h"
#include "core/api/publish_config.h"

namespace onair::codec {

// Single-owner; Encode() blocks on x264's own slice threads.
//
// - Frames: I420 or NV12 of config.size, upright (rotation is not applied); others get
//   kEncodeFailed, as do pts that do not rise. Each frame in gives one frame out, or none
//   when it is skipped for EncoderTarget::frame_rate.
// - VideoConfig::look_ahead: so many whole pictures are held back. From four on there are B
//   pictures: frames come in decoding order, dts <= pts, and a decoder holds one picture back. A
//   wished key frame is the next picture in. The VBV grows by the same span.
// - Flush() gives what is held; a frame after it begins with a key frame.
// - VideoFrame::roi steers the bits inside the picture and not the rate.
// - Payload: 4-byte lengths, the capture UTC as SEI where captured_utc is set, no parameter
//   sets: they are in track().config (avcC), with size and frame rate as the SPS says them.
// - Apply(): rate and frame rate in flight, without a key frame. resolution_step is ignored:
//   a new size is a new encoder. kInvalidConfig for values outside EncoderTarget's ranges.
// - After an error of x264 itself (kEncodeFailed with native_code) go on with the next frame.
//
// kInvalidConfig, kCodecUnavailable (not H.264; x264 is not in this build or on this machine),
// kCodecOpen.
Result<std::unique_ptr<VideoEncoder>> OpenX264Encoder(const VideoConfig& config);

// Ok where it is in this build, and on this machine.
Status FindX264Encoder(const VideoConfig& config);

}  // namespace onair::codec
