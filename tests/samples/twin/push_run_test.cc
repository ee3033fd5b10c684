// SPDX-License-Identifier: Apache-2.0
#include "samples/twin/push_run.h"

#include <functional>

#include "samples/twin/case_choice.h"
#include "tests/samples/twin/push_support.h"
#include "tests/support/print_units.h"

namespace onair::samples {
namespace {

// Decides by the clock alone.
class Scripted final : public cc::Controller {
 public:
  struct Say {
    DataRate rate;
    Intake intake = Intake::kOpen;
  };
  using Script = std::function<Say(Timestamp at)>;
  explicit Scripted(Script script) : script_(std::move(script)) {}

  cc::CongestionDecision OnReport(const cc::TcpReport& report) override {
    const Say say = script_(report.at);
    return {.target_rate = say.rate,
            .pacing_rate = {},
            .congestion_window = {},
            .probe = {},
            .repair = {},
            .intake = say.intake,
            .cause = cc::Cause::kNone,
            .decide_again_at = report.at + Ms(20),
            .reason = "script"};
  }
  cc::CongestionDecision OnReport(const cc::FeedbackReport&) override { std::abort(); }

 private:
  Script script_;
};
MakeController By(Scripted::Script script) {
  return [script](const cc::ControllerConfig&) { return std::make_unique<Scripted>(script); };
}
MakeController Steady(std::int64_t kbps) {
  return By([kbps](Timestamp) { return Scripted::Say{Kbps(kbps)}; });
}

TEST_CASE("Below the capacity a push delivers what it asks for, promptly and whole") {
  const PushResult r = RunOf(Link({{Sec(0), Kbps(4000)}}, Sec(60)), Steady(2000));

  CHECK(r.error.empty());
  // 58 to 60 s of 2064 kbit/s in a minute of 4000.
  CHECK(r.mean_kbps > 2064 * 0.94);
  CHECK(r.mean_kbps < 2064 * 1.03);
  CHECK(*r.utilisation > 2064.0 / 4000 * 0.96);
  CHECK(*r.utilisation < 2064.0 / 4000 * 1.04);
  CHECK(*r.frame_delay_ms.p50 > 25);  // The way there, and 8 kB of 4 Mbit/s.
  CHECK(*r.frame_delay_ms.p50 < 60);
  CHECK(*r.frame_delay_ms.p95 < 150);  // Key frames: 45 kB take 90 ms.
  CHECK(*r.send_delay_ms.p50 < 2);
  CHECK(r.freeze_percent == 0);
  CHECK(r.counts.dropped == 0);
  CHECK(r.counts.skipped == 0);
  CHECK(r.counts.broken == 0);
  CHECK(r.loss_percent < 0.5);
  CHECK(r.overhead_percent > 3);
  CHECK(r.overhead_percent < 8);
  CHECK(r.counts.captured - r.counts.delivered <= 4);
}

TEST_CASE("Above the capacity a push fills its queues and drops, and breaks no reference") {
  const PushResult r = RunOf(Link({{Sec(0), Kbps(1000)}}, Sec(60)), Steady(2000));

  CHECK(*r.utilisation > 0.9);
  CHECK(*r.utilisation < 1.0);
  CHECK(*r.frame_delay_ms.p95 > 1000);
  CHECK(*r.queue_ms.p95 > 1000);
  CHECK(r.freeze_percent > 10);
  CHECK(r.counts.dropped > 300);
  CHECK(r.counts.broken == 0);
}

TEST_CASE("The same seed gives the same run, another seed another") {
  const PushCase c = Link({{Sec(0), Kbps(3000)}, {Sec(8), Kbps(1000)}}, Sec(20));
  const PushResult first = RunOf(c, Named("obs"), 5);
  const PushResult again = RunOf(c, Named("obs"), 5);
  CHECK(first.log_hash == again.log_hash);
  CHECK(first.events == again.events);
  CHECK(first.utilisation == again.utilisation);
  CHECK(first.log_hash != RunOf(c, Named("obs"), 6).log_hash);
}

TEST_CASE("A paused intake skips pictures, which freezes the viewer and drops nothing") {
  const auto pause = By([](Timestamp at) {
    const bool is_paused = at >= At(10'000) && at < At(13'000);
    return Scripted::Say{Kbps(2000), is_paused ? Intake::kPaused : Intake::kOpen};
  });
  const PushResult r = RunOf(Link({{Sec(0), Kbps(4000)}}, Sec(30)), pause);

  CHECK(r.counts.skipped >= 89);
  CHECK(r.counts.skipped <= 92);
  CHECK(r.counts.dropped == 0);
  CHECK(r.counts.broken == 0);
  // 3 s less 150 ms of 28 to 30.
  CHECK(r.freeze_percent > 100 * 2.7 / 30);
  CHECK(r.freeze_percent < 100 * 3.0 / 27);
}

TEST_CASE("A publisher that skips all pictures to the end freezes its viewer to the end") {
  const auto pause = By([](Timestamp at) {
    return Scripted::Say{Kbps(2000), at >= At(10'000) ? Intake::kPaused : Intake::kOpen};
  });
  const PushResult r = RunOf(Link({{Sec(0), Kbps(4000)}}, Sec(30)), pause);

  CHECK(r.freeze_percent > 100 * 19.0 / 30);
  CHECK(r.longest_gap_ms > 19'000);
}

TEST_CASE("An outage longer than a server is waited for ends in a new connection that goes on") {
  const PushResult r =
      RunOf(Link({{Sec(0), Kbps(3000)}, {Sec(10), Kbps(0)}, {Sec(20), Kbps(3000)}}, Sec(60)),
            Steady(1500));

  CHECK(r.error.empty());
  CHECK(r.counts.reconnects == 1);
  CHECK(r.counts.broken == 0);
  CHECK(r.freeze_percent > 100 * 9.0 / 60);
  CHECK(r.freeze_percent < 100 * 20.0 / 58);
  REQUIRE(r.timeline.size() == 600);
  CHECK(r.timeline[190].age_ms > 8500);
  CHECK(r.timeline[599].age_ms < 150);
  CHECK(r.timeline[150].capacity_kbps == 0);
  CHECK(r.timeline[150].delivered_kbps == 0);
}

// A session that tries a second connection may stay with the first: both are counted as they
// are.
TEST_CASE("After an outage of any length, and while a line is far too slow, pictures go on") {
  for (const std::int64_t length : {1, 2, 3, 4, 5, 6, 8, 12}) {
    INFO(length << " s");
    const PushResult r = RunOf(
        Link({{Sec(0), Kbps(3000)}, {Sec(10), Kbps(0)}, {Sec(10 + length), Kbps(3000)}}, Sec(50)),
        Steady(1500));
    CHECK(r.error.empty());
    CHECK(r.counts.broken == 0);
    CHECK(*r.timeline.back().age_ms < 300);
  }
  for (const std::int64_t kbps : {200, 400, 800, 1200}) {
    INFO(kbps << " kbit/s");
    const PushResult r = RunOf(Link({{Sec(0), Kbps(kbps)}}, Sec(120)), Steady(1500));
    CHECK(r.counts.broken == 0);
    CHECK(*r.utilisation > 0.6);
    CHECK(*r.timeline.back().age_ms < 30'000);
  }
}

TEST_CASE("Losses cost a push retransmissions, and they are told") {
  PushCase c = Link({{Sec(0), Kbps(4000)}}, Sec(60));
  c.loss_share = 0.02;
  const PushResult r = RunOf(c, Steady(1000));
  CHECK(r.loss_percent > 1.5);
  CHECK(r.loss_percent < 2.6);
  CHECK(r.retransmit_percent > 1.5);
  CHECK(r.retransmit_percent < 4);
  CHECK(r.counts.broken == 0);
}

TEST_CASE("A scripted fall and rise are timed as they were scripted") {
  const auto script = By([](Timestamp at) {
    const bool is_low = at >= At(20'300) && at < At(41'000);
    return Scripted::Say{Kbps(is_low ? 1000 : 3700)};
  });
  const PushResult r = RunOf(
      Link({{Sec(0), Kbps(4000)}, {Sec(20), Kbps(2000)}, {Sec(40), Kbps(4000)}}, Sec(60)), script);

  REQUIRE(r.steps.size() == 2);
  CHECK(r.steps[0].is_fall);
  CHECK(*r.steps[0].below_capacity_ms >= 300);
  CHECK(*r.steps[0].below_capacity_ms <= 340);
  CHECK(*r.steps[0].short_queue_ms > 300);
  CHECK(*r.steps[0].short_queue_ms < 3000);
  CHECK(*r.steps[1].used_ms >= 1000);
  CHECK(*r.steps[1].used_ms <= 1040);
}

TEST_CASE("Queue counts what waits with us, in the socket and in the network as time") {
  // 200 kbit/s too much for 10 s, with a queue of 10 s: 250 kB, a second of the line.
  PushCase c = Link({{Sec(0), Kbps(2000)}}, Sec(12));
  c.forward[0].queue = DataSize::Bytes(2'500'000);
  const PushResult r = RunOf(c, Steady(2050));
  const double end_ms = *r.timeline.back().queue_ms;
  CHECK(end_ms > 300);
  CHECK(end_ms < 1600);
  CHECK(r.timeline.back().age_ms > end_ms * 0.6);
}

TEST_CASE("Equal publishers share a line and its use is that of all") {
  PushCase c = Link({{Sec(0), Kbps(3000)}}, Sec(60));
  c.flows = {{.one_way = Ms(25)}, {.one_way = Ms(25)}};
  const PushResult r = RunOf(c, Steady(1300));
  CHECK(*r.fairness > 0.99);
  REQUIRE(r.flows.size() == 2);
  CHECK(r.flows[0].mean_kbps == Approx(r.flows[1].mean_kbps).epsilon(0.03));
  CHECK(r.mean_kbps > 2 * 1300 * 0.94);
  CHECK(*r.utilisation > 2 * 1300.0 / 3000 * 0.94);
}

TEST_CASE("A publisher that pauses is not measured while it does") {
  PushCase c = Link({{Sec(0), Kbps(3000)}}, Sec(40));
  c.flows.front().pause = PushCase::Pause{Sec(10), Sec(25)};
  const PushResult r = RunOf(c, Steady(1500));
  CHECK(r.error.empty());
  CHECK(r.freeze_percent < 1);
  CHECK(r.flows[0].mean_kbps > 1500 * 0.94);
  CHECK(*r.utilisation > 1564.0 / 3000 * 0.94);
  CHECK(r.timeline[200].target_kbps == 0);
  CHECK(r.timeline[300].target_kbps > 1500);
}

TEST_CASE("Publishers at both ends meet their own bottlenecks") {
  const auto found = ChooseCases({"5.3"}, Ms(25));
  const PushResult r = RunOf(found->front(), Steady(300));
  REQUIRE(r.flows.size() == 2);
  CHECK(r.error.empty());
  for (const auto& flow : r.flows) {
    CHECK(flow.mean_kbps > 300 * 0.93);
    CHECK(*flow.frame_delay_p95_ms < 400);
  }
}

TEST_CASE("With two bottlenecks in a row each publisher is held by those on its way") {
  const auto found = ChooseCases({"6.3"}, Ms(25));
  PushCase c = found->front();
  c.duration = Sec(60);
  // The first goes through both, 2 and 1.5 Mbit/s; 700 and 900 fit the first, not the last.
  const PushResult r = RunOf(c, Steady(900));
  REQUIRE(r.flows.size() == 3);
  CHECK(*r.flows[1].frame_delay_p95_ms < 300);
  CHECK(*r.flows[2].frame_delay_p95_ms > 500);
  CHECK(*r.flows[0].frame_delay_p95_ms > 500);
  // Of both: 1840 of 2000 at most, and a full 1500.
  CHECK(*r.utilisation > 0.8);
  CHECK(*r.utilisation < 1);
}

TEST_CASE("Other traffic takes its part of the line") {
  PushCase c = Link({{Sec(0), Kbps(3000)}}, Sec(40));
  c.cross.push_back({.kind = PushCase::Cross::Kind::kConstant});
  c.cross.back().rate = TraceOf({{Sec(0), Kbps(1000)}}, Sec(40));
  const PushResult beside = RunOf(c, Steady(1500));
  CHECK(*beside.utilisation > 1564.0 / 2000 * 0.94);
  CHECK(*beside.frame_delay_ms.p95 < 250);
  CHECK(beside.timeline[200].capacity_kbps == Approx(2000));

  c.cross = {{.kind = PushCase::Cross::Kind::kLongTcp}};
  const PushResult against = RunOf(c, Steady(1500));
  CHECK(*against.frame_delay_ms.p95 > *beside.frame_delay_ms.p95);
  CHECK(against.counts.broken == 0);
}

TEST_CASE("Every standard case runs to its end with whole pictures") {
  const auto all = ChooseCases({"rfc8867", "steps", "synthetic"}, Ms(25));
  for (const PushCase& c : *all) {
    INFO(c.name);
    const PushResult r = RunOf(c, Named("streampack"));
    CHECK(r.error.empty());
    CHECK(r.counts.broken == 0);
    CHECK(r.utilisation.has_value());
    CHECK(*r.utilisation > 0.1);
    CHECK(*r.utilisation < 1.5);  // Against long TCP: of its fair share.
    CHECK(r.counts.delivered > 500);
  }
}

}  // namespace
}  // namespace onair::samples
