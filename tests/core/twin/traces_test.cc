// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <cmath>
#include <string>

#include "core/twin/decimal_text.h"
#include "core/twin/tail_drop.h"
#include "core/twin/trace_link.h"
#include "core/twin/trace_text.h"
#include "tests/core/twin/link_scene.h"
#include "tests/support/print_units.h"

namespace onair::twin {
namespace {

TEST_CASE("Decimal numbers are read as far as they go") {
  std::string_view text = "-12.5e1ms";
  CHECK(TakeDecimal(text).value() == -125.0);
  CHECK(text == "ms");
  for (const char* bad : {"", "-", ".5", "x", "1e99", "99999999999999999999"}) {
    std::string_view t = bad;
    CHECK_FALSE(TakeDecimal(t));
    CHECK(t == bad);
  }
}

TEST_CASE("A mahimahi trace is a list of milliseconds") {
  const auto trace = ParseMahimahi("0\n5\r\n5\n\n12");
  REQUIRE(trace);
  CHECK(trace->at_ms == std::vector<std::int32_t>{0, 5, 5, 12});
  CHECK(trace->period() == TimeDelta::Millis(12));
}

TEST_CASE("A rate trace counts from its first row and repeats") {
  const auto trace = ParseRates("100.0 2\n100.5\t0\n101 4.5\n");
  REQUIRE(trace);
  REQUIRE(trace->slots.size() == 3);
  CHECK(trace->period == TimeDelta::Millis(1500));
  CHECK(trace->At(TimeDelta::Millis(499)).rate == DataRate::KilobitsPerSec(2000));
  CHECK(trace->At(TimeDelta::Millis(500)).rate == DataRate::Zero());
  CHECK(trace->At(TimeDelta::Millis(1500)).rate == DataRate::KilobitsPerSec(2000));
  const RateSchedule schedule = trace->Unroll(At(1000), TimeDelta::Seconds(10));
  CHECK(schedule.At(At(1700)) == DataRate::Zero());
  CHECK(schedule.At(At(1000 + 6 * 1500 + 400)) == DataRate::KilobitsPerSec(2000));
}

TEST_CASE("Of two rows of one moment the later one holds") {
  const auto trace = ParseRates("0 1\n1 2\n1 3\n2 4\n");
  REQUIRE(trace);
  REQUIRE(trace->slots.size() == 3);
  CHECK(trace->slots[1].rate == DataRate::KilobitsPerSec(3000));
}

TEST_CASE("Four columns carry round trip and loss, with or without a unit") {
  const auto trace = ParseRates("0 5 37.0ms 0.02\n0.015 5 40 0\n");
  REQUIRE(trace);
  CHECK(trace->slots[0].round_trip == TimeDelta::Millis(37));
  CHECK(trace->slots[0].loss == 0.02);
  CHECK(trace->slots[1].round_trip == TimeDelta::Millis(40));
  CHECK(trace->period == TimeDelta::Millis(30));
}

TEST_CASE("AlphaRTC's JSON gives slots one after the other") {
  const auto trace = ParseAlphaRtc(R"({"type": "video", "downlink": {"x": [1, {"y": null}]},
    "uplink": {"trace_pattern": [
      {"duration": 2000, "capacity": 300, "loss": 0.1, "rtt": 89, "jitter": 3},
      {"duration": 500.5, "capacity": 1000}]}})");
  REQUIRE(trace);
  REQUIRE(trace->slots.size() == 2);
  CHECK(trace->slots[0].rate == DataRate::KilobitsPerSec(300));
  CHECK(trace->slots[0].round_trip == TimeDelta::Millis(89));
  CHECK(trace->slots[0].jitter == TimeDelta::Millis(3));
  CHECK(trace->slots[1].from == TimeDelta::Seconds(2));
  CHECK(trace->period == TimeDelta::Micros(2'500'500));
}

TEST_CASE("A malformed trace names its line and its fault") {
  const auto detail = [](const char* text) {
    const auto trace = ParseTrace(text);
    REQUIRE_FALSE(trace);
    CHECK(trace.error().code == ErrorCode::kInvalidConfig);
    return trace.error().detail;
  };
  CHECK(detail("") == "trace line 1: no rows");
  CHECK(detail("5\n4\n") == "trace line 2: time goes back");
  CHECK(detail("5\n6.5\n") == "trace line 2: not a whole millisecond");
  CHECK(detail("5\nsix\n") == "trace line 2: not one number");
  CHECK(detail("0\n0\n") == "trace line 2: no time passes");
  CHECK(detail("0 1\n2 1\n1 2\n") == "trace line 3: time goes back");
  CHECK(detail("0 -1\n") == "trace line 1: rate out of range");
  CHECK(detail("0 1 5\n") == "trace line 1: neither two nor four columns");
  CHECK(detail("0 1 5 1.5\n") == "trace line 1: loss out of range");
  CHECK(detail("0 1 70000 0\n") == "trace line 1: round trip out of range");
  CHECK(detail("0 1x\n") == "trace line 1: not numbers");
  CHECK(detail("{}") == "trace line 1: no uplink.trace_pattern");
  CHECK(detail("{\"uplink\": {\n\"trace_pattern\": [{\"duration\": 0, \"capacity\": 1}]}}") ==
        "trace line 2: duration out of range");
  CHECK(detail("{\"uplink\": ") == "trace line 1: not the expected JSON");
  CHECK(detail((R"({"a": )" + std::string(1000, '[')).c_str()) ==
        "trace line 1: not the expected JSON");
}

TEST_CASE("A format is told by its beginning") {
  CHECK(std::holds_alternative<OpportunityTrace>(*ParseTrace("\n7\n9\n")));
  CHECK(std::holds_alternative<RateTrace>(*ParseTrace("0 1\n")));
  CHECK(std::holds_alternative<RateTrace>(
      *ParseTrace(R"({"uplink":{"trace_pattern":[{"duration":9,"capacity":1}]}})")));
}

std::unique_ptr<Link> Opportunities(std::vector<std::int32_t> at_ms) {
  return std::make_unique<OpportunityLink>(OpportunityTrace{std::move(at_ms)},
                                           std::make_unique<TailDrop>(DataSize::Bytes(15'000)),
                                           At(0));
}

TEST_CASE("A packet leaves at the next opportunity and an unused one is lost") {
  LinkScene scene(Opportunities({10, 20, 30}));
  scene.Send(15, 1500);
  scene.Send(15, 1500);
  scene.Send(15, 1500);
  scene.world.RunFor(TimeDelta::Seconds(1));
  // The trace repeats after 30 ms.
  CHECK(scene.Times() == std::vector{At(20), At(30), At(40)});
}

TEST_CASE("Small packets share an opportunity and a large one takes several") {
  LinkScene scene(Opportunities({10, 20, 30}));
  for (int i = 0; i < 3; ++i) scene.Send(0, 500);
  scene.Send(0, 3000);
  scene.world.RunFor(TimeDelta::Seconds(1));
  CHECK(scene.Times() == std::vector{At(10), At(10), At(10), At(30)});
}

TEST_CASE("An opportunity link carries its trace's rate for as long as it repeats") {
  // 1500 bytes every 6 ms on average: 2 Mbit/s.
  LinkScene scene(Opportunities({2, 3, 12, 24}));
  scene.SendTrain(100'000, TimeDelta::Millis(1), 1500);
  scene.world.RunFor(TimeDelta::Seconds(100));
  const double mbps = static_cast<double>(scene.arrived.size()) * 12'000 / 100 / 1e6;
  CHECK(std::fabs(mbps - 2) < 0.002);
}

TEST_CASE("A silence of hours does not delay the next packet") {
  LinkScene scene(Opportunities({2, 3, 12, 24}));
  constexpr std::int64_t kHour = 3'600'000;
  scene.Send(kHour * 5, 100);
  scene.world.RunFor(TimeDelta::Seconds(5 * 3600 + 1));
  CHECK(scene.Times() == std::vector{At(kHour * 5 + 2)});
}

TEST_CASE("Conditions of a trace delay, lose and keep the order") {
  const auto trace = ParseRates("0 5 40 0\n1 5 100 1\n2 5 20 0\n");
  REQUIRE(trace);
  LinkScene scene(std::make_unique<TraceConditions>(*trace, At(0), Rng(1)));
  for (const int ms : {0, 999, 1500, 2000}) scene.Send(ms, 100);
  scene.world.RunFor(TimeDelta::Seconds(3));
  CHECK(scene.Times() == std::vector{At(20), At(1019), At(2010)});
}

TEST_CASE("Statistics of a trace are those of its seconds") {
  std::string text;
  for (int i = 0; i < 60; ++i) text += std::to_string(i) + (i % 10 == 9 ? " 1.5\n" : " 4\n");
  const auto trace = ParseRates(text);
  REQUIRE(trace);
  const TraceStats stats = StatsOf(*trace);
  CHECK(std::fabs(stats.mean_mbps - 3.75) < 1e-6);
  CHECK(stats.p5_mbps == 1.5);
  CHECK(stats.p50_mbps == 4);
  CHECK(stats.halvings_per_minute == 6);
  CHECK(stats.share_below_300_kbps == 0);
  const auto gaps = ParseMahimahi("10\n20\n500\n2000\n");
  CHECK(StatsOf(*gaps).longest_gap == TimeDelta::Millis(1500));
}

}  // namespace
}  // namespace onair::twin
