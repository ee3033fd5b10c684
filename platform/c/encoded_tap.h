// SPDX-License-Identifier: Apache-2.0
//
// Lets an app see coded frames on their way: encoders that hand on what another one makes.
#pragma once

#include <memory>

#include "core/api/codec_ports.h"
#include "onair/publisher.h"

namespace onair::c {

// Whom a tap tells, as the app's config says.
struct EncodedTap {
  onair_encoded_fn function;
  void* user;
  const void* owner;  // See InCallback.
};

std::unique_ptr<VideoEncoder> TapVideo(std::unique_ptr<VideoEncoder> encoder, EncodedTap tap);
std::unique_ptr<AudioEncoder> TapAudio(std::unique_ptr<AudioEncoder> encoder, EncodedTap tap);

}  // namespace onair::c
