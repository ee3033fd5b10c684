// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/surfaces.h"

namespace onair {

class Surfaces::Surface final : public PictureSource {
 public:
  Surface(Surfaces& all, Number number) : all_(all), number_(number) {}

  std::optional<VideoFrame> TakePicture(Timestamp at) override { return all_.Take(number_, at); }
  void OnPresented(const VideoFrame& frame, const CaptureTime& when) override {
    all_.Presented(frame, when);
  }

 private:
  Surfaces& all_;
  const Number number_;
};

std::shared_ptr<PictureSource> Surfaces::Add() {
  const runtime::MutexLock lock(mutex_);
  is_owed_ = true;
  return std::make_shared<Surface>(*this, ++newest_);
}

std::optional<VideoFrame> Surfaces::shown() const {
  const runtime::MutexLock lock(mutex_);
  if (!shown_) return std::nullopt;
  return shown_->Share();
}

std::optional<VideoFrame> Surfaces::Take(Number surface, Timestamp at) {
  const runtime::MutexLock lock(mutex_);
  if (surface != newest_) return std::nullopt;
  auto frame = source_.TakePicture(at);
  if (frame) {
    taken_ = frame->Share();
    is_taken_presented_ = false;
  } else if (is_owed_ && taken_) {
    frame = taken_->Share();
  }
  if (frame) is_owed_ = false;
  return frame;
}

void Surfaces::Presented(const VideoFrame& frame, const CaptureTime& when) {
  {
    const runtime::MutexLock lock(mutex_);
    const bool is_taken = taken_ && taken_->pts == frame.pts;
    if (is_taken && is_taken_presented_) return;
    if (is_taken) is_taken_presented_ = true;
    shown_ = frame.Share();
  }
  source_.OnPresented(frame, when);  // Outside: it may tell the app, which may add a surface.
}

}  // namespace onair
