// SPDX-License-Identifier: Apache-2.0
#include "codec/encode/picture_schedule.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace onair::codec {
namespace {

constexpr DataRate kHighestRate = DataRate::KilobitsPerSec(1'000'000);

Status Validate(const EncoderTarget& target) {
  if (target.video_rate <= DataRate::Zero() || target.video_rate > kHighestRate) {
    return Fail(ErrorCode::kInvalidConfig, "target.video_rate");
  }
  if (!(target.frame_rate > 0 && target.frame_rate <= 120)) {
    return Fail(ErrorCode::kInvalidConfig, "target.frame_rate");
  }
  if (!(target.roi_emphasis >= 0 && target.roi_emphasis <= 2)) {
    return Fail(ErrorCode::kInvalidConfig, "target.roi_emphasis");
  }
  if (target.frame_limit && *target.frame_limit <= DataSize::Zero()) {
    return Fail(ErrorCode::kInvalidConfig, "target.frame_limit");
  }
  return {};
}

}  // namespace

PictureSchedule::PictureSchedule(const VideoConfig& config)
    : size_(config.size), gop_(config.gop), pace_(config.frame_rate) {}

Status PictureSchedule::Apply(const EncoderTarget& target) {
  if (auto valid = Validate(target); !valid) return valid;
  pace_.SetWanted(target.frame_rate);
  if (target.key_frame == KeyFrameWanted::kYes) wants_key_ = true;
  return {};
}

Result<PictureSchedule::IsCoded> PictureSchedule::Take(const VideoFrame& frame) {
  const PictureSize size = frame.picture.size();
  if (size != size_) {
    return Fail(ErrorCode::kEncodeFailed,
                "picture of " + std::to_string(size.width) + "x" + std::to_string(size.height));
  }
  if (last_pts_ && frame.pts <= *last_pts_) {
    return Fail(ErrorCode::kEncodeFailed, "pts does not rise");
  }
  last_pts_ = frame.pts;
  return pace_.Take(frame.pts) ? IsCoded::kYes : IsCoded::kNo;
}

bool PictureSchedule::IsKeyDue(MediaTime pts) const {
  if (!last_key_ || wants_key_) return true;
  const TimeDelta half_frame = TimeDelta::SecondsF(0.5 / frame_rate());
  return pts - *last_key_ + half_frame >= gop_;
}

TimeDelta PictureSchedule::ToKey(MediaTime pts) const {
  return IsKeyDue(pts) ? gop_ : *last_key_ + gop_ - pts;
}

int PictureSchedule::PicturesToKey(MediaTime pts) const {
  return std::max(1, static_cast<int>(std::lround(ToKey(pts).seconds_f() * frame_rate())));
}

void PictureSchedule::OnKey(MediaTime pts) {
  last_key_ = pts;
  wants_key_ = false;
}

}  // namespace onair::codec
