// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/registry.h"

#include <algorithm>
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

}  // namespace onair::cc
