// SPDX-License-Identifier: Apache-2.0
#include "core/api/congestion_control.h"

#include "tests/transport/cc/words.h"

namespace onair::cc {

TEST_CASE("Controller config is valid as it stands and at its ends") {
  CHECK(ControllerConfig{}.Validate());
  CHECK(Limits(Kbps(50), Kbps(50), Kbps(50)).Validate());
  CHECK(Limits(Kbps(50'000), Kbps(50'000), Kbps(50'000), Kbps(512)).Validate());
}

TEST_CASE("Controller config names the first field out of range") {
  struct Row {
    ControllerConfig config;
    const char* field;
  };
  const Row rows[] = {
      {Limits(DataRate::BitsPerSec(49'999), Kbps(100), Kbps(200)), "min_rate"},
      {Limits(DataRate::BitsPerSec(50'000'001), Kbps(100), Kbps(200)), "min_rate"},
      {Limits(DataRate::BitsPerSec(-1), Kbps(100), Kbps(200)), "min_rate"},
      {Limits(Kbps(100), Kbps(100), DataRate::BitsPerSec(99'999)), "max_rate"},
      {Limits(Kbps(100), Kbps(100), DataRate::BitsPerSec(50'000'001)), "max_rate"},
      {Limits(Kbps(100), DataRate::BitsPerSec(99'999), Kbps(200)), "start_rate"},
      {Limits(Kbps(100), DataRate::BitsPerSec(200'001), Kbps(200)), "start_rate"},
      {Limits(Kbps(100), Kbps(100), Kbps(200), DataRate::BitsPerSec(-1)), "audio_rate"},
      {Limits(Kbps(100), Kbps(100), Kbps(200), DataRate::BitsPerSec(512'001)), "audio_rate"},
  };

  for (const Row& row : rows) {
    const auto status = row.config.Validate();
    REQUIRE_FALSE(status);
    CHECK(status.error() == Error{ErrorCode::kInvalidConfig, row.field});
  }
}

}  // namespace onair::cc
