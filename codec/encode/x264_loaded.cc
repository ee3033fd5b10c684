// SPDX-License-Identifier: Apache-2.0
#include "codec/encode/shared_library.h"
#include "codec/encode/x264_api.h"

// The name behind x264.h's macros, such as x264_encoder_open_164: a library of another build does
// not have it, and is refused instead of crashing.
#define ONAIR_TEXT_OF(name) #name
#define ONAIR_SYMBOL(name) ONAIR_TEXT_OF(name)

namespace onair::codec {
namespace {

Result<X264Api> Load() {
  const auto library = SharedLibrary::Load("libx264.so." ONAIR_SYMBOL(X264_BUILD));
  if (!library) return Forward(library);
  X264Api api{};
  Status found;
  const auto find = [&](const char* symbol, auto*& function) {
    if (found) found = library->Find(symbol, function);
  };
  find(ONAIR_SYMBOL(x264_encoder_open), api.encoder_open);
  find("x264_param_default_preset", api.param_default_preset);
  find("x264_param_apply_profile", api.param_apply_profile);
  find("x264_param_cleanup", api.param_cleanup);
  find("x264_picture_init", api.picture_init);
  find("x264_encoder_close", api.encoder_close);
  find("x264_encoder_headers", api.encoder_headers);
  find("x264_encoder_parameters", api.encoder_parameters);
  find("x264_encoder_reconfig", api.encoder_reconfig);
  find("x264_encoder_encode", api.encoder_encode);
  find("x264_encoder_delayed_frames", api.encoder_delayed_frames);
  find("x264_encoder_maximum_delayed_frames", api.encoder_maximum_delayed_frames);
  if (!found) return Forward(found);
  return api;
}

}  // namespace

Result<const X264Api*> X264() {
  static const Result<X264Api> loaded = Load();
  if (!loaded) return Forward(loaded);
  return &*loaded;
}

}  // namespace onair::codec
