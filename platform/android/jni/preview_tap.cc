// SPDX-License-Identifier: Apache-2.0
#include "platform/android/jni/preview_tap.h"

#include <utility>

#include "codec/encode/video_encoder.h"
#include "platform/android/jni/answer.h"
#include "platform/android/jni/java_classes.h"
#include "platform/sdk/callback_thread.h"

namespace onair::jni {
namespace {

class TappedEncoder final : public VideoEncoder {
 public:
  TappedEncoder(std::unique_ptr<VideoEncoder> encoder, std::shared_ptr<PreviewTap> tap)
      : encoder_(std::move(encoder)), tap_(std::move(tap)) {}

  EncoderCapabilities capabilities() const override { return encoder_->capabilities(); }
  Status Apply(const EncoderTarget& target) override { return encoder_->Apply(target); }
  const VideoTrack& track() const override { return encoder_->track(); }
  Status Encode(const VideoFrame& frame, std::vector<EncodedFrame>& out) override {
    tap_->Show(frame);
    return encoder_->Encode(frame, out);
  }
  Status Flush(std::vector<EncodedFrame>& out) override { return encoder_->Flush(out); }

 private:
  const std::unique_ptr<VideoEncoder> encoder_;
  const std::shared_ptr<PreviewTap> tap_;
};

}  // namespace

void PreviewTap::Set(std::shared_ptr<const GlobalRef> preview) {
  const runtime::MutexLock lock(mutex_);
  preview_.swap(preview);
}

void PreviewTap::Show(const VideoFrame& frame) {
  std::shared_ptr<const GlobalRef> preview;
  {
    const runtime::MutexLock lock(mutex_);
    preview = preview_;
  }
  if (preview == nullptr) return;
  const InCallback mark(owner_);
  Contained([&](JNIEnv* env) {
    auto lent = Lend(env, frame.Share(), open_);
    if (lent) {
      env->CallVoidMethod(preview->get(), Java().preview_on_picture, *lent);
    } else {
      ++dropped_;
    }
  });
}

Result<std::unique_ptr<VideoEncoder>> OpenTappedEncoder(const VideoConfig& config,
                                                        std::shared_ptr<PreviewTap> tap) {
  auto encoder = codec::OpenVideoEncoder(config);
  if (!encoder) return encoder;
  return std::make_unique<TappedEncoder>(std::move(*encoder), std::move(tap));
}

}  // namespace onair::jni
