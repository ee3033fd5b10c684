// SPDX-License-Identifier: Apache-2.0
//
// What an app does to the pictures of its publisher, in Java: it finds faces, it filters.
#pragma once

#include <jni.h>

#include <memory>
#include <span>
#include <vector>

#include "core/api/beauty_ports.h"
#include "core/media/roi_map.h"
#include "platform/android/jni/jvm.h"

namespace onair::jni {

// A FaceFinder, called in the name of `owner`: see InCallback.
std::unique_ptr<FaceDetector> MakeAppDetector(std::shared_ptr<const GlobalRef> finder,
                                              const void* owner);

// A PictureFilter, the same.
std::unique_ptr<VideoFilter> MakeAppFilter(GlobalRef filter, const void* owner);

// As Publisher.setRegions() hands them over: x, y, width, height, quality of each.
std::vector<RoiRegion> RegionsOf(JNIEnv* env, jfloatArray numbers);

void RegisterPictureCalls(JNIEnv* env);

}  // namespace onair::jni
