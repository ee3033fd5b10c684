// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <jni.h>

#include <atomic>
#include <memory>

#include "core/base/result.h"
#include "core/media/video_frame.h"

namespace onair::jni {

// Counts the pictures of one player or publisher that Java has not given back. thread-safe.
class OpenPictures {
 public:
  // More than any display or encoder holds; who passes it does not close them.
  static constexpr int kMost = 16;

  bool has_room() const { return count_ < kMost; }

 private:
  friend class LentPicture;
  std::atomic<int> count_{0};
};

// A LentPicture in Java, whose buffers lie on the frame's pixels. kLimit. Throws JavaThrew.
Result<jobject> Lend(JNIEnv* env, VideoFrame frame, std::shared_ptr<OpenPictures> open);

void RegisterLentPicture(JNIEnv* env);

}  // namespace onair::jni
