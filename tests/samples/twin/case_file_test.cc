// SPDX-License-Identifier: Apache-2.0
#include "samples/twin/case_file.h"

#include "samples/twin/capacity_line.h"
#include "tests/samples/twin/push_support.h"
#include "tests/support/print_units.h"

namespace onair::samples {
namespace {

Result<twin::NetworkTrace> FindTrace(const std::string& name) {
  if (name != "known") return Fail(ErrorCode::kInvalidConfig, "no " + name);
  return twin::NetworkTrace(twin::OpportunityTrace{{10, 20, 1000}});
}

TEST_CASE("A case file says everything that a case has") {
  const auto parsed = ParseCase(R"({
    "name": "mine", "title": "a title", "duration_s": 30, "one_way_ms": 40, "queue_ms": 200,
    "loss_percent": 1.5, "jitter": 1, "wander": 0.05, "queueing": "fq_codel", "ecn": 1,
    "capacity": [{"at_s": 0, "kbps": 3000}, {"at_s": 10, "kbps": 1000}],
    "video": {"min_kbps": 100, "max_kbps": 2500, "start_kbps": 800, "audio_kbps": 48},
    "flows": [{"priority": 3}, {"start_s": 5, "end_s": 25, "pause_from_s": 10, "pause_to_s": 12.5,
                   "extra_one_way_ms": 60}],
    "cross": [{"kind": "long_tcp", "start_s": 3, "end_s": 9},
              {"kind": "web", "browsers": 4, "starting_on": 1},
              {"kind": "constant", "kbps": 300}]
  })",
                                FindTrace);
  REQUIRE(parsed.has_value());
  const PushCase& c = *parsed;
  CHECK(c.name == "mine");
  CHECK(c.group == "files");
  CHECK(c.duration == Sec(30));
  CHECK(c.loss_share == Approx(0.015));
  CHECK(c.has_jitter);
  CHECK(c.has_ecn);
  CHECK(c.forward[0].queueing == PushCase::Queueing::kFqCodel);
  CHECK(c.flows[0].priority == 3);
  CHECK(c.flows[1].priority == 1);
  REQUIRE(c.forward.size() == 1);
  const CapacityLine line(*c.forward[0].capacity);
  CHECK(line.KbpsOver(At(0), Sec(10)) == Approx(3000));
  CHECK(line.KbpsOver(At(10'000), Sec(20)) == Approx(1000));
  // 200 ms of the mean, 1667 kbit/s.
  CHECK(std::abs(c.forward[0].queue.bytes() - 41'666) <= 1);
  REQUIRE(c.rates.has_value());
  CHECK(c.rates->start == Kbps(800));
  REQUIRE(c.flows.size() == 2);
  CHECK(c.flows[0].one_way == Ms(40));
  CHECK(c.flows[1].one_way == Ms(100));
  CHECK(c.flows[1].pause->to == Ms(12'500));
  REQUIRE(c.cross.size() == 3);
  CHECK(c.cross[0].kind == PushCase::Cross::Kind::kLongTcp);
  CHECK(c.cross[1].count == 4);
  CHECK(std::get<twin::RateTrace>(*c.cross[2].rate).slots[0].rate == Kbps(300));
}

TEST_CASE("A case may lead over a recording and lasts as long") {
  const auto parsed = ParseCase(R"({"trace": "known", "queue_bytes": 50000})", FindTrace);
  REQUIRE(parsed.has_value());
  CHECK(parsed->duration == Sec(1));
  CHECK(parsed->forward[0].queue == DataSize::Bytes(50'000));
  CHECK_FALSE(ParseCase(R"({"trace": "unknown"})", FindTrace).has_value());
}

TEST_CASE("What is wrong in a case file is named") {
  const std::string good = R"("capacity": [{"at_s": 0, "kbps": 3000}])";
  const std::pair<std::string, std::string> wrong[] = {
      {"no JSON", "no JSON"},
      {"[]", "capacity"},
      {"{}", "capacity"},
      {R"({"capacity": 5})", "capacity"},
      {R"({"capacity": [{"at_s": 1, "kbps": 3000}]})", "capacity[0].at_s"},
      {R"({"capacity": [{"at_s": 0}]})", "capacity[0].kbps"},
      {R"({"capacity": [{"at_s": 0, "kbps": 5}, {"at_s": 0, "kbps": 6}]})", "capacity[1].at_s"},
      {R"({"capacity": [{"at_s": 0, "kbps": 5}, {"at_s": 80, "kbps": 6}]})", "duration_s"},
      {"{" + good + R"(, "duration_s": 0.5})", "duration_s"},
      {"{" + good + R"(, "loss_percent": 101})", "loss_percent"},
      {"{" + good + R"(, "one_way_ms": "far"})", "one_way_ms"},
      {"{" + good + R"(, "queue_bytes": 10})", "queue_bytes"},
      {"{" + good + R"(, "video": {"min_kbps": 900, "max_kbps": 500}})", "video."},
      {"{" + good + R"(, "flows": [{"start_s": 5, "end_s": 5}]})", "flows[0].end_s"},
      {"{" + good + R"(, "flows": [{"priority": 0}]})", "flows[0].priority"},
      {"{" + good + R"(, "queueing": "red"})", "queueing"},
      {"{" + good + R"(, "flows": [{"pause_from_s": 1, "pause_to_s": 9}]})",
       "flows[0].pause_from_s"},
      {"{" + good + R"(, "flows": [{"pause_from_s": 9, "pause_to_s": 9}]})", "flows[0].pause_to_s"},
      {"{" + good + R"(, "cross": [{"kind": "elephants"}]})", "cross[0].kind"},
      {"{" + good + R"(, "cross": [7]})", "cross[0]."}};
  for (const auto& [text, named] : wrong) {
    INFO(text);
    const auto parsed = ParseCase(text, FindTrace);
    REQUIRE_FALSE(parsed.has_value());
    CHECK(parsed.error().code == ErrorCode::kInvalidConfig);
    CHECK(parsed.error().detail.find(named) != std::string::npos);
  }
}

}  // namespace
}  // namespace onair::samples
