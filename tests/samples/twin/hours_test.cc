// SPDX-License-Identifier: Apache-2.0
//
// An hour for each controller on a line that never holds it back, and on one that does all the
// time: counters that overflow and states that wind up show only after minutes at full rate.
#include "core/twin/synthetic_trace.h"
#include "samples/twin/rts_cases.h"
#include "samples/twin/standard_cases.h"
#include "tests/samples/twin/push_support.h"

namespace onair::samples {
namespace {

// Of the delivered rate, over five minutes that end at minute `end`.
double KbpsAt(const PushResult& r, std::size_t end) {
  double sum = 0;
  const std::size_t rows = 5 * 60 * 10;
  for (std::size_t i = end * 600 - rows; i < end * 600; ++i) sum += r.timeline[i].delivered_kbps;
  return sum / static_cast<double>(rows);
}

PushResult Hour(const PushCase& push_case, const std::string& controller, std::int64_t most) {
  PushSettings settings;
  settings.make_controller = Named(controller);
  settings.rates.most = Kbps(most);
  settings.rates.start = Kbps(1000);
  return RunPush(push_case, settings);
}

TEST_CASE("After an hour on an idle line a controller still stands where it stood") {
  PushCase c = Link({{Sec(0), Kbps(20'000)}}, Sec(3600));
  for (const std::string_view name : cc::TcpControllerNames()) {
    INFO(name);
    const PushResult r = Hour(c, std::string(name), 2500);
    CHECK(r.error.empty());
    CHECK(r.counts.dropped == 0);
    CHECK(r.counts.skipped <= 10);  // While it learns the line, of 108'000 pictures.
    CHECK(r.counts.broken == 0);
    CHECK(*r.queue_ms.max < 200);
    CHECK(KbpsAt(r, 60) == Approx(KbpsAt(r, 20)).epsilon(0.01));
    // Everything but `fixed` climbs to the top and stays.
    CHECK(KbpsAt(r, 60) > (name == "fixed" ? 1000 : 2500) * 0.95);
  }
}

TEST_CASE("After an hour on an idle line over datagrams a controller still asks for the most") {
  const PushCase hour = IdlePushCases(Ms(25)).front();
  for (const std::string_view name : cc::DatagramControllerNames()) {
    if (name == "fixed") continue;  // Stays at its start.
    INFO(name);
    PushSettings settings;
    settings.make_controller = Named(std::string(name));
    settings.transport = PushTransport::kRts;
    const PushResult r = RunPush(hour, settings);
    CHECK(r.error.empty());
    CHECK(r.counts.reconnects == 0);
    CHECK(r.counts.broken == 0);
    CHECK(r.end_share >= 0.95);
    CHECK(r.end_share <= 1.01);
    CHECK(*r.queue_ms.p95 < 30);
    CHECK(KbpsAt(r, 60) == Approx(KbpsAt(r, 20)).epsilon(0.05));
  }
}

TEST_CASE("After an hour of the same two minutes a controller does as well as at first") {
  PushCase c = SyntheticPushCases(Ms(25)).front();
  c.duration = Sec(3600);
  for (const std::string_view name : cc::TcpControllerNames()) {
    INFO(name);
    const PushResult r = Hour(c, std::string(name), 2500);
    CHECK(r.error.empty());
    CHECK(r.counts.broken == 0);
    CHECK(r.counts.delivered + r.counts.dropped + r.counts.skipped >= r.counts.captured - 120);
    CHECK(KbpsAt(r, 60) == Approx(KbpsAt(r, 20)).epsilon(0.15));
    CHECK(*r.queue_ms.max < 15'000);
  }
}

}  // namespace
}  // namespace onair::samples
