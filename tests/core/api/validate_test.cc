// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "core/api/beauty_config.h"
#include "core/api/play_config.h"
#include "core/api/publish_config.h"
#include "core/api/reconnect_config.h"
#include "tests/support/print_units.h"

namespace onair {
namespace {

const double kNan = std::numeric_limits<double>::quiet_NaN();
const double kInfinity = std::numeric_limits<double>::infinity();
constexpr TimeDelta Us(std::int64_t us) {
  return TimeDelta::Micros(us);
}
constexpr TimeDelta Ms(std::int64_t ms) {
  return TimeDelta::Millis(ms);
}
constexpr TimeDelta Sec(std::int64_t s) {
  return TimeDelta::Seconds(s);
}
constexpr DataRate Bps(std::int64_t bps) {
  return DataRate::BitsPerSec(bps);
}
constexpr DataSize Bytes(std::int64_t bytes) {
  return DataSize::Bytes(bytes);
}

// `field` is what the error must name; empty: the setting is within its range.
template <typename Config>
struct Row {
  const char* field;
  std::function<void(Config&)> change;
};

template <typename Config>
void Expect(const std::vector<Row<Config>>& rows) {
  CHECK(Config{}.Validate().has_value());
  int line = 0;
  for (const auto& row : rows) {
    INFO("row " << line++ << ", field " << row.field);
    Config config;
    row.change(config);
    const Status status = config.Validate();
    REQUIRE(status.has_value() == std::string(row.field).empty());
    if (status) continue;
    CHECK(status.error().code == ErrorCode::kInvalidConfig);
    CHECK(status.error().detail == row.field);
  }
}

const char* const kFine = "";

TEST_CASE("Beauty sliders outside zero to one are named, not-a-number too") {
  Expect<BeautyConfig>({
      {kFine, [](auto& c) { c.smooth = c.whiten = c.ruddy = c.sharpen = c.slim = c.eyes = 1; }},
      {"beauty.smooth", [](auto& c) { c.smooth = -0.01F; }},
      {"beauty.whiten", [](auto& c) { c.whiten = 1.01F; }},
      {"beauty.ruddy", [](auto& c) { c.ruddy = static_cast<float>(kNan); }},
      {"beauty.sharpen", [](auto& c) { c.sharpen = static_cast<float>(kInfinity); }},
      {"beauty.slim", [](auto& c) { c.slim = -1; }},
      {"beauty.eyes", [](auto& c) { c.eyes = 2; }},
  });
}

TEST_CASE("Reconnect settings outside their range are named") {
  Expect<ReconnectConfig>({
      {kFine, [](auto& c) { c.max_attempts = 0; }},
      {kFine, [](auto& c) { c.max_attempts = 1000; }},
      {"reconnect.max_attempts", [](auto& c) { c.max_attempts = -1; }},
      {"reconnect.max_attempts", [](auto& c) { c.max_attempts = 1001; }},
      {kFine, [](auto& c) { c.first_delay = Ms(0); }},
      {kFine, [](auto& c) { c.first_delay = c.max_delay = Sec(60); }},
      {"reconnect.first_delay", [](auto& c) { c.first_delay = Us(-1); }},
      {"reconnect.first_delay", [](auto& c) { c.first_delay = Sec(60) + Us(1); }},
      {kFine, [](auto& c) { c.max_delay = c.first_delay; }},
      {kFine, [](auto& c) { c.max_delay = Sec(600); }},
      {"reconnect.max_delay", [](auto& c) { c.max_delay = c.first_delay - Us(1); }},
      {"reconnect.max_delay", [](auto& c) { c.max_delay = Sec(600) + Us(1); }},
      {"reconnect.max_delay", [](auto& c) { c.max_delay = TimeDelta::PlusInfinity(); }},
      {kFine, [](auto& c) { c.factor = 1.0; }},
      {kFine, [](auto& c) { c.factor = 10.0; }},
      {"reconnect.factor", [](auto& c) { c.factor = 0.999; }},
      {"reconnect.factor", [](auto& c) { c.factor = 10.001; }},
      {"reconnect.factor", [](auto& c) { c.factor = kNan; }},
      {"reconnect.factor", [](auto& c) { c.factor = kInfinity; }},
      {kFine, [](auto& c) { c.jitter = 0.0; }},
      {kFine, [](auto& c) { c.jitter = 1.0; }},
      {"reconnect.jitter", [](auto& c) { c.jitter = -0.001; }},
      {"reconnect.jitter", [](auto& c) { c.jitter = 1.001; }},
      {"reconnect.jitter", [](auto& c) { c.jitter = kNan; }},
  });
}

TEST_CASE("Video settings outside their range are named") {
  Expect<VideoConfig>({
      {kFine,
       [](auto& c) {
         c.size = {16, 4096};
       }},
      {kFine,
       [](auto& c) {
         c.size = {4096, 16};
       }},
      {"video.size.width", [](auto& c) { c.size.width = 14; }},
      {"video.size.width", [](auto& c) { c.size.width = 4098; }},
      {"video.size.width", [](auto& c) { c.size.width = 1279; }},
      {"video.size.width", [](auto& c) { c.size.width = -2; }},
      {"video.size.height", [](auto& c) { c.size.height = 14; }},
      {"video.size.height", [](auto& c) { c.size.height = 4098; }},
      {"video.size.height", [](auto& c) { c.size.height = 721; }},
      {kFine, [](auto& c) { c.frame_rate = 1; }},
      {kFine, [](auto& c) { c.frame_rate = 120; }},
      {"video.frame_rate", [](auto& c) { c.frame_rate = 0.99; }},
      {"video.frame_rate", [](auto& c) { c.frame_rate = 120.01; }},
      {"video.frame_rate", [](auto& c) { c.frame_rate = kNan; }},
      {kFine, [](auto& c) { c.gop = Ms(200); }},
      {kFine, [](auto& c) { c.gop = Sec(20); }},
      {"video.gop", [](auto& c) { c.gop = Ms(200) - Us(1); }},
      {"video.gop", [](auto& c) { c.gop = Sec(20) + Us(1); }},
      {kFine, [](auto& c) { c.rate = Bps(50'000); }},
      {kFine, [](auto& c) { c.rate = Bps(50'000'000); }},
      {"video.rate", [](auto& c) { c.rate = Bps(49'999); }},
      {"video.rate", [](auto& c) { c.rate = Bps(50'000'001); }},
      {kFine, [](auto& c) { c.vbv = Ms(100); }},
      {kFine, [](auto& c) { c.vbv = Sec(2); }},
      {"video.vbv", [](auto& c) { c.vbv = Ms(100) - Us(1); }},
      {"video.vbv", [](auto& c) { c.vbv = Sec(2) + Us(1); }},
      {"video.preset", [](auto& c) { c.preset = ""; }},
      {kFine, [](auto& c) { c.threads = 1; }},
      {kFine, [](auto& c) { c.threads = 16; }},
      {"video.threads", [](auto& c) { c.threads = 0; }},
      {"video.threads", [](auto& c) { c.threads = 17; }},
      {kFine, [](auto& c) { c.look_ahead = Sec(1); }},
      {"video.look_ahead", [](auto& c) { c.look_ahead = Us(-1); }},
      {"video.look_ahead", [](auto& c) { c.look_ahead = Sec(1) + Us(1); }},
      {kFine, [](auto& c) { c.roi_strength = 0; }},
      {"video.roi_strength", [](auto& c) { c.roi_strength = -0.01; }},
      {"video.roi_strength", [](auto& c) { c.roi_strength = kNan; }},
  });
}

TEST_CASE("Audio settings outside their range are named") {
  for (const int rate : {16000, 22050, 24000, 32000, 44100, 48000}) {
    AudioConfig config;
    config.format.sample_rate = rate;
    INFO(rate);
    CHECK(config.Validate().has_value());
    config.codec = AudioCodec::kOpus;
    CHECK(config.Validate().has_value() == (rate == 48000));
  }
  Expect<AudioConfig>({
      {"audio.format.sample_rate", [](auto& c) { c.format.sample_rate = 0; }},
      {"audio.format.sample_rate", [](auto& c) { c.format.sample_rate = 47999; }},
      {"audio.format.sample_rate", [](auto& c) { c.format.sample_rate = 96000; }},
      {kFine, [](auto& c) { c.format.channels = 1; }},
      {"audio.format.channels", [](auto& c) { c.format.channels = 0; }},
      {"audio.format.channels", [](auto& c) { c.format.channels = 3; }},
      {kFine, [](auto& c) { c.rate = Bps(16'000); }},
      {kFine, [](auto& c) { c.rate = Bps(320'000); }},
      {"audio.rate", [](auto& c) { c.rate = Bps(15'999); }},
      {"audio.rate", [](auto& c) { c.rate = Bps(320'001); }},
      {kFine, [](auto& c) { c.opus.frame = Ms(10); }},
      {kFine, [](auto& c) { c.opus.frame = Ms(40); }},
      {kFine, [](auto& c) { c.opus.frame = Ms(60); }},
      {"audio.opus.frame", [](auto& c) { c.opus.frame = Ms(30); }},
      {"audio.opus.frame", [](auto& c) { c.opus.frame = TimeDelta::Zero(); }},
      {kFine, [](auto& c) { c.opus.expected_loss = 1; }},
      {"audio.opus.expected_loss", [](auto& c) { c.opus.expected_loss = -0.01; }},
      {"audio.opus.expected_loss", [](auto& c) { c.opus.expected_loss = kNan; }},
  });
}

TEST_CASE("Publish settings outside their range are named") {
  Expect<PublishSessionConfig>({
      {kFine, [](auto& c) { c.connect_timeout = Ms(500); }},
      {kFine, [](auto& c) { c.connect_timeout = Sec(60); }},
      {"connect_timeout", [](auto& c) { c.connect_timeout = Ms(500) - Us(1); }},
      {"connect_timeout", [](auto& c) { c.connect_timeout = Sec(60) + Us(1); }},
      {kFine, [](auto& c) { c.queue_span = Ms(100); }},
      {kFine, [](auto& c) { c.queue_span = Sec(10); }},
      {"queue_span", [](auto& c) { c.queue_span = Ms(100) - Us(1); }},
      {"queue_span", [](auto& c) { c.queue_span = Sec(10) + Us(1); }},
      {kFine, [](auto& c) { c.queue_size = DataSize::Kibibytes(64); }},
      {kFine, [](auto& c) { c.queue_size = DataSize::Mebibytes(64); }},
      {"queue_size", [](auto& c) { c.queue_size = DataSize::Kibibytes(64) - Bytes(1); }},
      {"queue_size", [](auto& c) { c.queue_size = DataSize::Mebibytes(64) + Bytes(1); }},
      {kFine, [](auto& c) { c.unsent_limit = DataSize::Kibibytes(4); }},
      {kFine, [](auto& c) { c.unsent_limit = DataSize::Mebibytes(4); }},
      {"unsent_limit", [](auto& c) { c.unsent_limit = DataSize::Kibibytes(4) - Bytes(1); }},
      {"unsent_limit", [](auto& c) { c.unsent_limit = DataSize::Mebibytes(4) + Bytes(1); }},
      {kFine, [](auto& c) { c.write_stall_timeout = Ms(500); }},
      {"write_stall_timeout", [](auto& c) { c.write_stall_timeout = Ms(500) - Us(1); }},
      {"write_stall_timeout", [](auto& c) { c.write_stall_timeout = Sec(60) + Us(1); }},
      {kFine, [](auto& c) { c.max_redirects = 0; }},
      {"max_redirects", [](auto& c) { c.max_redirects = 21; }},
      {"reconnect.jitter", [](auto& c) { c.reconnect.jitter = 2; }},
  });
}

TEST_CASE("Play settings outside their range are named") {
  Expect<PlaySessionConfig>({
      {kFine, [](auto& c) { c.fixed_delay = Ms(0); }},
      {kFine, [](auto& c) { c.fixed_delay = Sec(30); }},
      {"fixed_delay", [](auto& c) { c.fixed_delay = Us(-1); }},
      {"fixed_delay", [](auto& c) { c.fixed_delay = Sec(30) + Us(1); }},
      {kFine, [](auto& c) { c.connect_timeout = Ms(500); }},
      {"connect_timeout", [](auto& c) { c.connect_timeout = Ms(500) - Us(1); }},
      {"connect_timeout", [](auto& c) { c.connect_timeout = Sec(60) + Us(1); }},
      {kFine, [](auto& c) { c.stall_timeout = Sec(60); }},
      {"stall_timeout", [](auto& c) { c.stall_timeout = Ms(500) - Us(1); }},
      {"stall_timeout", [](auto& c) { c.stall_timeout = Sec(60) + Us(1); }},
      {"usable_timeout", [](auto& c) { c.usable_timeout = Sec(1) - Us(1); }},
      {"usable_timeout", [](auto& c) { c.usable_timeout = Sec(120) + Us(1); }},
      {kFine, [](auto& c) { c.publisher_gap = Sec(0); }},
      {kFine, [](auto& c) { c.publisher_gap = Sec(600); }},
      {"publisher_gap", [](auto& c) { c.publisher_gap = Us(-1); }},
      {"publisher_gap", [](auto& c) { c.publisher_gap = Sec(600) + Us(1); }},
      {kFine, [](auto& c) { c.buffer_span = Ms(500); }},
      {"buffer_span", [](auto& c) { c.buffer_span = Ms(500) - Us(1); }},
      {"buffer_span", [](auto& c) { c.buffer_span = Sec(30) + Us(1); }},
      {kFine, [](auto& c) { c.buffer_size = DataSize::Mebibytes(256); }},
      {"buffer_size", [](auto& c) { c.buffer_size = DataSize::Mebibytes(1) - Bytes(1); }},
      {"buffer_size", [](auto& c) { c.buffer_size = DataSize::Mebibytes(256) + Bytes(1); }},
      {kFine, [](auto& c) { c.max_redirects = 0; }},
      {kFine, [](auto& c) { c.max_redirects = 20; }},
      {"max_redirects", [](auto& c) { c.max_redirects = -1; }},
      {"max_redirects", [](auto& c) { c.max_redirects = 21; }},
      {"reconnect.factor", [](auto& c) { c.reconnect.factor = 0; }},
  });
}

}  // namespace
}  // namespace onair
