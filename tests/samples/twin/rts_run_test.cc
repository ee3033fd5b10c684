// SPDX-License-Identifier: Apache-2.0
//
// Whole runs over datagrams: the real session, client and protocols on modelled links.
#include <cmath>
#include <functional>

#include "samples/twin/case_choice.h"
#include "tests/samples/twin/push_support.h"
#include "tests/support/print_units.h"

namespace onair::samples {
namespace {

// Decides by the clock alone.
class Scripted final : public cc::Controller {
 public:
  using Script = std::function<void(cc::CongestionDecision& decision)>;
  Scripted(DataRate rate, Script script) : rate_(rate), script_(std::move(script)) {}

  cc::CongestionDecision OnReport(const cc::TcpReport&) override { std::abort(); }
  cc::CongestionDecision OnReport(const cc::FeedbackReport& report) override {
    cc::CongestionDecision decision{.target_rate = rate_,
                                    .pacing_rate = rate_.Scaled(2.5),
                                    .congestion_window = {},
                                    .probe = {},
                                    .repair = {},
                                    .cause = cc::Cause::kNone,
                                    .decide_again_at = report.at + Ms(100),
                                    .reason = "script"};
    decision.repair.retransmit = cc::RepairAdvice::Retransmit::kYes;
    script_(decision);
    return decision;
  }

 private:
  DataRate rate_;
  Script script_;
};
MakeController Steady(
    std::int64_t kbps, Scripted::Script script = [](auto&) {}) {
  return [kbps, script](const cc::ControllerConfig&) {
    return std::make_unique<Scripted>(Kbps(kbps), script);
  };
}

PushResult RunRts(const PushCase& push_case, const MakeController& make, std::uint64_t seed = 1) {
  PushSettings settings;
  settings.make_controller = make;
  settings.transport = PushTransport::kRts;
  settings.seed = seed;
  settings.playout_delay = Ms(200);
  return RunPush(push_case, settings);
}

PushCase KnownCase(const std::string& name) {
  auto found = ChooseCases({name}, Ms(25));
  REQUIRE(found.has_value());
  return found->front();
}

TEST_CASE("Below the capacity datagrams deliver what was asked for, promptly and whole") {
  const PushResult r = RunRts(Link({{Sec(0), Kbps(4000)}}, Sec(60)), Steady(2000));

  CHECK(r.error.empty());
  CHECK(r.mean_kbps > 2064 * 0.94);
  CHECK(r.mean_kbps < 2064 * 1.03);
  // With the headers of the packets: 5 to 10 % more than the media.
  CHECK(*r.utilisation > 2064.0 / 4000 * 1.03);
  CHECK(*r.utilisation < 2064.0 / 4000 * 1.12);
  CHECK(*r.goodput > 2064.0 / 4000 * 0.97);
  CHECK(*r.goodput < 2064.0 / 4000 * 1.03);
  CHECK(*r.frame_delay_ms.p50 > 25);
  CHECK(*r.frame_delay_ms.p50 < 60);
  CHECK(*r.frame_delay_ms.p95 < 150);
  CHECK(*r.queue_ms.p95 < 30);
  CHECK(r.freeze_percent == 0);
  CHECK(r.loss_percent < 0.5);
  CHECK(r.counts.broken == 0);
  CHECK(r.counts.segments_again == 0);
  // Nobody caps these key frames, whose burst costs the picture behind each.
  CHECK(r.counts.skipped <= 36);
  CHECK(r.counts.captured - r.counts.skipped - r.counts.delivered <= 6);
  CHECK(r.counts.sounds - r.counts.sounds_delivered <= 6);
}

TEST_CASE("The same seed gives the same run over datagrams, another seed another one") {
  PushCase c = Link({{Sec(0), Kbps(2000)}}, Sec(15));
  c.loss_share = 0.03;
  const PushResult one = RunRts(c, Named("delay"));
  CHECK(RunRts(c, Named("delay")).log_hash == one.log_hash);
  CHECK(RunRts(c, Named("delay"), 2).log_hash != one.log_hash);
}

TEST_CASE("What a line loses at random is sent again, and viewers see no broken picture") {
  PushCase c = Link({{Sec(0), Kbps(4000)}}, Sec(30));
  c.loss_share = 0.05;
  const PushResult r = RunRts(c, Steady(1500));

  CHECK(r.loss_percent == Approx(5).epsilon(0.2));
  CHECK(r.counts.segments_again > r.counts.segments / 40);
  CHECK(r.counts.broken == 0);
  CHECK(r.counts.skipped <= 20);  // Behind key frames.
  CHECK(r.counts.delivered > (r.counts.captured - r.counts.skipped) * 98 / 100);
  CHECK(r.freeze_percent < 2);
}

TEST_CASE("An encoder holds a limit of its next picture, whatever its rate") {
  const auto limited =
      Steady(2000, [](cc::CongestionDecision& d) { d.frame_limit = DataSize::Bytes(4000); });
  const PushResult r = RunRts(Link({{Sec(0), Kbps(4000)}}, Sec(20)), limited);

  // 30 pictures a second of at most 4 kB, and sound.
  CHECK(r.mean_kbps < 4 * 8 * 30 + 64 + 10);
  CHECK(r.mean_kbps > 0.85 * (4 * 8 * 30 + 64));
}

TEST_CASE("A sender that ignores a fallen line fills its queue and no more") {
  const PushResult r =
      RunRts(Link({{Sec(0), Kbps(4000)}, {Sec(10), Kbps(1000)}}, Sec(20)), Steady(2000));
  REQUIRE(r.steps.size() == 1);
  CHECK_FALSE(r.steps[0].below_capacity_ms);
  CHECK_FALSE(r.steps[0].short_queue_ms);
  // 300 ms of 2.5 Mbit/s, the mean, at 1 Mbit/s.
  CHECK(*r.steps[0].peak_queue_ms > 700);
  CHECK(*r.steps[0].peak_queue_ms < 770);
  CHECK(*r.queue_ms.max < 770);
}

TEST_CASE("A start is timed from the first picture to nine tenths of the line") {
  const PushCase c = Link({{Sec(0), Kbps(2000)}}, Sec(10));
  const PushResult at_once = RunRts(c, Steady(1900));
  REQUIRE(at_once.start_ms.has_value());
  CHECK(*at_once.start_ms < 50);
  CHECK_FALSE(RunRts(c, Steady(1000)).start_ms.has_value());
}

TEST_CASE("A device that changes its network goes on without a new connection") {
  const PushResult r = RunRts(KnownCase("switch"), Named("delay"));
  CHECK(r.error.empty());
  CHECK(r.counts.reconnects == 0);
  CHECK(r.longest_gap_ms > 200);  // The old network was dead before the new one was known.
  CHECK(r.longest_gap_ms < 2000);
  CHECK(r.counts.delivered > r.counts.captured * 9 / 10);
}

TEST_CASE("A blackout of three seconds is survived by the same connection") {
  const PushResult r = RunRts(KnownCase("blackout3"), Named("delay"));
  CHECK(r.error.empty());
  CHECK(r.counts.reconnects == 0);
  CHECK(r.longest_gap_ms > 2900);
  CHECK(r.longest_gap_ms < 4500);
  // Pictures at the end of the minute are as prompt as before.
  CHECK(*r.timeline.back().age_ms < 300);
}

TEST_CASE("A viewer further off than the others sees pictures later by that much") {
  PushCase c = Link({{Sec(0), Kbps(8000)}}, Sec(20));
  c.flows.assign(2, c.flows.front());
  c.flows[1].one_way = Ms(125);
  const PushResult r = RunRts(c, Steady(500));
  REQUIRE(r.flows.size() == 2);
  CHECK(*r.flows[1].frame_delay_p95_ms - *r.flows[0].frame_delay_p95_ms == Approx(100).margin(20));
}

TEST_CASE("Beside long TCP a flow is held against its fair part") {
  const PushResult r = RunRts(KnownCase("cubic"), Steady(1000));
  REQUIRE(r.fair_part.has_value());
  // 1064 kbit/s with headers of 2000.
  CHECK(*r.fair_part > 0.45);
  CHECK(*r.fair_part < 0.62);
}

TEST_CASE("A rival with a controller of its own races in the same case") {
  PushCase c = Link({{Sec(0), Kbps(3000)}}, Sec(40));
  c.flows.assign(2, c.flows.front());
  c.flows[1].controller = "fixed";
  const PushResult r = RunRts(c, Steady(300));
  // `fixed` asks for 8000 at most, from 1500 on.
  CHECK(r.flows[0].mean_kbps < 450);
  CHECK(r.flows[1].mean_kbps > 1000);
}

}  // namespace
}  // namespace onair::samples
