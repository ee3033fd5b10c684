// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/line_history.h"

#include "tests/transport/cc/words.h"

namespace onair::cc {
namespace {

TcpReport Told(std::int64_t written, std::int64_t unacked, std::int64_t queue = 0) {
  TcpReport report{.at = At(0), .written = DataSize::Bytes(written)};
  report.socket.unsent = DataSize::Zero();
  report.socket.unacked = DataSize::Bytes(unacked);
  report.queue_size = DataSize::Bytes(queue);
  return report;
}

TEST_CASE("The base is the shortest way from the socket to a confirmation") {
  LineHistory line;
  line.Add(Told(0, 0), At(0));
  line.Add(Told(5000, 5000), At(10));
  line.Add(Told(5000, 2000), At(70));
  CHECK(line.base() == TimeDelta::Millis(60));
  line.Add(Told(9000, 6000), At(80));
  line.Add(Told(9000, 0), At(120));
  CHECK(line.base() == TimeDelta::Millis(40));
  CHECK(line.waiting() == 0);
}

TEST_CASE("Only a span with work all along tells what a line takes") {
  LineHistory line;
  // 1000 bytes each 10 ms are confirmed; 20'000 wait all the time.
  for (int i = 0; i <= 50; ++i) line.Add(Told(20'000 + i * 1000, 20'000), At(i * 10));
  const auto busy = line.Busy(50'000);
  CHECK(busy.span == TimeDelta::Millis(300));
  CHECK(busy.bytes_per_second == Approx(100'000));
  // An estimate so high that 20'000 bytes are on their way on an idle line.
  CHECK(line.Busy(1e6).span == TimeDelta::Zero());
  // One moment without work ends it.
  line.Add(Told(71'000, 0), At(510));
  CHECK(line.Busy(50'000).span == TimeDelta::Zero());
}

TEST_CASE("Silence counts while something waits, and no busy span reaches over it") {
  LineHistory line;
  for (int i = 0; i <= 30; ++i) line.Add(Told(20'000 + i * 1000, 20'000), At(i * 10));
  line.Add(Told(50'000, 20'000), At(500));
  CHECK(line.silence() == TimeDelta::Millis(200));
  line.Add(Told(60'000, 20'000), At(510));
  CHECK(line.silence() == TimeDelta::Zero());
  CHECK(line.Busy(50'000).span == TimeDelta::Zero());
  for (int i = 1; i <= 10; ++i) line.Add(Told(60'000 + i * 1000, 20'000), At(510 + i * 10));
  CHECK(line.Busy(50'000).span == TimeDelta::Millis(100));
  CHECK(line.Busy(50'000).bytes_per_second == Approx(100'000));

  line.Add(Told(70'000, 0), At(650));
  line.Add(Told(70'000, 0), At(5000));
  CHECK(line.silence() == TimeDelta::Zero());
}

TEST_CASE(
    "A base that was not seen for ten seconds asks for an empty line, for two seconds at most") {
  LineHistory line;
  line.Add(Told(0, 0), At(0));
  line.Add(Told(5000, 5000), At(10));
  line.Add(Told(5000, 3000), At(60));
  // From here on each byte waits for 200 ms.
  std::int64_t ms = 60;
  const auto go_on_until = [&](std::int64_t end, std::int64_t waiting) {
    for (; ms <= end; ms += 10) line.Add(Told(5000 + ms * 100, waiting), At(ms));
  };
  go_on_until(9'000, 20'000);
  CHECK(line.emptying() == TimeDelta::Zero());
  go_on_until(10'500, 20'000);
  CHECK(line.emptying() > TimeDelta::Zero());
  SECTION("given up") {
    go_on_until(12'500, 20'000);
    CHECK(line.emptying() == TimeDelta::Zero());
    CHECK(line.base() == TimeDelta::Millis(50));
  }
  SECTION("seen again") {
    go_on_until(10'800, 900);
    CHECK(line.emptying() == TimeDelta::Zero());
    CHECK(line.base() < TimeDelta::Millis(50));
  }
}

TEST_CASE("Counters that fall begin a new connection") {
  LineHistory line;
  line.Add(Told(0, 0), At(0));
  line.Add(Told(50'000, 50'000), At(10));
  line.Add(Told(50'000, 0), At(60));
  line.Add(Told(300, 300), At(1000));
  CHECK(line.base() == TimeDelta::Zero());
  CHECK(line.BytesPerSecond(TimeDelta::Seconds(2)) == 0);
}

TEST_CASE("What waits in our own queue counts, wherever the socket stands") {
  LineHistory line;
  line.Add(Told(1000, 400, 7000), At(0));
  CHECK(line.waiting() == 7400);
}

}  // namespace
}  // namespace onair::cc
