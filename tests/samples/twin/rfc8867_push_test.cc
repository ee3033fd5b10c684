// SPDX-License-Identifier: Apache-2.0
//
// The cases of RFC 8867 section 6 that say how the network or the flows differ: priorities, ECN.
#include "samples/twin/case_choice.h"
#include "tests/samples/twin/push_support.h"
#include "tests/support/print_units.h"

namespace onair::samples {
namespace {

PushCase Find(const std::string& name) {
  const auto found = ChooseCases({name}, Ms(25));
  REQUIRE(found.has_value());
  return found->front();
}

TEST_CASE("RFC 8867 6.1: the flow of double priority gets twice the rate of each other") {
  for (const char* controller : {"onair", "obs"}) {
    for (const std::uint64_t seed : {1, 2}) {
      INFO(controller << " " << seed);
      const PushResult r = RunOf(Find("6.1"), Named(controller), seed);
      REQUIRE(r.flows.size() == 3);
      CHECK(*r.flows[0].asked_share == Approx(0.5));
      for (const PushResult::Flow& flow : r.flows) {
        CHECK(*flow.share == Approx(*flow.asked_share).margin(0.05));
      }
      CHECK(*r.fairness > 0.98);
      CHECK(r.counts.broken == 0);
    }
  }
}

TEST_CASE("Without priorities the same three flows share evenly") {
  const PushResult r = RunOf(Find("5.4"), Named("onair"));
  for (const PushResult::Flow& flow : r.flows) {
    CHECK(*flow.asked_share == Approx(1.0 / 3));
    CHECK(*flow.share == Approx(1.0 / 3).margin(0.06));
  }
}

// The first minute of a case, its bottlenecks as `change` makes them.
template <typename Change>
PushResult FirstMinute(const std::string& name, Change change) {
  PushCase c = Find(name);
  c.duration = std::min(c.duration, Sec(60));
  change(c);
  return RunOf(c, Named("onair"));
}

TEST_CASE("RFC 8867 6.2: where the queue marks nothing is sent again, where it drops much is") {
  double marks_delay = 0;
  double drops_delay = 0;
  for (const char* name : {"6.2/5.1", "6.2/5.3", "6.2/5.4", "6.2/5.6"}) {
    INFO(name);
    const PushResult marks = FirstMinute(name, [](PushCase&) {});
    const PushResult drops = FirstMinute(name, [](PushCase& c) { c.has_ecn = false; });
    CHECK(marks.counts.marks > 50);
    CHECK(marks.counts.mark_echoes > 20);
    CHECK(marks.counts.segments_again == 0);
    CHECK(drops.counts.marks == 0);
    CHECK(drops.counts.segments_again > 30);
    CHECK(*marks.utilisation > *drops.utilisation - 0.02);
    CHECK(marks.counts.broken == 0);
    marks_delay += *marks.frame_delay_ms.p95;
    drops_delay += *drops.frame_delay_ms.p95;
  }
  // A picture waits for what is sent again.
  CHECK(marks_delay < 0.95 * drops_delay);
}

TEST_CASE("RFC 8867 6.2: a queue that marks holds less than half of one that drops its tail") {
  for (const std::string base : {"5.4", "5.6"}) {
    INFO(base);
    const PushResult marks = FirstMinute("6.2/" + base, [](PushCase&) {});
    const PushResult tail = FirstMinute(base, [](PushCase&) {});
    CHECK(*marks.queue_ms.mean < 0.5 * *tail.queue_ms.mean);
  }
}

}  // namespace
}  // namespace onair::samples
