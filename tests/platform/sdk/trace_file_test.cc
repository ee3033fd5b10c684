// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/trace_file.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/support/paths.h"

namespace onair {
namespace {

std::string TempPath(const std::string& name) {
  return testing::BinaryDir() + "/" + name;
}

TEST_CASE("A trace file is JSON with slices, counters, instants and thread names") {
  const std::string path = TempPath("trace_test.json");
  {
    auto trace = TraceFile::Open(path);
    REQUIRE(trace);
    (*trace)->Span(Timestamp::Micros(10), Timestamp::Micros(35), "encode");
    (*trace)->Number(Timestamp::Micros(20), "queue_ms", 1.5);
    (*trace)->Number(Timestamp::Micros(21), "queue_ms", std::numeric_limits<double>::infinity());
    std::thread([&] {
      (*trace)->Decision(Timestamp::Micros(30), "ladder", "do\"wn", "because\n");
    }).join();
    REQUIRE((*trace)->Close());
  }
  std::ifstream file(path);
  const auto json = nlohmann::json::parse(file, nullptr, false);
  std::remove(path.c_str());

  REQUIRE(json.is_array());
  std::vector<std::string> phases;
  for (const auto& event : json) phases.push_back(event.at("ph"));
  CHECK(std::count(phases.begin(), phases.end(), "M") >= 1);
  CHECK(std::count(phases.begin(), phases.end(), "X") == 1);
  CHECK(std::count(phases.begin(), phases.end(), "C") == 2);
  CHECK(std::count(phases.begin(), phases.end(), "i") == 1);
  for (const auto& event : json) {
    if (event.at("ph") == "X") CHECK(event.at("dur") == 25);
    if (event.at("ph") == "i") CHECK(event.at("args").at("choice") == "do\"wn");
  }
}

TEST_CASE("A trace on a full disk says so when it is closed") {
  auto trace = TraceFile::Open("/dev/full");
  REQUIRE(trace);
  for (int i = 0; i < 10'000; ++i) (*trace)->Number(Timestamp::Micros(i), "n", i);
  const Status closed = (*trace)->Close();
  REQUIRE_FALSE(closed);
  CHECK(closed.error().code == ErrorCode::kDiskFull);
}

TEST_CASE("A trace in a folder that is not there is refused with its path") {
  const auto trace = TraceFile::Open("/nonexistent/trace.json");
  REQUIRE_FALSE(trace);
  CHECK(trace.error().code == ErrorCode::kFileWrite);
  CHECK(trace.error().detail.find("/nonexistent/trace.json") != std::string::npos);
}

}  // namespace
}  // namespace onair
