// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/repair_groups.h"

#include <algorithm>

namespace onair::rtp {

void RepairGroups::SetShare(double share, double key_share) {
  share_ = share > 0 ? std::min(share, kMaxShare) : 0;
  key_share_ = std::clamp(key_share, share_, kMaxShare);
}

void RepairGroups::BeginFrame(std::size_t packets, FrameKind kind) {
  frame_share_ = kind == FrameKind::kKey ? key_share_ : share_;
  frame_left_ = std::max<std::size_t>(packets, 1);
}

// The encoder must know their number beforehand. One, where the frames so far are too small to pay
// for it: then the group goes on over the next.
void RepairGroups::BeginGroup() {
  const auto most = static_cast<std::size_t>(FecEncoder::kMaxRepairs / frame_share_);
  group_size_ = std::min(most, kMaxGroup);
  const auto packets = static_cast<double>(std::min(frame_left_, group_size_));
  const auto repairs =
      static_cast<std::size_t>(std::max(1.0, earned_ + packets * frame_share_ + 0.5));
  planned_ = std::min(repairs, FecEncoder::kMaxRepairs);
  encoder_.BeginGroup(planned_);
}

bool RepairGroups::Add(ByteView packet) {
  if (planned_ == 0) {
    if (frame_share_ <= 0) return false;
    BeginGroup();
  }
  frame_left_ -= std::min<std::size_t>(frame_left_, 1);
  if (!encoder_.Add(packet)) return false;
  earned_ += frame_share_;
  if (encoder_.group_packets() < group_size_) return false;
  if (!EndFrame()) planned_ = 0;  // Too little was advised for one.
  return planned_ > 0;
}

bool RepairGroups::EndFrame() {
  return planned_ > 0 && earned_ + 0.5 >= static_cast<double>(planned_);
}

std::optional<std::size_t> RepairGroups::Next(std::span<std::uint8_t> room) {
  if (planned_ == 0) return std::nullopt;
  const auto size = encoder_.Next(room);
  if (!size) {
    planned_ = 0;
    // Rounding is carried on, in bounds: nobody saves for later, nobody owes more than a group.
    earned_ = std::clamp(earned_, -1.0, 1.0);
    return std::nullopt;
  }
  earned_ -= 1;
  return size;
}

}  // namespace onair::rtp
