// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "core/api/codec_ports.h"
#include "core/api/publish_config.h"
#include "platform/android/jni/jvm.h"
#include "platform/android/jni/lent_picture.h"
#include "platform/runtime/mutex.h"

namespace onair::jni {

// Lends each picture, as the encoder gets it, to a Preview in Java. thread-safe.
class PreviewTap {
 public:
  // `owner`: see InCallback.
  explicit PreviewTap(const void* owner) : owner_(owner) {}

  // From the next picture on. Null: nobody.
  void Set(std::shared_ptr<const GlobalRef> preview);
  void Show(const VideoFrame& frame);

  // Not seen, because the app held too many.
  std::int64_t dropped() const { return dropped_; }

 private:
  const void* const owner_;
  const std::shared_ptr<OpenPictures> open_ = std::make_shared<OpenPictures>();
  std::atomic<std::int64_t> dropped_{0};
  runtime::Mutex mutex_;
  std::shared_ptr<const GlobalRef> preview_ ONAIR_GUARDED_BY(mutex_);
};

// An encoder of the library's own that shows its pictures to `tap`.
Result<std::unique_ptr<VideoEncoder>> OpenTappedEncoder(const VideoConfig& config,
                                                        std::shared_ptr<PreviewTap> tap);

}  // namespace onair::jni
