// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>

#include "core/units/data.h"
#include "core/units/time.h"

namespace onair::preload {

// The largest of the sizes of the last one to two kSpan. What a room held tells what it will hold
// again, also after it had to give it up: without this memory it would be raised again at once.
// Pure. Single-owner.
class RecentPeak {
 public:
  // Source: ours; a GOP that is long now and then is tried again once a minute or two, not twice a
  // second.
  static constexpr TimeDelta kSpan = TimeDelta::Seconds(60);

  void OnSize(DataSize size, Timestamp now) {
    if (now - began_ >= kSpan) {
      before_ = now - began_ < kSpan * 2 ? since_ : DataSize::Zero();
      since_ = DataSize::Zero();
      began_ = now;
    }
    since_ = std::max(since_, size);
  }
  // As of the last OnSize().
  DataSize value() const { return std::max(before_, since_); }

 private:
  DataSize before_ = DataSize::Zero();
  DataSize since_ = DataSize::Zero();
  Timestamp began_ = Timestamp::MinusInfinity();
};

}  // namespace onair::preload
