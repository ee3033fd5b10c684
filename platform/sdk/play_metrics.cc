// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/play_metrics.h"

#include <cmath>
#include <cstdio>
#include <utility>

#include "core/base/url.h"

namespace onair {
namespace {

using Value = std::variant<std::monostate, double, std::string>;

// What the industry calls an opening in a second.
constexpr TimeDelta kSecondsOpen = TimeDelta::Seconds(1);

Value Ms(std::optional<TimeDelta> span) {
  if (!span || !span->is_finite()) return {};
  return span->ms_f();
}
Value Since(std::optional<Timestamp> from, std::optional<Timestamp> to) {
  if (!from || !to) return {};
  return (*to - *from).ms_f();
}
Value CodeOf(const std::optional<Error>& error) {
  if (!error) return {};
  return std::string(Describe(error->code).name);
}
double Count(std::int64_t count) {
  return static_cast<double>(count);
}

std::string NameOf(PlayState state) {
  switch (state) {
    case PlayState::kConnecting:
      return "connecting";
    case PlayState::kPlaying:
      return "playing";
    case PlayState::kStalled:
      return "stalled";
    case PlayState::kReconnecting:
      return "reconnecting";
    case PlayState::kEnded:
      return "ended";
    case PlayState::kAwaitingPublisher:
      return "awaiting_publisher";
    case PlayState::kPaused:
      return "paused";
  }
  return "";
}

std::string NameOf(SwitchPhase phase) {
  switch (phase) {
    case SwitchPhase::kBegan:
      return "began";
    case SwitchPhase::kDone:
      return "done";
    case SwitchPhase::kFailed:
      return "failed";
  }
  return "";
}

std::string NameOf(SwitchCause cause) {
  switch (cause) {
    case SwitchCause::kAsked:
      return "asked";
    case SwitchCause::kBandwidth:
      return "bandwidth";
    case SwitchCause::kFallback:
      return "fallback";
    case SwitchCause::kReturn:
      return "return";
  }
  return "";
}

// An address without what its parts may keep secret.
std::string Shown(const std::string& text) {
  const auto url = ParseUrl(text);
  return url ? Redact(*url) : "";
}

std::string NameOf(PreloadTier tier) {
  switch (tier) {
    case PreloadTier::kNone:
      return "none";
    case PreloadTier::kConnected:
      return "connected";
    case PreloadTier::kNewestGop:
      return "newest_gop";
    case PreloadTier::kFirstPicture:
      return "first_picture";
  }
  return "";
}

std::string NameOf(const std::optional<VideoTrack>& video) {
  if (!video) return "none";
  return video->codec == VideoCodec::kH264 ? "h264" : "h265";
}
std::string NameOf(const std::optional<AudioTrack>& audio) {
  if (!audio) return "none";
  return audio->codec == AudioCodec::kAac ? "aac" : "opus";
}

Metric FirstPicture(TimeDelta since_start, const PlayerStats& stats, Timestamp now) {
  const OpeningStages& o = stats.session.opening;
  const auto& begin = stats.started_at;
  return {"play.first_picture",
          now,
          {{"since_start_ms", Ms(since_start)},
           {"within_1s", since_start <= kSecondsOpen ? 1.0 : 0.0},
           {"preloaded", NameOf(stats.preloaded)},
           {"resolved_ms", Since(begin, o.resolved)},
           {"connected_ms", Since(begin, o.connected)},
           {"secured_ms", Since(begin, o.secured)},
           {"requested_ms", Since(begin, o.requested)},
           {"first_byte_ms", Since(begin, o.first_byte)},
           {"first_keyframe_ms", Since(begin, o.first_key_frame)},
           {"decoded_ms", Since(begin, stats.first_decoded_at)}}};
}

void AppendHealth(const PlayerStats& stats, Timestamp now, std::vector<Metric::Value>& out) {
  const auto& s = stats.session;
  const double watched =
      stats.first_presented_at ? (now - *stats.first_presented_at).seconds_f() : 0;
  const auto per_100s = [&](double total) {
    return watched > 0 ? Value(100 * total / watched) : Value();
  };
  const std::vector<Metric::Value> values = {
      {"watched_s", watched},
      {"stalls", Count(s.stalls)},
      {"stalled_ms", Ms(s.stalled_for)},
      {"stalls_per_100s", per_100s(Count(s.stalls))},
      {"stalled_ms_per_100s", per_100s(s.stalled_for.ms_f())},
      {"freeze_percent", stats.freeze_percent},
      {"delay_p50_ms", Ms(stats.latency.Quantile(0.5))},
      {"delay_p95_ms", Ms(stats.latency.Quantile(0.95))},
      {"delay_max_ms", Ms(stats.latency.max())},
      {"buffer_ms", Ms(s.buffered)},
      {"target_delay_ms", Ms(s.target_delay)},
      {"playback_rate", s.playback_rate},
      {"fps", stats.frame_rate},
      {"av_offset_p95_ms", Ms(stats.av_offset.Quantile(0.95))},
      {"pictures_shown", Count(stats.frames_presented)},
      {"pictures_dropped", Count(s.frames_dropped + stats.frames_dropped)},
      {"sound_gaps", Count(stats.audio_gaps)},
      {"bytes_received", Count(s.bytes_received.bytes())},
      {"reconnects", Count(s.reconnects)},
      {"switches", Count(stats.switches)},
      {"switches_failed", Count(stats.switches_failed)},
      {"fallbacks", Count(stats.fallbacks)},
  };
  out.insert(out.end(), values.begin(), values.end());
}

std::string Quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) >= 0x20) out += c;
  }
  return out + "\"";
}

std::string Decimal(double value) {
  if (!std::isfinite(value)) return "null";
  char text[32];
  std::snprintf(text, sizeof text, "%.3f", value);
  return text;
}

}  // namespace

std::string ToJson(const Metric& metric, Timestamp zero) {
  std::string out =
      "{\"event\":" + Quoted(metric.name) + ",\"t_ms\":" + Decimal((metric.at - zero).ms_f());
  for (const auto& [key, value] : metric.values) {
    out += "," + Quoted(key) + ":";
    if (const auto* number = std::get_if<double>(&value)) {
      out += Decimal(*number);
    } else if (const auto* text = std::get_if<std::string>(&value)) {
      out += Quoted(*text);
    } else {
      out += "null";
    }
  }
  return out + "}";
}

std::optional<Metric> MetricOf(const PlayEvent& event, const PlayerStats& stats, Timestamp now) {
  if (const auto* state = std::get_if<PlayStateEvent>(&event)) {
    return Metric{"play.state",
                  now,
                  {{"state", NameOf(state->state)},
                   {"error", CodeOf(state->error)},
                   {"retry_in_ms", Ms(state->retry_in)}}};
  }
  if (const auto* first = std::get_if<FirstPictureEvent>(&event)) {
    return FirstPicture(first->since_start, stats, now);
  }
  if (const auto* tracks = std::get_if<TracksEvent>(&event)) {
    const auto& video = tracks->tracks.video;
    return Metric{"play.tracks",
                  now,
                  {{"video", NameOf(video)},
                   {"width", video ? Value(static_cast<double>(video->size.width)) : Value()},
                   {"height", video ? Value(static_cast<double>(video->size.height)) : Value()},
                   {"audio", NameOf(tracks->tracks.audio)}}};
  }
  if (const auto* sound = std::get_if<SoundFailedEvent>(&event)) {
    return Metric{"play.sound_failed", now, {{"error", CodeOf(sound->error)}}};
  }
  if (const auto* change = std::get_if<SwitchEvent>(&event)) {
    return Metric{"play.switch",
                  now,
                  {{"phase", NameOf(change->phase)},
                   {"cause", NameOf(change->cause)},
                   {"to", Shown(change->url)},
                   {"error", CodeOf(change->error)},
                   {"took_ms", Ms(change->took)}}};
  }
  return std::nullopt;
}

Metric HealthMetric(const PlayerStats& stats, Timestamp now) {
  Metric metric{"play.health", now, {}};
  AppendHealth(stats, now, metric.values);
  return metric;
}

Metric EndMetric(const PlayerStats& stats, const std::optional<Error>& error, Timestamp now) {
  Metric metric{"play.end", now, {{"error", CodeOf(error)}}};
  metric.values.push_back({"first_picture_ms", Since(stats.started_at, stats.first_presented_at)});
  AppendHealth(stats, now, metric.values);
  return metric;
}

}  // namespace onair
