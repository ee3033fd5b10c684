// SPDX-License-Identifier: Apache-2.0
//
// A decoder of the app's: a PictureDecoder in Java, which the player uses like ours.
#pragma once

#include <jni.h>

#include <memory>

#include "core/api/codec_ports.h"

namespace onair::jni {

// Calls `decoder` in the name of `owner` (see InCallback), and its close() once, at its own end.
// Throws JavaThrew.
std::unique_ptr<VideoDecoder> MakeAppDecoder(JNIEnv* env, jobject decoder, const void* owner);

void RegisterDecodedPictures(JNIEnv* env);

}  // namespace onair::jni
