// SPDX-License-Identifier: Apache-2.0
//
// Numbers that grow without end overflow after minutes, not seconds: an hour on a line that is
// never full, for each controller of datagrams. Afterwards it must still do what it does at first.
#include "tests/transport/cc/datagram_line.h"

namespace onair::cc {
namespace {

// A small rate: it is the number of reports that counts, not that of packets.
constexpr ControllerConfig kConfig = Limits(Kbps(100), Kbps(300), Kbps(600));

void CheckObedience(DatagramLine& line) {
  line.capacity = Kbps(250);
  line.Run(10'000);
  CHECK(line.kbps() < 270);
  line.TakeLongestQueue();
  line.Run(5000);
  CHECK(line.TakeLongestQueue() < TimeDelta::Millis(250));
}

}  // namespace

TEST_CASE("Controllers of datagrams do not drift in an hour on an idle line") {
  for (const std::string_view name : DatagramControllerNames()) {
    INFO(name);
    auto controller = Made(name, kConfig);
    DatagramLine line(*controller);
    line.capacity = Kbps(50'000);
    line.Run(120'000);
    const double first = line.kbps();
    line.Run(3'600'000 - 120'000);
    CHECK(line.kbps() == Approx(first).epsilon(0.01));
    CHECK(line.lost() == 0);
    CHECK(line.pacer_queue() < TimeDelta::Millis(150));
    if (name != "fixed" && name != "streampack") CheckObedience(line);  // They know no delay.
  }
}

}  // namespace onair::cc
