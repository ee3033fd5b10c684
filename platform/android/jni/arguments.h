// SPDX-License-Identifier: Apache-2.0
//
// What Java gives, as the SDK takes it. Functions here throw JavaThrew.
#pragma once

#include <jni.h>

#include <algorithm>
#include <optional>

#include "core/base/result.h"
#include "core/machine/ip_address.h"
#include "core/media/audio_block.h"
#include "core/units/time.h"
#include "platform/android/jni/plane_layout.h"
#include "platform/android/jni/settings.h"

namespace onair::jni {

Pairs PairsOf(JNIEnv* env, jobjectArray texts);

// Null: empty. kInvalidConfig: no address.
Result<std::optional<IpAddress>> AddressOf(JNIEnv* env, jstring text);

// 0 is now, as is what is still to come.
inline Timestamp MomentOf(jlong micros, Timestamp now) {
  return micros == 0 ? now : std::min(now, Timestamp::Micros(micros));
}

// A picture of the app's, still in the app's buffers.
struct GivenPicture {
  ReadPlanes planes;
  PictureSize size;
  Rotation rotation;
};
// `layout`: see Picture.layout(). kInvalidConfig naming what is wrong with it.
Result<GivenPicture> PictureOf(JNIEnv* env, std::span<const jobject> buffers, jintArray layout);

// Samples, copied. `layout`: offset, bytes, format, sample rate, channels. kInvalidConfig.
struct GivenSound {
  jobject samples;
  jintArray layout;
  Timestamp at;
};
Result<AudioBlock> SoundOf(JNIEnv* env, const GivenSound& sound);

}  // namespace onair::jni
