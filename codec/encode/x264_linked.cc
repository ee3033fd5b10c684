// SPDX-License-Identifier: Apache-2.0
#include "codec/encode/x264_api.h"

namespace onair::codec {

Result<const X264Api*> X264() {
  static constexpr X264Api kLinked{
      .param_default_preset = &x264_param_default_preset,
      .param_apply_profile = &x264_param_apply_profile,
      .param_cleanup = &x264_param_cleanup,
      .picture_init = &x264_picture_init,
      .encoder_open = &x264_encoder_open,
      .encoder_close = &x264_encoder_close,
      .encoder_headers = &x264_encoder_headers,
      .encoder_parameters = &x264_encoder_parameters,
      .encoder_reconfig = &x264_encoder_reconfig,
      .encoder_encode = &x264_encoder_encode,
      .encoder_delayed_frames = &x264_encoder_delayed_frames,
      .encoder_maximum_delayed_frames = &x264_encoder_maximum_delayed_frames};
  return &kLinked;
}

}  // namespace onair::codec
