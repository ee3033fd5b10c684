// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/decoded_pictures.h"

#include <algorithm>
#include <utility>

#include "codec/bitstream/capture_stamp.h"

namespace onair {

DecodedPictures::DecodedPictures() {
  ready_.reserve(kMostReady);
}

void DecodedPictures::Expect(const EncodedFrame& frame, VideoCodec codec) {
  const auto utc = codec::FindCaptureStamp(frame.payload.view(), codec);
  const runtime::MutexLock lock(mutex_);
  inside_.push_back({frame.pts, frame.captured_at, utc, jumps_});
  if (inside_.size() > kMostInside) inside_.pop_front();
}

void DecodedPictures::TakeAll(std::vector<VideoFrame>& out) {
  const runtime::MutexLock lock(mutex_);
  for (VideoFrame& frame : ready_) out.push_back(std::move(frame));
  ready_.clear();
}

void DecodedPictures::Forget() {
  std::vector<VideoFrame> forgotten;  // Let go without the lock.
  forgotten.reserve(kMostReady);
  const runtime::MutexLock lock(mutex_);
  ready_.swap(forgotten);
  inside_.clear();
  ++jumps_;
}

Result<DecodedPictures::Place> DecodedPictures::Begin(MediaTime pts) {
  const runtime::MutexLock lock(mutex_);
  const auto frame = std::ranges::find(inside_, pts, &Place::pts);
  if (frame == inside_.end()) return Fail(ErrorCode::kInvalidConfig, "pts");
  if (ready_.size() + begun_ >= kMostReady) return Fail(ErrorCode::kLimit, "decoded pictures");
  ++begun_;
  return *frame;
}

void DecodedPictures::GiveUp() {
  const runtime::MutexLock lock(mutex_);
  --begun_;
}

void DecodedPictures::End(const Place& place, Picture pixels, Rotation rotation) {
  VideoFrame frame(std::move(pixels), place.pts, place.captured_at, place.captured_utc);
  frame.rotation = rotation;
  const runtime::MutexLock lock(mutex_);
  --begun_;
  if (place.jump == jumps_) ready_.push_back(std::move(frame));
}

bool AreSame(const VideoTrack& a, const VideoTrack& b) {
  return a.codec == b.codec && a.size == b.size &&
         std::ranges::equal(a.config.view(), b.config.view());
}

}  // namespace onair
