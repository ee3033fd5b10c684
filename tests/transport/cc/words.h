// SPDX-License-Identifier: Apache-2.0
//
// Words that the tests of controllers share.
#pragma once

#include <memory>
#include <string_view>

#include "tests/support/print_units.h"
#include "transport/cc/registry.h"

namespace onair::cc {

constexpr DataRate Kbps(std::int64_t k) {
  return DataRate::KilobitsPerSec(k);
}
constexpr Timestamp At(std::int64_t ms) {
  return Timestamp::Zero() + TimeDelta::Millis(ms);
}
// Bytes that `kbps` carries in `ms`.
constexpr DataSize Carried(std::int64_t kbps, std::int64_t ms) {
  return DataSize::Bytes(kbps * ms / 8);
}

constexpr ControllerConfig Limits(DataRate min, DataRate start, DataRate max,
                                  DataRate audio = DataRate::Zero()) {
  return {.min_rate = min, .max_rate = max, .start_rate = start, .audio_rate = audio};
}

inline std::unique_ptr<Controller> Made(std::string_view name, const ControllerConfig& config) {
  auto made = MakeController(name, config);
  REQUIRE(made);
  return std::move(*made);
}

}  // namespace onair::cc
