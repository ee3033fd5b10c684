// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <optional>
#include <utility>

#include "core/units/data.h"
#include "core/units/time.h"

namespace onair::session {

// What the video encoder gave over the last second. Pure.
class EncoderOutput {
 public:
  void Add(DataSize size, Timestamp now) {
    frames_.emplace_back(now, size);
    size_ += size;
    while (frames_.size() > kMostFrames || now - frames_.front().first > kWindow) {
      size_ -= frames_.front().second;
      frames_.pop_front();
    }
    if (!since_) since_ = now;
  }

  // Less than `rate` would give: what came out shows nothing of the network. False before a
  // whole window was seen.
  bool IsBelow(DataRate rate, Timestamp now) const {
    if (!since_ || now - *since_ < kWindow) return false;
    return size_ / kWindow < rate.Scaled(kShare);
  }

 private:
  static constexpr TimeDelta kWindow = TimeDelta::Seconds(1);
  static constexpr std::size_t kMostFrames = 240;  // A second of the highest frame rate, twice.
  // Source: ours; an encoder in trouble stays within a fifth of its target over a second.
  static constexpr double kShare = 0.75;

  std::deque<std::pair<Timestamp, DataSize>> frames_;
  DataSize size_ = DataSize::Zero();
  std::optional<Timestamp> since_;
};

}  // namespace onair::session
