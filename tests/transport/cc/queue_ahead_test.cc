// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/queue_ahead.h"

#include "tests/transport/cc/words.h"
#include "transport/cc/circuit_breaker.h"

namespace onair::cc {
namespace {

constexpr TimeDelta Ms(std::int64_t ms) {
  return TimeDelta::Millis(ms);
}

}  // namespace

TEST_CASE("What left since the newest packet stands behind it") {
  QueueAhead ahead;
  // 100 ms ago a packet left that waited 30 ms; since then 200 ms of the line were sent.
  ahead.OnReport({At(900), Ms(30), Carried(2000, 200)}, Kbps(2000), At(1000));
  CHECK(ahead.wait() == Ms(130));

  ahead.OnReport({At(900), Ms(30), Carried(2000, 20)}, Kbps(2000), At(1000));
  CHECK(ahead.wait() == Ms(0));
}

TEST_CASE("Without reports the queue goes on as rates say") {
  QueueAhead ahead;
  ahead.OnReport({At(1000), Ms(100), DataSize::Zero()}, Kbps(2000), At(1000));
  ahead.OnNothing(0.5, At(1050));
  CHECK(ahead.wait() == Ms(75));
  ahead.OnNothing(0, At(5000));
  CHECK(ahead.wait() == Ms(0));
}

TEST_CASE("In silence the queue is at least as long as the silence") {
  QueueAhead ahead;
  ahead.OnSilence(Ms(300), At(1000));
  CHECK(ahead.wait() == Ms(300));
  ahead.OnSilence(Ms(200), At(1050));
  CHECK(ahead.wait() == Ms(300));
  ahead.OnSilence(TimeDelta::Seconds(1000), At(2000));
  CHECK(ahead.wait() == TimeDelta::Seconds(10));
}

TEST_CASE("The circuit breaker is ten times the simplified throughput of TCP") {
  CHECK_FALSE(SafeMostBps(0.01, Ms(50)));
  CHECK_FALSE(SafeMostBps(0.0 / 0.0, Ms(50)));
  const auto safe = SafeMostBps(0.06, Ms(100));  // sqrt(2 * 0.06 / 3) = 0.2.
  REQUIRE(safe);
  CHECK(*safe == Approx(10 * 9600 / (0.1 * 0.2)));
  CHECK(*SafeMostBps(0.06, Ms(0)) == Approx(10 * 9600 / (0.01 * 0.2)));
}

}  // namespace onair::cc
