// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "core/media/media_time.h"

namespace onair::flv {

// Makes wire timestamps (milliseconds in 32 bits) continuous. Some peers write only 31 bits,
// so steps are taken modulo 2^31, which is right for both: a step lies within 12.4 days. The
// first timestamp counts as it stands. Pure.
class UnwrappedTime {
 public:
  MediaTime At(std::uint32_t timestamp_ms) {
    if (!last_) {
      last_ms_ = timestamp_ms;
    } else {
      // 31-bit difference, sign-extended.
      const std::uint32_t step = (timestamp_ms - *last_) << 1;
      last_ms_ += static_cast<std::int32_t>(step) >> 1;
    }
    last_ = timestamp_ms;
    return MediaTime::Millis(last_ms_);
  }

 private:
  std::optional<std::uint32_t> last_;
  std::int64_t last_ms_ = 0;
};

}  // namespace onair::flv
