// SPDX-License-Identifier: Apache-2.0
#include "samples/play/report.h"

#include <cstdio>
#include <utility>

#include "core/base/url.h"

namespace onair::samples {
namespace {

const char* NameOf(PlayState state) {
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
      return "waiting";
    case PlayState::kPaused:
      return "paused";
  }
  return "";
}

std::string Shown(const std::string& text) {
  const auto url = ParseUrl(text);
  return url ? Redact(*url) : text;
}

const char* NameOf(PreloadTier tier) {
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

const char* NameOf(SwitchCause cause) {
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

Json Switches(const std::vector<SwitchRow>& rows) {
  Json out = Json::array();
  for (const SwitchRow& row : rows) {
    out.push_back({{"t_s", Number(row.at.seconds_f())},
                   {"cause", NameOf(row.cause)},
                   {"url", row.url},
                   {"done", row.is_done},
                   {"error", ErrorText(row.error)},
                   {"ms", Ms(row.took)}});
  }
  return out;
}

Json Preload(const std::optional<PreloadStats>& stats) {
  if (!stats) return nullptr;
  Json out{{"hits", stats->hits},
           {"misses", stats->misses},
           {"evictions", stats->evictions},
           {"failures", stats->failures},
           {"unsupported", stats->unsupported},
           {"pictures_decoded", stats->pictures_decoded},
           {"bytes_received", stats->bytes_received.bytes()},
           {"bytes_used", stats->bytes_used.bytes()},
           {"memory_kb", Number(static_cast<double>(stats->memory.bytes()) / 1000)},
           {"kbps", Number(stats->rate.kbps_f())},
           {"rooms", Json::array()}};
  for (const auto& room : stats->rooms) {
    out["rooms"].push_back(
        {{"url", Shown(room.url)},
         {"distance", room.distance},
         {"wanted", NameOf(room.wanted)},
         {"ready", NameOf(room.ready)},
         {"kbps", Number(room.rate.kbps_f())},
         {"memory_kb", Number(static_cast<double>(room.memory.bytes()) / 1000)}});
  }
  return out;
}

std::string ProtocolOf(const std::string& url) {
  for (const char* scheme : {"rts:", "whep+", "artc:", "webrtc:"}) {
    if (url.starts_with(scheme)) return "rts";
  }
  if (url.substr(0, url.find('?')).ends_with(".m3u8")) return "hls";
  if (url.starts_with("file:") || url.find("://") == std::string::npos) return "file";
  if (url.starts_with("rtmps")) return "rtmps";
  if (url.starts_with("rtmp")) return "rtmp";
  return url.starts_with("https") ? "https-flv" : "http-flv";
}

Json SecondsOf(const std::optional<TimeDelta>& span) {
  return span ? Number(span->seconds_f()) : Json();
}

Json Parts(const PlayerStats& stats) {
  const OpeningStages& o = stats.session.opening;
  const auto at = [&](std::optional<Timestamp> done) { return MsBetween(stats.started_at, done); };
  return {{"resolve", at(o.resolved)},
          {"connect", at(o.connected)},
          {"tls", at(o.secured)},
          {"request", at(o.requested)},
          {"first_byte", at(o.first_byte)},
          {"first_keyframe", at(o.first_key_frame)},
          {"decode", at(stats.first_decoded_at)},
          {"render", at(stats.first_presented_at)}};
}

// Each part with the moment it began: what overlaps can be told from what waits.
Json PartSpans(const PlayerStats& stats) {
  const OpeningStages& o = stats.session.opening;
  Json out = Json::object();
  std::optional<Timestamp> before = stats.started_at;
  const auto part = [&](const char* name, std::optional<Timestamp> from,
                        std::optional<Timestamp> to) {
    out[name] =
        to ? Json::array({MsBetween(stats.started_at, from), MsBetween(stats.started_at, to)})
           : Json();
  };
  const auto next = [&](const char* name, std::optional<Timestamp> done) {
    part(name, before, done);
    if (done) before = done;
  };
  next("resolve", o.resolved);
  next("connect", o.connected);
  next("tls", o.secured);
  next("request", o.requested);
  next("first_byte", o.first_byte);
  next("first_keyframe", o.first_key_frame);
  next("decode", stats.first_decoded_at);
  next("render", stats.first_presented_at);
  part("decoder_open", stats.decoder_open_began_at, stats.decoder_opened_at);
  part("sound", o.first_key_frame, stats.first_heard_at);
  return out;
}

}  // namespace

PlayReport::PlayReport(std::string url, Timestamp started_at)
    : url_(std::move(url)), started_at_(started_at), sampled_at_(started_at) {}

void PlayReport::Sample(const PlayerStats& stats, Timestamp now) {
  const DataSize received = stats.session.bytes_received;
  // Another room begins to count anew.
  const DataSize came = received < received_before_ ? received : received - received_before_;
  kbps_ = (came / (now - sampled_at_)).kbps_f();
  received_before_ = received;
  sampled_at_ = now;
  timeline_.push_back({.at = now,
                       .buffered = stats.session.buffered,
                       .latency = stats.latency_now,
                       .kbps = kbps_,
                       .fps = stats.frame_rate,
                       .rate = stats.session.playback_rate,
                       .state = stats.session.state});
}

Json PlayReport::Finish(const PlayerStats& stats, const RoomsReport& rooms,
                        const std::optional<Error>& error, Timestamp now) const {
  const PlaySessionStats& s = stats.session;
  const TimeDelta span = now - started_at_;
  const ProcessUsage usage = UsageNow();
  Json out;
  out["url"] = Shown(url_);
  out["protocol"] = ProtocolOf(url_);
  out["duration_s"] = Number(span.seconds_f());
  out["first_frame_ms"] = MsBetween(stats.started_at, stats.first_presented_at);
  out["first_frame_parts"] = Parts(stats);
  out["first_frame_spans"] = PartSpans(stats);
  out["first_sound_ms"] = MsBetween(stats.started_at, stats.first_heard_at);
  out["tls_resumed"] = stats.is_tls_resumed;
  out["connect_attempts"] = stats.connect_attempts;
  out["process_to_first_frame_ms"] = MsBetween(ProcessStart(), stats.first_presented_at);
  out["zap_ms"] = rooms.zaps.empty() ? Json() : Ms(rooms.zaps.front().took);
  out["zaps"] = Json::array();
  for (const ZapRow& zap : rooms.zaps) {
    out["zaps"].push_back({{"t_s", Number(zap.at.seconds_f())},
                           {"url", zap.room},
                           {"preloaded", NameOf(zap.preloaded)},
                           {"ms", Ms(zap.took)}});
  }
  out["preload"] = Preload(rooms.preload);
  out["latency_ms"] = Spread(stats.latency);
  out["buffer_ms"] = Quantiles(stats.buffered);
  out["frames"] = {{"received", s.video_frames_received},
                   {"decoded", stats.frames_decoded},
                   {"rendered", stats.frames_presented},
                   {"dropped", s.frames_dropped + stats.frames_dropped},
                   {"repeated", nullptr}};
  out["stalls"] = {{"count", s.stalls}, {"total_ms", Ms(s.stalled_for)}};
  out["freeze_percent"] = Number(stats.freeze_percent);
  out["av_offset_ms"] = Quantiles(stats.av_offset);
  out["playback_rate"] = {{"min", Number(stats.playback_rate_min)},
                          {"max", Number(stats.playback_rate_max)}};
  out["bytes_received"] = s.bytes_received.bytes();
  out["fallbacks"] = stats.fallbacks;
  out["switches"] = stats.switches;
  out["switches_failed"] = stats.switches_failed;
  out["switch_rows"] = Switches(rooms.switches);
  out["quality"] = {{"index", stats.quality ? Json(*stats.quality) : Json()},
                    {"automatic", stats.quality_mode == QualityMode::kAutomatic},
                    {"bandwidth_kbps", Number(stats.bandwidth.kbps_f())}};
  out["url_at_end"] = Shown(stats.url);
  out["reconnects"] = s.reconnects;
  out["media_s"] = {{"position", SecondsOf(stats.place.position)},
                    {"duration", SecondsOf(stats.place.duration)}};
  out["recorded"] = {{"pictures", stats.pictures_recorded},
                     {"not_recorded", stats.pictures_not_recorded},
                     {"bytes", stats.recorded.bytes()}};
  out["publisher_gaps"] = s.publisher_gaps;
  out["audio_gaps"] = stats.audio_gaps;
  out["longest_audio_gap_ms"] = Ms(stats.longest_audio_gap);
  out["decode_errors"] = stats.decode_errors;
  out["cpu_percent"] = Number(100.0 * usage.cpu.seconds_f() / span.seconds_f());
  out["peak_rss_mb"] = Number(usage.peak_rss_mb);
  out["error"] = ErrorText(error);
  out["timeline"] = Json::array();
  for (const Row& row : timeline_) {
    out["timeline"].push_back({{"t_s", Number((row.at - started_at_).seconds_f())},
                               {"buffer_ms", Ms(row.buffered)},
                               {"latency_ms", Ms(row.latency)},
                               {"kbps", Number(row.kbps)},
                               {"fps", Number(row.fps)},
                               {"rate", Number(row.rate)},
                               {"state", NameOf(row.state)}});
  }
  return out;
}

std::string PlayReport::StatusText(const PlayerStats& stats, Timestamp now) const {
  char text[160];
  const double latency = stats.latency_now ? stats.latency_now->ms_f() : 0;
  std::snprintf(
      text, sizeof text,
      "%5.0f s  %-12s %5.0f kbit/s  %4.1f fps  delay %4.0f ms  buffer %4.0f ms  stalls %lld",
      (now - started_at_).seconds_f(), NameOf(stats.session.state), kbps_, stats.frame_rate,
      latency, stats.session.buffered.ms_f(), static_cast<long long>(stats.session.stalls));
  return text;
}

}  // namespace onair::samples
