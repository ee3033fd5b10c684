// SPDX-License-Identifier: Apache-2.0
#include "transport/qos/policy_text.h"

#include <string>

#include <catch2/catch.hpp>

#include "transport/cc/registry.h"

namespace onair::qos {
namespace {

using Kind = PolicyFault::Kind;

const std::string kWhole = R"({
  "format": 1,
  "version": "2026-11-21.1",
  "experiment": "drain",
  "note": "faster drains on cellular",
  "arms": [
    {"name": "control", "per_mille": 900},
    {"name": "fast", "per_mille": 100, "note": "half the time", "rules": [
      {"network": "cellular", "transport": "rts", "controller": "onair",
       "parameters": {"drain_ms": 100, "use": 0.95}, "start_kbps": 600, "max_kbps": 2500},
      {"transport": "rts", "controller": "gcc"},
      {"controller": "onair", "parameters": {"skip_ms": 200}}
    ]}
  ]
})";

// With the first `from` replaced.
std::string With(const std::string& from, const std::string& to) {
  std::string text = kWhole;
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

PolicyFault FaultOf(const std::string& text) {
  const auto policy = ParsePolicy(text);
  REQUIRE_FALSE(policy);
  return policy.error();
}

void CheckFault(const std::string& text, Kind kind, int line, const std::string& field,
                const std::string& what) {
  const PolicyFault fault = FaultOf(text);
  CHECK(fault.kind == kind);
  CHECK(fault.line == line);
  CHECK(fault.field == field);
  CHECK_THAT(fault.what, Catch::Contains(what));
}

TEST_CASE("A policy is read as it is written") {
  const auto policy = ParsePolicy(kWhole);
  REQUIRE(policy);
  CHECK(policy->version == "2026-11-21.1");
  CHECK(policy->experiment == "drain");
  REQUIRE(policy->arms.size() == 2);
  CHECK(policy->arms[0] == Policy::Arm{.name = "control", .per_mille = 900});
  const Policy::Arm& fast = policy->arms[1];
  CHECK(fast.note == "half the time");
  REQUIRE(fast.rules.size() == 3);
  CHECK(fast.rules[0] == Policy::Rule{.network = NetworkKind::kCellular,
                                      .line = cc::LineKind::kDatagrams,
                                      .controller = "onair",
                                      .parameters = {{"drain_ms", 100}, {"use", 0.95}},
                                      .start_rate = DataRate::KilobitsPerSec(600),
                                      .max_rate = DataRate::KilobitsPerSec(2500)});
  CHECK_FALSE(fast.rules[2].network);
  CHECK_FALSE(fast.rules[2].line);
}

TEST_CASE("A printed policy reads back as the same") {
  const auto policy = ParsePolicy(kWhole);
  REQUIRE(policy);
  const auto again = ParsePolicy(PrintPolicy(*policy));
  REQUIRE(again);
  CHECK(*again == *policy);
  CHECK(PrintPolicy(*again) == PrintPolicy(*policy));
}

TEST_CASE("Every parameter of every controller can be set by a policy at both its ends") {
  for (const std::string_view name : cc::ControllerNames()) {
    for (const auto line : {cc::LineKind::kTcp, cc::LineKind::kDatagrams}) {
      Policy policy{.version = "1", .experiment = "e", .arms = {{.name = "a", .per_mille = 1000}}};
      policy.arms[0].rules.push_back({.line = line, .controller = std::string(name)});
      auto& low = policy.arms[0].rules[0].parameters;
      for (const auto& info : cc::ParametersOf(name, line)) {
        low.push_back({std::string(info.name), info.low});
      }
      if (low.empty()) continue;
      INFO(name);
      CHECK(ParsePolicy(PrintPolicy(policy)));
      low.back().value -= 1e-3;
      const PolicyFault fault = FaultOf(PrintPolicy(policy));
      CHECK(fault.kind == Kind::kOutOfRange);
      CHECK(fault.field == "arms[0].rules[0].parameters." + low.back().name);
    }
  }
}

TEST_CASE("What is no policy at all is refused") {
  CHECK(FaultOf("").kind == Kind::kNotJson);
  CheckFault("{\n\"format\": 1,,", Kind::kNotJson, 2, "", "JSON");
  CHECK(FaultOf("[]").kind == Kind::kWrongType);
  CHECK(FaultOf("7").kind == Kind::kWrongType);
  CHECK(FaultOf(std::string(100, '[')).kind == Kind::kTooLarge);
  CHECK(FaultOf(std::string(70'000, ' ')).kind == Kind::kTooLarge);
  CheckFault("{}", Kind::kMissing, 1, "format", "missing");
}

TEST_CASE("A later format is refused before anything else of it is looked at") {
  CheckFault(R"({"format": 2, "arms": 7})", Kind::kOutOfRange, 1, "format", "2");
}

TEST_CASE("A field that is missing, unknown, repeated or of another type is named with its line") {
  CheckFault(With("\"experiment\": \"drain\",", ""), Kind::kMissing, 1, "experiment", "missing");
  CheckFault(With("\"note\"", "\"nota\""), Kind::kUnknownField, 5, "nota", "no field");
  CheckFault(With("\"network\"", "\"nework\""), Kind::kUnknownField, 9, "arms[1].rules[0].nework",
             "no field");
  CheckFault(With("\"note\": \"faster", "\"version\": \"2\", \"note\": \"faster"), Kind::kRepeated,
             5, "version", "twice");
  CheckFault(With("\"use\": 0.95", "\"drain_ms\": 100"), Kind::kRepeated, 10,
             "arms[1].rules[0].parameters.drain_ms", "twice");
  CheckFault(With("\"drain_ms\": 100", "\"drain_ms\": \"100\""), Kind::kWrongType, 10,
             "arms[1].rules[0].parameters.drain_ms", "number");
  CheckFault(With("{\"name\": \"control\", \"per_mille\": 900}", "7"), Kind::kWrongType, 7,
             "arms[0]", "object");
}

TEST_CASE("Names are plain, short and not empty") {
  CheckFault(With("\"drain\"", "\"\""), Kind::kOutOfRange, 4, "experiment", "letters");
  CheckFault(With("\"drain\"", "\"a b\""), Kind::kOutOfRange, 4, "experiment", "letters");
  CheckFault(With("\"drain\"", "\"" + std::string(65, 'a') + "\""), Kind::kOutOfRange, 4,
             "experiment", "64");
}

TEST_CASE("Shares that do not make a whole are refused with their sum") {
  CheckFault(With("900", "901"), Kind::kShares, 6, "arms", "1001");
  CheckFault(With("900", "899"), Kind::kShares, 6, "arms", "999");
  CheckFault(With("900", "-1"), Kind::kOutOfRange, 7, "arms[0].per_mille", "-1");
  CheckFault(With("900", "899.5"), Kind::kOutOfRange, 7, "arms[0].per_mille", "whole");
  CHECK(FaultOf(R"({"format": 1, "version": "1", "experiment": "e", "arms": []})").kind ==
        Kind::kShares);
}

TEST_CASE("An arm's name that comes twice is refused") {
  CheckFault(With("\"name\": \"fast\"", "\"name\": \"control\""), Kind::kRepeated, 8,
             "arms[1].name", "'control'");
}

TEST_CASE(
    "An unknown controller is refused with the known ones, as is one on a line that it does "
    "not serve") {
  CheckFault(With("\"gcc\"", "\"cubic\""), Kind::kUnknownController, 11,
             "arms[1].rules[1].controller", "known: delay fixed gcc");
  CheckFault(With("{\"transport\": \"rts\", \"controller\": \"gcc\"}", "{\"controller\": \"gcc\"}"),
             Kind::kUnknownController, 11, "arms[1].rules[1].controller", "nothing over rtmp");
}

TEST_CASE("A parameter out of its range, unknown, or without effect over a transport is refused") {
  CheckFault(With("\"drain_ms\": 100", "\"drain_ms\": 10"), Kind::kOutOfRange, 10,
             "arms[1].rules[0].parameters.drain_ms", "10 is not within 50 to 2000");
  CheckFault(With("\"drain_ms\": 100", "\"haste\": 10"), Kind::kUnknownParameter, 10,
             "arms[1].rules[0].parameters.haste", "drain_ms");
  // A rule about both transports takes what means something over both.
  CheckFault(With("\"skip_ms\": 200", "\"picture_ms\": 90"), Kind::kUnknownParameter, 12,
             "arms[1].rules[2].parameters.picture_ms", "over rtmp");
}

TEST_CASE("A word that no network or transport has is refused") {
  CheckFault(With("\"cellular\"", "\"5g\""), Kind::kUnknownWord, 9, "arms[1].rules[0].network",
             "'5g' is none of wifi, cellular, ethernet, unknown");
  CheckFault(With("\"rts\"", "\"srt\""), Kind::kUnknownWord, 9, "arms[1].rules[0].transport",
             "rtmp, rts");
}

TEST_CASE("A rule behind one that takes all it is about is refused") {
  CheckFault(
      With("{\"transport\": \"rts\", \"controller\": \"gcc\"}", "{\"controller\": \"onair\"}"),
      Kind::kNeverReached, 12, "arms[1].rules[2]", "never reached");
}

TEST_CASE("Too many arms or rules are refused") {
  std::string arms;
  for (int i = 0; i < 17; ++i)
    arms += "{\"name\": \"a" + std::to_string(i) + "\", \"per_mille\": 0},";
  const PolicyFault fault =
      FaultOf(With("{\"name\": \"control\"", arms + "{\"name\": \"control\""));
  CHECK(fault.kind == Kind::kTooLarge);
  CHECK(fault.field == "arms");
}

TEST_CASE("A fault says line, field and what is wrong in one line of text") {
  const Error error = ToError(FaultOf(With("\"gcc\"", "\"cubic\"")));
  CHECK(error.code == ErrorCode::kInvalidConfig);
  CHECK(error.detail.starts_with("line 11: arms[1].rules[1].controller: 'cubic' is unknown"));
  CHECK(ToError(FaultOf("")).detail == "line 1: is not JSON");
}

}  // namespace
}  // namespace onair::qos
