// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/uplink_probe.h"

#include "tests/platform/sdk/sdk_world.h"

namespace onair {
namespace {

using namespace sdk_test;

// The report, kept for the test's thread.
struct Heard {
  Result<std::unique_ptr<UplinkProbe>> Start(const UplinkProbeSetup& setup) {
    return UplinkProbe::Start(setup, InPlace(), reports.listener());
  }
  std::optional<Result<UplinkReport>> Wait() {
    if (!reports.Wait([](const auto&) { return true; })) return std::nullopt;
    return reports.all().front();
  }
  Events<Result<UplinkReport>> reports;
};

UplinkProbeSetup To(const std::string& url) {
  return {.url = url, .probe = {.duration = TimeDelta::Seconds(3)}};
}

TEST_CASE("A line that carries all that is tried is told so, with a picture to go live with") {
  EdgeHost edge;
  Heard heard;
  UplinkProbeSetup setup = To(edge.rtmp("probe"));
  setup.probe.most_rate = DataRate::KilobitsPerSec(3000);
  auto probe = heard.Start(setup);
  REQUIRE(probe);
  const auto report = heard.Wait();
  REQUIRE(report);
  if (!*report) INFO(ToString(report->error()));
  REQUIRE(*report);
  const UplinkReport& line = report->value();
  CHECK(line.is_at_least);
  CHECK(line.delivered.kbps_f() == Approx(3000).epsilon(0.1));
  CHECK(line.base_rtt < TimeDelta::Millis(50));
  REQUIRE(line.preset);
  CHECK(line.preset->video_rate < line.delivered);
  CHECK(line.took < TimeDelta::Seconds(5));
}

TEST_CASE("A probe that reaches nobody says why") {
  Heard heard;
  auto probe = heard.Start(To("rtmp://127.0.0.1:1/live/room"));
  REQUIRE(probe);
  const auto report = heard.Wait();
  REQUIRE(report);
  REQUIRE_FALSE(*report);
  CHECK(report->error().code == ErrorCode::kConnectRefused);
}

TEST_CASE("A server that takes nothing is told as one from which nothing came back") {
  SilentPeer silent;
  Heard heard;
  UplinkProbeSetup setup = To(silent.rtmp());
  setup.probe.connect_timeout = TimeDelta::Millis(500);
  auto probe = heard.Start(setup);
  REQUIRE(probe);
  const auto report = heard.Wait();
  REQUIRE(report);
  CHECK(report->error().code == ErrorCode::kTimeout);
}

TEST_CASE("A probe that is destroyed early reports nothing and ends at once") {
  EdgeHost edge;
  Heard heard;
  auto probe = heard.Start(To(edge.rtmp("early")));
  REQUIRE(probe);
  const Timestamp start = runtime::Now();
  probe->reset();
  CHECK(runtime::Now() - start < TimeDelta::Millis(500));
  CHECK(heard.reports.all().empty());
}

TEST_CASE("What cannot be probed is refused before anything starts") {
  Heard heard;
  CHECK(heard.Start(To("file:/tmp/x.flv")).error().code == ErrorCode::kUnsupported);
  CHECK(heard.Start(To("rtmp://")).error().code == ErrorCode::kInvalidUrl);
  UplinkProbeSetup setup = To("rtmp://h/live/k");
  setup.probe.duration = TimeDelta::Zero();
  CHECK(heard.Start(setup).error().detail == "probe.duration");
}

}  // namespace
}  // namespace onair
