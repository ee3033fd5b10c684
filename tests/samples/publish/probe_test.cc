// SPDX-License-Identifier: Apache-2.0
#include "samples/publish/probe.h"

#include <catch2/catch.hpp>

namespace onair::samples {
namespace {

UplinkReport Line() {
  return {.delivered = DataRate::KilobitsPerSec(2000),
          .base_rtt = TimeDelta::Millis(40),
          .rtt_under_load = TimeDelta::Millis(90),
          .retransmitted_percent = 0.25,
          .trouble = UplinkTrouble::kNone,
          .bytes_sent = DataSize::Bytes(1'200'000),
          .took = TimeDelta::Millis(5200),
          .margin = 0.75,
          .preset = UplinkPreset{{960, 540}, 30, DataRate::KilobitsPerSec(1436)}};
}

TEST_CASE("The report of a probe has what was measured, what to do, and no stream key") {
  const Json out = ProbeJson("rtmp://host/live/secret", Line());
  CHECK(out["url"] == "rtmp://host/live/<private>");
  CHECK(out["delivered_kbps"] == 2000);
  CHECK(out["rtt_under_load_ms"] == 90);
  CHECK(out["loss_percent"] == 0.25);
  CHECK(out["trouble"] == "none");
  CHECK(out["margin"] == 0.75);
  CHECK(out["preset"]["width"] == 960);
  CHECK(out["preset"]["bitrate_kbps"] == 1436);
  CHECK(out["error"].is_null());
}

TEST_CASE("A line for people says how to go live, or that it is too slow") {
  CHECK_THAT(ProbeText(Line()), Catch::Contains("--size 960x540 --fps 30 --bitrate 1436"));
  UplinkReport slow = Line();
  slow.preset.reset();
  slow.retransmitted_percent.reset();
  CHECK_THAT(ProbeText(slow), Catch::Contains("too slow"));
  CHECK(ProbeJson("rtmp://h/a/b", slow)["preset"].is_null());
  CHECK(ProbeJson("rtmp://h/a/b", slow)["loss_percent"].is_null());
}

}  // namespace
}  // namespace onair::samples
