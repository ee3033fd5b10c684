// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/gcc_alr.h"

#include "tests/transport/cc/words.h"

namespace onair::cc {
namespace {

// From an estimate of 1000 kbit/s.
void Send(GccAlr& alr, std::int64_t kbps, std::int64_t from_ms, std::int64_t to_ms) {
  for (std::int64_t ms = from_ms; ms < to_ms; ms += 10) alr.OnSent(Carried(kbps, 10), At(ms));
}

}  // namespace

TEST_CASE("A source is limited when it uses less than 65 % of the estimate for long") {
  GccAlr alr;
  alr.SetEstimate(Kbps(1000));
  Send(alr, 700, 0, 5000);
  CHECK_FALSE(alr.since());
  Send(alr, 300, 5000, 5300);
  CHECK_FALSE(alr.since());
  Send(alr, 300, 5300, 8000);
  REQUIRE(alr.since());
  CHECK(*alr.since() > At(5500));
  CHECK(*alr.since() < At(8000));
}

TEST_CASE("A source is not limited any more when it has used up half of what was left") {
  GccAlr alr;
  alr.SetEstimate(Kbps(1000));
  Send(alr, 300, 0, 3000);
  REQUIRE(alr.since());
  Send(alr, 1000, 3000, 3300);
  CHECK(alr.since());
  Send(alr, 1000, 3300, 4000);
  CHECK_FALSE(alr.since());
}

}  // namespace onair::cc
