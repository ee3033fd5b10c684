// SPDX-License-Identifier: Apache-2.0
#include "core/control/uplink_meter.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <functional>

#include "tests/support/print_units.h"

namespace onair::control {
namespace {

using Fill = UplinkStep::Fill;

Timestamp At(std::int64_t ms) {
  return Timestamp::Zero() + TimeDelta::Millis(ms);
}

// A connection in numbers: a line of some rate behind a socket, looked at every 20 ms.
struct Line {
  double kbps;
  std::int64_t base_ms = 50;
  std::int64_t loaded_ms = 60;
  double loss_percent = 0;
  std::function<std::int64_t(int look)> jitter_ms = [](int) { return 0; };

  UplinkStep last{Fill::kAtRate, DataRate::KilobitsPerSec(1), ""};
  std::int64_t looks = 0;

  Result<UplinkReport> Run(const UplinkProbeConfig& config = {}) {
    UplinkMeter meter(config, At(0));
    double given = 0;
    double carried = 0;
    for (looks = 0; looks < 10'000; ++looks) {
      UplinkLook look{.at = At(looks * 20)};
      look.given = DataSize::Bytes(std::llround(given));
      look.held = DataSize::Bytes(std::llround(given - carried));
      const bool is_full = given - carried > 1;
      look.socket.rtt =
          TimeDelta::Millis((is_full ? loaded_ms : base_ms) + jitter_ms(static_cast<int>(looks)));
      look.socket.bytes_acked = DataSize::Bytes(std::llround(carried));
      const double segments = carried / 1448;
      look.socket.segments_sent = std::llround(segments * 100);
      look.socket.segments_retransmitted = std::llround(segments * loss_percent);
      last = meter.OnLook(look);
      if (last.fill == Fill::kEnough) return meter.Report();
      const double wanted =
          last.fill == Fill::kFull ? 96 * 1024 - (given - carried) : last.rate.kbps_f() * 2.5;
      given += std::max(wanted, 0.0);
      carried = std::min(given, carried + kbps * 2.5);
    }
    FAIL("the meter never has enough");
    return Fail(ErrorCode::kInternal, "");
  }
};

TEST_CASE("A line is measured within a few percent whatever it carries") {
  for (const double kbps : {150.0, 500.0, 2000.0, 8000.0, 19'000.0}) {
    INFO(kbps << " kbit/s");
    Line line{.kbps = kbps};
    const auto report = line.Run();
    REQUIRE(report);
    CHECK(report->delivered.kbps_f() == Approx(kbps).epsilon(0.05));
    CHECK_FALSE(report->is_at_least);
    CHECK(report->base_rtt == TimeDelta::Millis(50));
    CHECK(report->rtt_under_load == TimeDelta::Millis(60));
    CHECK(report->trouble == UplinkTrouble::kNone);
  }
}

TEST_CASE("A line above the most that is tried counts as one of that rate, and is told so") {
  Line line{.kbps = 90'000};
  const auto report = line.Run();
  REQUIRE(report);
  CHECK(report->is_at_least);
  CHECK(report->delivered.kbps_f() == Approx(20'000).epsilon(0.05));
}

TEST_CASE("Trouble is told by losses, by the queue behind them, and by round trips that vary") {
  const auto trouble = [](Line line) { return line.Run()->trouble; };
  CHECK(trouble({.kbps = 2000, .loaded_ms = 60, .loss_percent = 2}) == UplinkTrouble::kLossy);
  CHECK(trouble({.kbps = 2000, .loaded_ms = 120, .loss_percent = 2}) == UplinkTrouble::kCongestion);
  CHECK(trouble({.kbps = 2000, .loaded_ms = 120, .loss_percent = 0.5}) == UplinkTrouble::kNone);
  CHECK(trouble({.kbps = 2000, .loaded_ms = 400}) == UplinkTrouble::kCongestion);
  CHECK(trouble({.kbps = 8000, .loaded_ms = 60, .jitter_ms = [](int look) -> std::int64_t {
                   return look % 7 == 3 ? 70 : 0;
                 }}) == UplinkTrouble::kJitter);
}

TEST_CASE("The preset with its sound takes no more of the line than the stated margin") {
  for (const double kbps : {500.0, 2000.0, 8000.0}) {
    const auto report = Line{.kbps = kbps}.Run();
    REQUIRE(report);
    REQUIRE(report->preset);
    const DataRate whole = report->preset->video_rate + DataRate::KilobitsPerSec(64);
    CHECK(whole <= report->delivered.Scaled(report->margin + 1e-6));
  }
  CHECK(Line{.kbps = 8000}.Run()->preset->size == PictureSize{1920, 1080});
  CHECK(Line{.kbps = 3000}.Run()->preset->size == PictureSize{1280, 720});
  CHECK(Line{.kbps = 500}.Run()->preset->size == PictureSize{480, 270});
  CHECK_FALSE(Line{.kbps = 100}.Run()->preset);
}

TEST_CASE("The probe is bounded in time and in bytes") {
  Line slow{.kbps = 2000};
  CHECK(slow.Run({.duration = TimeDelta::Seconds(3)}));
  CHECK(slow.looks == 150);

  Line fast{.kbps = 15'000};
  const auto report = fast.Run({.most_bytes = DataSize::Mebibytes(4)});
  REQUIRE(report);
  CHECK(report->bytes_sent < DataSize::Mebibytes(4) + DataSize::Kibibytes(128));
  CHECK(report->took < TimeDelta::Seconds(4));
}

TEST_CASE("A line that carries nothing is an error, as are too few bytes to fill it") {
  CHECK(Line{.kbps = 0}.Run().error().code == ErrorCode::kTimeout);
  Line fast{.kbps = 15'000};
  CHECK(fast.Run({.most_bytes = DataSize::Kibibytes(256)}).error().code == ErrorCode::kTimeout);
}

TEST_CASE("Each field of a probe's config is checked against its range") {
  CHECK(UplinkProbeConfig{}.Validate());
  const auto refused = [](UplinkProbeConfig config) { return config.Validate().error().detail; };
  CHECK(refused({.duration = TimeDelta::Millis(2999)}) == "probe.duration");
  CHECK(refused({.connect_timeout = TimeDelta::Zero()}) == "probe.connect_timeout");
  CHECK(refused({.most_rate = DataRate::KilobitsPerSec(499)}) == "probe.most_rate");
  CHECK(refused({.most_bytes = DataSize::Kibibytes(255)}) == "probe.most_bytes");
  CHECK(refused({.audio_rate = DataRate::KilobitsPerSec(513)}) == "probe.audio_rate");
}

}  // namespace
}  // namespace onair::control
