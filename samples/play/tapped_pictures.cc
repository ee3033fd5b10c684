// SPDX-License-Identifier: Apache-2.0
#include "samples/play/tapped_pictures.h"

#include <utility>

#include "platform/devices/png_writer.h"

namespace onair::samples {

void TappedPictures::SetSource(PictureSource* source) {
  const runtime::MutexLock source_lock(source_mutex_);
  source_ = source;
  const runtime::MutexLock lock(mutex_);
  if (source != nullptr) first_presented_at_.reset();
}

Status TappedPictures::StartDump(const std::string& path, double frame_rate) {
  auto writer = devices::Y4mWriter::Open(path, frame_rate);
  if (!writer) return Forward(writer);
  const runtime::MutexLock lock(mutex_);
  dump_ = std::move(*writer);
  return {};
}

void TappedPictures::SetFrameRate(double frame_rate) {
  const runtime::MutexLock lock(mutex_);
  if (dump_) dump_->SetFrameRate(frame_rate);
}

Status TappedPictures::FinishDump() {
  const runtime::MutexLock lock(mutex_);
  if (dump_error_) return Fail(*dump_error_);
  if (!dump_) return {};
  return std::exchange(dump_, nullptr)->Close();
}

std::optional<VideoFrame> TappedPictures::TakePicture(Timestamp at) {
  const runtime::MutexLock source_lock(source_mutex_);
  return source_ != nullptr ? source_->TakePicture(at) : std::nullopt;
}

void TappedPictures::OnPresented(const VideoFrame& frame, const CaptureTime& when) {
  const runtime::MutexLock source_lock(source_mutex_);
  if (source_ != nullptr) source_->OnPresented(frame, when);
  const runtime::MutexLock lock(mutex_);
  if (!first_presented_at_) first_presented_at_ = when.at;
  shown_ = frame.Share();
  ++presented_;
  if (!dump_ || dump_error_) return;
  if (auto status = dump_->Write(frame.picture); !status) dump_error_ = status.error();
}

Status TappedPictures::Snapshot(const std::string& path) const {
  std::optional<VideoFrame> frame;
  {
    const runtime::MutexLock lock(mutex_);
    if (!shown_) return Fail(ErrorCode::kInvalidState, "no picture was shown yet");
    frame = shown_->Share();
  }
  return devices::WritePng(path, frame->picture);
}

std::optional<Timestamp> TappedPictures::first_presented_at() const {
  const runtime::MutexLock lock(mutex_);
  return first_presented_at_;
}

std::int64_t TappedPictures::presented() const {
  const runtime::MutexLock lock(mutex_);
  return presented_;
}

}  // namespace onair::samples
