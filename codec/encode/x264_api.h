// SPDX-License-Identifier: Apache-2.0
//
// What we call of x264. Where it comes from is the build's choice (ONAIR_GPL_CODECS):
// x264_linked.cc or x264_loaded.cc. Private to the room.
#pragma once

// x264.h wants the integer types declared before it.
#include <cstdint>

extern "C" {
#include <x264.h>
}

#include "core/base/result.h"

namespace onair::codec {

struct X264Api {
  decltype(&::x264_param_default_preset) param_default_preset;
  decltype(&::x264_param_apply_profile) param_apply_profile;
  decltype(&::x264_param_cleanup) param_cleanup;
  decltype(&::x264_picture_init) picture_init;
  decltype(&::x264_encoder_open) encoder_open;
  decltype(&::x264_encoder_close) encoder_close;
  decltype(&::x264_encoder_headers) encoder_headers;
  decltype(&::x264_encoder_parameters) encoder_parameters;
  decltype(&::x264_encoder_reconfig) encoder_reconfig;
  decltype(&::x264_encoder_encode) encoder_encode;
  decltype(&::x264_encoder_delayed_frames) encoder_delayed_frames;
  decltype(&::x264_encoder_maximum_delayed_frames) encoder_maximum_delayed_frames;
};

// Valid for ever, and the same at every call. kCodecUnavailable naming what is missing.
Result<const X264Api*> X264();

}  // namespace onair::codec
