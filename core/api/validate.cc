// SPDX-License-Identifier: Apache-2.0
//
// The ranges that the config headers state, in the order of their fields.
#include <cmath>
#include <string_view>

#include "core/api/beauty_config.h"
#include "core/api/control_config.h"
#include "core/api/fallback_config.h"
#include "core/api/name_source.h"
#include "core/api/play_config.h"
#include "core/api/preload_config.h"
#include "core/api/publish_config.h"
#include "core/api/quality_config.h"
#include "core/api/reconnect_config.h"
#include "core/api/uplink_probe.h"

namespace onair {
namespace {

Status Refuse(std::string_view field) {
  return Fail(ErrorCode::kInvalidConfig, std::string(field));
}

template <typename T>
bool IsOutside(T value, T low, T high) {
  return !(value >= low && value <= high);  // NaN is outside.
}

bool IsEvenSide(int side) {
  return side % 2 == 0 && !IsOutside(side, 16, 4096);
}

bool IsAacRate(int rate) {
  for (const int known : {16000, 22050, 24000, 32000, 44100, 48000}) {
    if (rate == known) return true;
  }
  return false;
}

constexpr TimeDelta Ms(std::int64_t ms) {
  return TimeDelta::Millis(ms);
}
constexpr TimeDelta Sec(std::int64_t s) {
  return TimeDelta::Seconds(s);
}
constexpr DataRate Kbps(std::int64_t k) {
  return DataRate::KilobitsPerSec(k);
}

}  // namespace

Status ReconnectConfig::Validate() const {
  if (IsOutside(max_attempts, 0, 1000)) return Refuse("reconnect.max_attempts");
  if (IsOutside(first_delay, Ms(0), Sec(60))) return Refuse("reconnect.first_delay");
  if (IsOutside(max_delay, first_delay, Sec(600))) return Refuse("reconnect.max_delay");
  if (IsOutside(factor, 1.0, 10.0)) return Refuse("reconnect.factor");
  if (IsOutside(jitter, 0.0, 1.0)) return Refuse("reconnect.jitter");
  return {};
}

Status NameCacheConfig::Validate() const {
  constexpr TimeDelta kWeek = TimeDelta::Seconds(7 * 24 * 3600);
  constexpr TimeDelta kDay = TimeDelta::Seconds(24 * 3600);
  if (IsOutside(unknown_ttl, Sec(1), kDay)) return Refuse("names.unknown_ttl");
  if (IsOutside(least_ttl, Sec(0), Sec(3600))) return Refuse("names.least_ttl");
  if (IsOutside(most_ttl, least_ttl, kWeek)) return Refuse("names.most_ttl");
  if (IsOutside(keep_fresh, Sec(0), kDay)) return Refuse("names.keep_fresh");
  if (IsOutside(stale_for, Sec(0), kWeek)) return Refuse("names.stale_for");
  if (IsOutside(stale_wait, Sec(0), Sec(10))) return Refuse("names.stale_wait");
  if (IsOutside(recheck_after, Sec(0), Sec(3600))) return Refuse("names.recheck_after");
  if (IsOutside<std::size_t>(names, 1, 4096)) return Refuse("names.names");
  return {};
}

Status PreloadConfig::Validate() const {
  if (IsOutside(rooms, 0, 64)) return Refuse("preload.rooms");
  if (IsOutside(picture_distance, 0, 64)) return Refuse("preload.picture_distance");
  if (IsOutside(gop_distance, picture_distance, 64)) return Refuse("preload.gop_distance");
  if (IsOutside(connect_distance, gop_distance, 64)) return Refuse("preload.connect_distance");
  if (IsOutside(memory, DataSize::Zero(), DataSize::Mebibytes(1024))) {
    return Refuse("preload.memory");
  }
  if (IsOutside(bandwidth, Kbps(0), Kbps(1'000'000))) return Refuse("preload.bandwidth");
  if (IsOutside(assumed_rate, Kbps(100), Kbps(100'000))) return Refuse("preload.assumed_rate");
  if (IsOutside(metered_tier, PreloadTier::kNone, PreloadTier::kFirstPicture)) {
    return Refuse("preload.metered_tier");
  }
  if (IsOutside(metered_rooms, 0, 64)) return Refuse("preload.metered_rooms");
  if (IsOutside(gop_size, DataSize::Kibibytes(64), DataSize::Mebibytes(64))) {
    return Refuse("preload.gop_size");
  }
  return {};
}

Status UplinkProbeConfig::Validate() const {
  if (IsOutside(duration, Sec(3), Sec(30))) return Refuse("probe.duration");
  if (IsOutside(connect_timeout, Ms(500), Sec(60))) return Refuse("probe.connect_timeout");
  if (IsOutside(most_rate, Kbps(500), Kbps(100'000))) return Refuse("probe.most_rate");
  if (IsOutside(most_bytes, DataSize::Kibibytes(256), DataSize::Mebibytes(128))) {
    return Refuse("probe.most_bytes");
  }
  if (IsOutside(audio_rate, Kbps(0), Kbps(512))) return Refuse("probe.audio_rate");
  return {};
}

Status ControlConfig::Validate() const {
  if (IsOutside(min_rate, Kbps(50), Kbps(50'000))) return Refuse("control.min_rate");
  return {};
}

Status BeautyConfig::Validate() const {
  if (IsOutside(smooth, 0.0F, 1.0F)) return Refuse("beauty.smooth");
  if (IsOutside(whiten, 0.0F, 1.0F)) return Refuse("beauty.whiten");
  if (IsOutside(ruddy, 0.0F, 1.0F)) return Refuse("beauty.ruddy");
  if (IsOutside(sharpen, 0.0F, 1.0F)) return Refuse("beauty.sharpen");
  if (IsOutside(slim, 0.0F, 1.0F)) return Refuse("beauty.slim");
  if (IsOutside(eyes, 0.0F, 1.0F)) return Refuse("beauty.eyes");
  return {};
}

Status VideoConfig::Validate() const {
  if (openh264_library.size() >= 4096) return Refuse("video.openh264_library");
  if (!IsEvenSide(size.width)) return Refuse("video.size.width");
  if (!IsEvenSide(size.height)) return Refuse("video.size.height");
  if (IsOutside(frame_rate, 1.0, 120.0)) return Refuse("video.frame_rate");
  if (IsOutside(gop, Ms(200), Sec(20))) return Refuse("video.gop");
  if (IsOutside(rate, Kbps(50), Kbps(50'000))) return Refuse("video.rate");
  if (IsOutside(vbv, Ms(100), Sec(2))) return Refuse("video.vbv");
  if (preset.empty()) return Refuse("video.preset");
  if (IsOutside(threads, 1, 16)) return Refuse("video.threads");
  if (IsOutside(look_ahead, Ms(0), Sec(1))) return Refuse("video.look_ahead");
  if (IsOutside(roi_strength, 0.0, 1.0)) return Refuse("video.roi_strength");
  return {};
}

Status AudioConfig::Validate() const {
  const bool is_known_rate =
      codec == AudioCodec::kOpus ? format.sample_rate == 48000 : IsAacRate(format.sample_rate);
  if (!is_known_rate) return Refuse("audio.format.sample_rate");
  if (IsOutside(format.channels, 1, 2)) return Refuse("audio.format.channels");
  if (IsOutside(rate, Kbps(16), Kbps(320))) return Refuse("audio.rate");
  const bool is_known_frame =
      opus.frame == Ms(10) || opus.frame == Ms(20) || opus.frame == Ms(40) || opus.frame == Ms(60);
  if (!is_known_frame) return Refuse("audio.opus.frame");
  if (IsOutside(opus.expected_loss, 0.0, 1.0)) return Refuse("audio.opus.expected_loss");
  return {};
}

Status PublishSessionConfig::Validate() const {
  if (IsOutside(connect_timeout, Ms(500), Sec(60))) return Refuse("connect_timeout");
  if (IsOutside(queue_span, Ms(100), Sec(10))) return Refuse("queue_span");
  if (IsOutside(queue_size, DataSize::Kibibytes(64), DataSize::Mebibytes(64))) {
    return Refuse("queue_size");
  }
  if (IsOutside(unsent_limit, DataSize::Kibibytes(4), DataSize::Mebibytes(4))) {
    return Refuse("unsent_limit");
  }
  if (IsOutside(write_stall_timeout, Ms(500), Sec(60))) return Refuse("write_stall_timeout");
  if (IsOutside(standby_after, Ms(200), Sec(60))) return Refuse("standby_after");
  if (IsOutside(url_refresh_timeout, Ms(100), Sec(60))) return Refuse("url_refresh_timeout");
  if (IsOutside(max_redirects, 0, 20)) return Refuse("max_redirects");
  return reconnect.Validate();
}

Status PlaySessionConfig::Validate() const {
  if (IsOutside(fixed_delay, Ms(0), Sec(30))) return Refuse("fixed_delay");
  if (IsOutside(connect_timeout, Ms(500), Sec(60))) return Refuse("connect_timeout");
  if (IsOutside(stall_timeout, Ms(500), Sec(60))) return Refuse("stall_timeout");
  if (IsOutside(usable_timeout, Sec(1), Sec(120))) return Refuse("usable_timeout");
  if (IsOutside(publisher_gap, Sec(0), Sec(600))) return Refuse("publisher_gap");
  if (IsOutside(buffer_span, Ms(500), Sec(30))) return Refuse("buffer_span");
  if (IsOutside(buffer_size, DataSize::Mebibytes(1), DataSize::Mebibytes(256))) {
    return Refuse("buffer_size");
  }
  if (IsOutside(max_redirects, 0, 20)) return Refuse("max_redirects");
  return reconnect.Validate();
}

Status QualityConfig::Validate() const {
  if (IsOutside(climb_after, Sec(1), Sec(300))) return Refuse("quality.climb_after");
  if (IsOutside(most_climb_after, climb_after, Sec(3600))) {
    return Refuse("quality.most_climb_after");
  }
  if (IsOutside(proof, Sec(1), Sec(300))) return Refuse("quality.proof");
  if (IsOutside(share, 0.3, 1.0)) return Refuse("quality.share");
  return {};
}

Status FallbackConfig::Validate() const {
  if (IsOutside(after, Ms(200), Sec(30))) return Refuse("fallback.after");
  if (IsOutside(first_return, Sec(1), Sec(600))) return Refuse("fallback.first_return");
  if (IsOutside(most_return, first_return, Sec(3600))) return Refuse("fallback.most_return");
  return {};
}

}  // namespace onair
