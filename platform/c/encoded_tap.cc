// SPDX-License-Identifier: Apache-2.0
#include "platform/c/encoded_tap.h"

#include "platform/c/convert.h"
#include "platform/sdk/callback_thread.h"

namespace onair::c {
namespace {

onair_encoded_frame FrameOf(const EncodedFrame& frame, std::int32_t codec, const Buffer& config) {
  onair_encoded_frame out{};
  out.size = sizeof(out);
  out.codec = codec;
  out.kind = static_cast<std::int32_t>(frame.kind);
  out.data = frame.payload.data();
  out.data_size = frame.payload.size();
  out.pts_us = frame.pts.us();
  out.dts_us = frame.dts.us();
  out.captured_at_us = frame.captured_at.us();
  out.config = config.data();
  out.config_size = config.size();
  return out;
}

}  // namespace

EncoderTap TapOf(onair_encoded_fn function, void* user, const void* owner) {
  return {.on_picture =
              [=](const EncodedFrame& coded, const VideoTrack& track) {
                onair_encoded_frame frame = FrameOf(coded, CodecOf(track.codec), track.config);
                frame.width = track.size.width;
                frame.height = track.size.height;
                CallApp(owner, function, user, &frame);
              },
          .on_sound =
              [=](const EncodedFrame& coded, const AudioTrack& track) {
                const onair_encoded_frame frame =
                    FrameOf(coded, CodecOf(track.codec), track.config);
                CallApp(owner, function, user, &frame);
              }};
}

}  // namespace onair::c
