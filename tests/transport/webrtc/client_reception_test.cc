// SPDX-License-Identifier: Apache-2.0
//
// A server that does not know transport-wide feedback: what it tells all the same.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <string>

#include "tests/support/print_units.h"
#include "tests/transport/webrtc/web_world.h"

namespace onair::webrtc {
namespace {

using namespace testing;

// Lines with "transport-cc", and with the name of the header extension, are left out of the answer.
void ForgetTransportFeedback(WebWorld::Response& response) {
  std::string kept;
  for (std::size_t at = 0; at < response.body.size();) {
    const auto end = std::find(response.body.begin() + static_cast<std::ptrdiff_t>(at),
                               response.body.end(), '\n');
    const auto next = static_cast<std::size_t>(end - response.body.begin()) + 1;
    const std::string line(response.body.begin() + static_cast<std::ptrdiff_t>(at), end);
    const bool is_dropped = line.find("transport-cc") != std::string::npos ||
                            line.find("transport-wide-cc") != std::string::npos;
    if (!is_dropped) kept += line + "\n";
    at = next;
  }
  response.body.assign(kept.begin(), kept.end());
}

TEST_CASE("Where a server tells of no packets its reports of loss and round trip are handed on") {
  const double loss = GENERATE(0.0, 0.1);
  WebOptions options{.loss = loss};
  options.amend = ForgetTransportFeedback;
  WebWorld web(SignallingRole::kPublish, Ingesting(), options);
  ClientMedia media(web, DataRate::KilobitsPerSec(800));
  web.Publish();
  web.world.RunFor(TimeDelta::Seconds(2));
  REQUIRE(web.ready_at);
  CHECK(web.tells == RealtimeTransport::Tells::kReception);
  media.Start();
  web.world.RunFor(TimeDelta::Seconds(30));

  REQUIRE(web.receptions.size() >= 5);
  double sum = 0;
  int losses = 0;
  for (const cc::ReceptionReport& report : web.receptions) {
    if (!report.loss) continue;
    sum += *report.loss;
    ++losses;
  }
  REQUIRE(losses >= 5);
  CHECK(std::abs(sum / losses - loss) <= 0.04);
  REQUIRE(web.receptions.back().rtt);
  CHECK(*web.receptions.back().rtt >= kRtt - TimeDelta::Millis(1));  // NTP rounds.
  CHECK(*web.receptions.back().rtt <= kRtt + TimeDelta::Millis(20));
}

TEST_CASE("Where a server tells of each packet nothing is told twice") {
  WebWorld web(SignallingRole::kPublish, Ingesting());
  ClientMedia media(web, DataRate::KilobitsPerSec(800));
  web.Publish();
  web.world.RunFor(TimeDelta::Seconds(2));
  media.Start();
  web.world.RunFor(TimeDelta::Seconds(10));
  CHECK(web.tells == RealtimeTransport::Tells::kPackets);
  CHECK(web.receptions.empty());
}

}  // namespace
}  // namespace onair::webrtc
