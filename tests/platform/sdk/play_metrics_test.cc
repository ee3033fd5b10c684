// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/play_metrics.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace onair {
namespace {

constexpr Timestamp kStart = Timestamp::Micros(5'000'000);

constexpr TimeDelta Ms(std::int64_t ms) {
  return TimeDelta::Millis(ms);
}
nlohmann::json Read(const Metric& metric) {
  return nlohmann::json::parse(ToJson(metric, kStart), nullptr, false);
}

TEST_CASE("A first picture tells each part of the opening and whether it came within a second") {
  PlayerStats stats;
  stats.started_at = kStart;
  stats.session.opening.connected = kStart + Ms(50);
  stats.first_decoded_at = kStart + Ms(270);
  stats.preloaded = PreloadTier::kNewestGop;

  const auto metric = MetricOf(FirstPictureEvent{Ms(280)}, stats, kStart + Ms(280));
  REQUIRE(metric);
  const auto json = Read(*metric);

  CHECK(json["event"] == "play.first_picture");
  CHECK(json["t_ms"] == 280.0);
  CHECK(json["since_start_ms"] == 280.0);
  CHECK(json["within_1s"] == 1.0);
  CHECK(json["connected_ms"] == 50.0);
  CHECK(json["decoded_ms"] == 270.0);
  CHECK(json["secured_ms"].is_null());
  CHECK(json["preloaded"] == "newest_gop");
  CHECK(Read(*MetricOf(FirstPictureEvent{Ms(1001)}, stats, kStart))["within_1s"] == 0.0);
}

TEST_CASE("Stalls are told by time watched") {
  PlayerStats stats;
  stats.first_presented_at = kStart;
  stats.session.stalls = 3;
  stats.session.stalled_for = Ms(1500);

  const auto json = Read(HealthMetric(stats, kStart + TimeDelta::Seconds(200)));

  CHECK(json["watched_s"] == 200.0);
  CHECK(json["stalls_per_100s"] == 1.5);
  CHECK(json["stalled_ms_per_100s"] == 750.0);
  CHECK(json["delay_p50_ms"].is_null());
}

TEST_CASE("A play that showed nothing divides by nothing") {
  const auto json = Read(EndMetric({}, Error{ErrorCode::kHttpNotFound, "x"}, kStart));

  CHECK(json["event"] == "play.end");
  CHECK(json["error"] == "http.not_found");
  CHECK(json["first_picture_ms"].is_null());
  CHECK(json["stalls_per_100s"].is_null());
}

TEST_CASE("Delays are told as percentiles") {
  PlayerStats stats;
  for (int i = 1; i <= 100; ++i) stats.latency.Add(Ms(i));
  const auto json = Read(HealthMetric(stats, kStart));
  CHECK(json["delay_p50_ms"].get<double>() == Approx(50).margin(1));
  CHECK(json["delay_p95_ms"].get<double>() == Approx(95).margin(1));
  CHECK(json["delay_max_ms"] == 100.0);
}

TEST_CASE("States, tracks and a failed sound device have names of their own") {
  const auto state = Read(*MetricOf(
      PlayStateEvent{PlayState::kReconnecting, Error{ErrorCode::kConnectionLost, ""}, Ms(500)}, {},
      kStart));
  CHECK(state["state"] == "reconnecting");
  CHECK(state["error"] == "net.connection_lost");
  CHECK(state["retry_in_ms"] == 500.0);

  StreamTracks tracks;
  tracks.video = VideoTrack{VideoCodec::kH265, {1280, 720}, 30, {}};
  const auto known = Read(*MetricOf(TracksEvent{tracks}, {}, kStart));
  CHECK(known["video"] == "h265");
  CHECK(known["width"] == 1280.0);
  CHECK(known["audio"] == "none");

  const auto mute = Read(*MetricOf(SoundFailedEvent{{ErrorCode::kDeviceBusy, ""}}, {}, kStart));
  CHECK(mute["event"] == "play.sound_failed");
  CHECK(mute["error"] == "device.busy");
}

TEST_CASE("A switch is told with its cause, and its address without secrets") {
  const auto failed = Read(*MetricOf(SwitchEvent{SwitchPhase::kFailed, SwitchCause::kFallback,
                                                 "http://live.example/a/b.flv?auth_key=hush",
                                                 Error{ErrorCode::kHttpNotFound, ""}, Ms(40)},
                                     {}, kStart));
  CHECK(failed["event"] == "play.switch");
  CHECK(failed["phase"] == "failed");
  CHECK(failed["cause"] == "fallback");
  CHECK(failed["to"].get<std::string>().find("live.example/a/b.flv") != std::string::npos);
  CHECK(failed["to"].get<std::string>().find("hush") == std::string::npos);
  CHECK(failed["error"] == "http.not_found");
  CHECK(failed["took_ms"] == 40.0);
}

}  // namespace
}  // namespace onair
