// SPDX-License-Identifier: Apache-2.0
//
// Lets an app see coded frames on their way, in whatever language it is written.
#pragma once

#include <functional>

#include "platform/sdk/publisher.h"

namespace onair {

// Both callback on the encoders' threads, pictures on one, sound on another; must return at once.
struct EncoderTap {
  std::function<void(const EncodedFrame&, const VideoTrack&)> on_picture;
  std::function<void(const EncodedFrame&, const AudioTrack&)> on_sound;
};

// `tap` sees what the encoders of `config` make, its own or ours, before it goes on.
void TapEncoders(PublisherConfig& config, EncoderTap tap);

}  // namespace onair
