// SPDX-License-Identifier: Apache-2.0
#include "samples/publish/report.h"

#include <catch2/catch.hpp>

namespace onair::samples {
namespace {

Timestamp At(std::int64_t ms) {
  return Timestamp::Zero() + TimeDelta::Millis(ms);
}

PublisherStats Stats() {
  PublisherStats stats;
  stats.frames_captured = 100;
  stats.frames_dropped = 3;
  stats.frames_skipped = 5;
  stats.target_rate = DataRate::KilobitsPerSec(800);
  stats.picture_size = {640, 360};
  stats.destinations.resize(1);
  DestinationStats& destination = stats.destinations[0];
  destination.url = "rtmp://h/live/<private>";
  destination.session.state = PublishState::kLive;
  destination.session.frames_dropped = 7;
  destination.packets = PacketCounts{1000, 10};
  return stats;
}

TEST_CASE("Pictures that the network cost count as dropped wherever they went") {
  PublishReport report(At(0));
  const Json out = report.Finish(Stats(), std::nullopt, At(10'000));
  CHECK(out["frames"]["captured"] == 100);
  CHECK(out["frames"]["dropped"] == 15);
}

TEST_CASE("Loss is the share of segments sent again, of the run and of each row") {
  PublishReport report(At(0));
  PublisherStats stats = Stats();
  report.Sample(stats, At(500));
  stats.destinations[0].packets = PacketCounts{1100, 60};
  report.Sample(stats, At(1000));
  report.Sample(stats, At(1500));  // Nothing was sent: nothing is known.
  const Json out = report.Finish(stats, std::nullopt, At(1500));
  CHECK(out["loss_percent"].get<double>() == Approx(100.0 * 60 / 1100).epsilon(0.01));
  CHECK(out["timeline"][0]["loss_percent"].get<double>() == Approx(1.0));
  CHECK(out["timeline"][1]["loss_percent"].get<double>() == Approx(50.0));
  CHECK(out["timeline"][2]["loss_percent"].is_null());
}

TEST_CASE("Where the system counts no segments loss is unknown") {
  PublishReport report(At(0));
  PublisherStats stats = Stats();
  stats.destinations[0].packets.reset();
  report.Sample(stats, At(500));
  const Json out = report.Finish(stats, std::nullopt, At(500));
  CHECK(out["loss_percent"].is_null());
  CHECK(out["timeline"][0]["loss_percent"].is_null());
}

TEST_CASE("A session's id and arm are in its report, and null where nobody chose") {
  PublisherStats stats = Stats();
  stats.destinations[0].qos = QosStats{.network = NetworkKind::kCellular,
                                       .choice = {.policy_version = "7",
                                                  .experiment = "drain",
                                                  .arm = "fast",
                                                  .controller = "onair",
                                                  .parameters = {{"drain_ms", 100}}}};
  const Json out = PublishReport(At(0), "session-1").Finish(stats, std::nullopt, At(500));
  CHECK(out["session_id"] == "session-1");
  CHECK(out["qos"] == Json{{"version", "7"},
                           {"experiment", "drain"},
                           {"arm", "fast"},
                           {"network", "cellular"},
                           {"controller", "onair"},
                           {"parameters", {{"drain_ms", 100.0}}},
                           {"changes", 0}});
  const Json without = PublishReport(At(0)).Finish(Stats(), std::nullopt, At(500));
  CHECK(without["qos"].is_null());
  CHECK(without["session_id"].is_null());
}

TEST_CASE("Each row of the timeline has the fields that readers rely on") {
  PublishReport report(At(0));
  report.Sample(Stats(), At(500));
  const Json row = report.Finish(Stats(), std::nullopt, At(500))["timeline"][0];
  for (const char* field : {"t_s", "target_kbps", "sent_kbps", "fps", "width", "height", "queue_ms",
                            "rtt_ms", "loss_percent", "state"}) {
    CHECK(row.contains(field));
  }
  CHECK(row["target_kbps"] == 800);
  CHECK(row["width"] == 640);
  CHECK(row["state"] == "live");
}

TEST_CASE("The line for people tells target, size and a poor network") {
  PublishReport report(At(0));
  PublisherStats stats = Stats();
  CHECK_THAT(report.StatusText(stats, At(500)), Catch::Contains("of   800 kbit/s  640x360"));
  CHECK_THAT(report.StatusText(stats, At(500)), !Catch::Contains("poor"));
  stats.destinations[0].network = NetworkQuality::kPoor;
  CHECK_THAT(report.StatusText(stats, At(500)), Catch::Contains("network poor"));
}

}  // namespace
}  // namespace onair::samples
