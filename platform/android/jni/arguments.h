// SPDX-License-Identifier: Apache-2.0
//
// What Java gives, as the SDK takes it. Functions here throw JavaThrew.
#pragma once

#include <jni.h>

#include <algorithm>
#include <optional>
#include <span>

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

// A picture that became the library's: its pixels lent, and given back when the last who reads them
// is done; or copied, and given back at once, where nobody waits for them or their chroma lies the
// other way round. Where it fails they stay the app's. `owner`: see InCallback.
struct PictureRequest {
  std::span<const jobject> buffers;
  jintArray layout;
  jobject give_back;  // Null: copied.
};
struct TakenPicture {
  Picture pixels;
  Rotation rotation;
};
Result<TakenPicture> TakePicture(JNIEnv* env, const void* owner, const PictureRequest& request);

// Samples, copied. `layout`: offset, bytes, format, sample rate, channels. kInvalidConfig.
struct GivenSound {
  jobject samples;
  jintArray layout;
  Timestamp at;
};
Result<AudioBlock> SoundOf(JNIEnv* env, const GivenSound& sound);

}  // namespace onair::jni
