// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/registry.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "tests/transport/cc/words.h"

namespace onair::cc {

TEST_CASE("Registry names its controllers in order and makes each") {
  const auto names = ControllerNames();

  CHECK(std::vector<std::string_view>(names.begin(), names.end()) ==
        std::vector<std::string_view>{"delay", "fixed", "gcc", "nada", "obs", "onair",
                                      "rootencoder", "scream", "streampack"});
  for (const std::string_view name : names) {
    auto controller = MakeController(name, Limits(Kbps(100), Kbps(700), Kbps(2000)));
    REQUIRE(controller);
    REQUIRE(*controller != nullptr);
    CHECK((*controller)->OnReport(TcpReport{.at = At(0)}).target_rate == Kbps(700));
  }
}

TEST_CASE("Registry tells which controllers decide over TCP") {
  const auto names = TcpControllerNames();

  CHECK(std::vector<std::string_view>(names.begin(), names.end()) ==
        std::vector<std::string_view>{"fixed", "obs", "onair", "rootencoder", "streampack"});
}

TEST_CASE("Registry tells which controllers decide over datagrams") {
  const auto names = DatagramControllerNames();

  CHECK(std::vector<std::string_view>(names.begin(), names.end()) ==
        std::vector<std::string_view>{"delay", "fixed", "gcc", "nada", "onair", "scream",
                                      "streampack"});
}

TEST_CASE("Registry refuses an unknown name and tells the known ones") {
  for (const std::string_view name : {"", "OBS", "obs ", "bbr"}) {
    const auto made = MakeController(name, {});
    REQUIRE_FALSE(made);
    CHECK(made.error().code == ErrorCode::kInvalidConfig);
    CHECK(made.error().detail ==
          "controller '" + std::string(name) +
              "' is unknown; known: delay fixed gcc nada obs onair rootencoder scream streampack");
  }
}

TEST_CASE("Registry refuses a config out of range for every controller") {
  for (const std::string_view name : ControllerNames()) {
    const auto made = MakeController(name, Limits(Kbps(100), Kbps(300), Kbps(200)));
    REQUIRE_FALSE(made);
    CHECK(made.error() == Error{ErrorCode::kInvalidConfig, "start_rate"});
  }
}

TEST_CASE("Every parameter's usual value is in its range, and one name means one range") {
  for (const std::string_view name : ControllerNames()) {
    const auto tcp = ParametersOf(name, LineKind::kTcp);
    const auto datagrams = ParametersOf(name, LineKind::kDatagrams);
    for (const auto& list : {tcp, datagrams}) {
      for (const ParameterInfo& info : list) {
        INFO(name << " " << info.name);
        CHECK(info.low < info.high);
        CHECK(info.usual >= info.low);
        CHECK(info.usual <= info.high);
        CHECK_FALSE(info.what.empty());
      }
    }
    for (const ParameterInfo& a : tcp) {
      for (const ParameterInfo& b : datagrams) {
        if (a.name != b.name) continue;
        INFO(name << " " << a.name);
        CHECK(a.low == b.low);
        CHECK(a.high == b.high);
      }
    }
  }
}

TEST_CASE("Parameters are told for the lines that a controller serves") {
  CHECK(ParametersOf("gcc", LineKind::kTcp).empty());
  CHECK(ParametersOf("gcc", LineKind::kDatagrams).size() == 5);
  CHECK(ParametersOf("onair", LineKind::kTcp).size() == 5);
  CHECK(ParametersOf("onair", LineKind::kDatagrams).size() == 7);
  CHECK(ParametersOf("fixed", LineKind::kDatagrams).empty());
  CHECK(ParametersOf("nobody", LineKind::kTcp).empty());
}

TEST_CASE("Every controller is made at both ends of every parameter") {
  for (const std::string_view name : ControllerNames()) {
    for (const LineKind line : {LineKind::kTcp, LineKind::kDatagrams}) {
      for (const ParameterInfo& info : ParametersOf(name, line)) {
        INFO(name << " " << info.name);
        CHECK(MakeController(name, {}, {{std::string(info.name), info.low}}));
        CHECK(MakeController(name, {}, {{std::string(info.name), info.high}}));
      }
    }
  }
}

TEST_CASE("A parameter that is unknown, out of range or named twice is refused by its name") {
  const auto refused = [](std::string_view name, const Parameters& parameters) {
    const auto made = MakeController(name, {}, parameters);
    REQUIRE_FALSE(made);
    CHECK(made.error().code == ErrorCode::kInvalidConfig);
    return made.error().detail;
  };
  CHECK(refused("onair", {{"haste", 1}}) ==
        "controller 'onair': 'haste' is not among its parameters");
  CHECK(refused("fixed", {{"use", 0.9}}) ==
        "controller 'fixed': 'use' is not among its parameters");
  CHECK(refused("onair", {{"use", 1.01}}) == "controller 'onair': 'use' is out of range");
  CHECK(refused("gcc", {{"decrease", std::nan("")}}) ==
        "controller 'gcc': 'decrease' is out of range");
  CHECK(refused("onair", {{"use", 0.9}, {"use", 0.8}}) ==
        "controller 'onair': 'use' is named twice");
}

TEST_CASE("A parameter changes what its controller decides, from the first report on") {
  const auto pacing = [](const Parameters& parameters) {
    auto made = MakeController("gcc", {}, parameters);
    return (*made)->OnReport(FeedbackReport{.at = At(0), .packets = {}}).pacing_rate;
  };
  const auto usual = pacing({});
  const auto fast = pacing({{"pacing", 2.2}});
  REQUIRE(usual);
  REQUIRE(fast);
  CHECK(*fast == usual->Scaled(2));
  const auto window = [](double flight_ms) {
    auto made = MakeController("onair", {}, {{"flight_ms", flight_ms}});
    return (*made)->OnReport(TcpReport{.at = At(0)}).congestion_window;
  };
  CHECK(*window(200) > *window(100));
}

}  // namespace onair::cc
