// SPDX-License-Identifier: Apache-2.0
#include "samples/publish/report.h"

#include <cstdio>
#include <utility>

#include "transport/qos/words.h"

namespace onair::samples {
namespace {

const char* NameOf(PublishState state) {
  switch (state) {
    case PublishState::kConnecting:
      return "connecting";
    case PublishState::kLive:
      return "live";
    case PublishState::kReconnecting:
      return "reconnecting";
    case PublishState::kEnded:
      return "ended";
  }
  return "";
}

// One name for all dialects of WebRTC.
std::string TransportOf(const std::string& url) {
  const std::string scheme = url.substr(0, url.find(':'));
  for (const char* dialect : {"whip+http", "whip+https", "artc", "webrtc"}) {
    if (scheme == dialect) return "rts";
  }
  return scheme;
}

// Before the encoder, at the network's wish or for want of time, and before the socket.
std::int64_t DroppedOf(const DestinationStats& destination, const PublisherStats& all) {
  return all.frames_dropped + all.frames_skipped + destination.session.frames_dropped;
}

double KbpsOf(DataSize size, TimeDelta span) {
  return (size / span).kbps_f();
}

// The share of packets that were lost since `before`; empty where nothing was sent.
std::optional<double> LossPercent(const std::optional<PacketCounts>& packets,
                                  const PacketCounts& before) {
  if (!packets || packets->sent <= before.sent) return std::nullopt;
  const auto lost = static_cast<double>(packets->lost - before.lost);
  return 100 * lost / static_cast<double>(packets->sent - before.sent);
}

// What a service sorts sessions by.
Json OfQos(const QosStats& stats) {
  const QosChoice& choice = stats.choice;
  Json parameters = Json::object();
  for (const cc::Parameter& one : choice.parameters) parameters[one.name] = Number(one.value);
  return {{"version", choice.policy_version},
          {"experiment", choice.experiment},
          {"arm", choice.arm},
          {"network", qos::WordOf(stats.network)},
          {"controller", choice.controller},
          {"parameters", std::move(parameters)},
          {"changes", stats.changes}};
}

// The fields that belong to one destination.
Json OfDestination(const DestinationStats& destination, const PublisherStats& all, TimeDelta span) {
  const PublishSessionStats& s = destination.session;
  Json out;
  out["url"] = destination.url;
  out["transport"] = TransportOf(destination.url);
  out["connect_ms"] = MsBetween(s.started_at, s.live_at);
  out["first_frame_sent_ms"] = MsBetween(s.started_at, s.first_frame_at);
  out["frames"] = {{"captured", all.frames_captured},
                   {"encoded", all.frames_encoded},
                   {"sent", s.frames_sent},
                   {"dropped", DroppedOf(destination, all)}};
  out["bytes_sent"] = s.bytes_sent.bytes();
  out["bitrate_kbps"] = {{"video", Number(KbpsOf(s.video_bytes_sent, span))},
                         {"audio", Number(KbpsOf(s.audio_bytes_sent, span))},
                         {"total", Number(KbpsOf(s.bytes_sent, span))}};
  out["send_delay_ms"] = Spread(destination.send_delay);
  out["rtt_ms"] = Quantiles(destination.rtt);
  const auto loss = LossPercent(destination.packets, {});
  out["loss_percent"] = loss ? Number(*loss) : Json();
  out["keyframes"] = s.key_frames_sent;
  out["reconnects"] = s.reconnects;
  out["qos"] = destination.qos ? OfQos(*destination.qos) : Json();
  out["error"] = ErrorText(destination.error);
  return out;
}

}  // namespace

PublishReport::PublishReport(Timestamp started_at, std::string session_id)
    : started_at_(started_at), session_id_(std::move(session_id)), sampled_at_(started_at) {}

void PublishReport::Sample(const PublisherStats& stats, Timestamp now) {
  outputs_.resize(stats.destinations.size());
  for (std::size_t i = 0; i < outputs_.size(); ++i) {
    const DestinationStats& destination = stats.destinations[i];
    const DataSize sent = destination.session.bytes_sent;
    Output& output = outputs_[i];
    output.timeline.push_back(
        {.at = now,
         .target_kbps = stats.target_rate.kbps_f(),
         .sent_kbps = KbpsOf(sent - output.sent_before, now - sampled_at_),
         .fps = stats.frame_rate,
         .size = stats.picture_size,
         .queue = destination.session.queue_span,
         .rtt = destination.rtt_now,
         .loss_percent = LossPercent(destination.packets, output.packets_before),
         .state = destination.session.state});
    output.sent_before = sent;
    output.packets_before = destination.packets.value_or(PacketCounts{});
  }
  sampled_at_ = now;
}

// The first destination's fields, the run's own error, and all of them again where there are
// several.
Json PublishReport::Finish(const PublisherStats& stats, const std::optional<Error>& error,
                           Timestamp now) const {
  const TimeDelta span = now - started_at_;
  Json out = OfOutput(0, stats, span);
  if (error) out["error"] = ErrorText(error);
  if (stats.destinations.size() < 2) return out;
  const Json timeline = std::move(out["timeline"]);
  out.erase("timeline");  // Long: it stays the last.
  out["outputs"] = Json::array();
  for (std::size_t i = 0; i < stats.destinations.size(); ++i) {
    out["outputs"].push_back(OfOutput(i, stats, span));
  }
  out["timeline"] = timeline;
  return out;
}

Json PublishReport::OfOutput(std::size_t index, const PublisherStats& stats, TimeDelta span) const {
  Json out = index < stats.destinations.size()
                 ? OfDestination(stats.destinations[index], stats, span)
                 : Json::object();
  const ProcessUsage usage = UsageNow();
  out["session_id"] = session_id_.empty() ? Json() : Json(session_id_);
  out["duration_s"] = Number(span.seconds_f());
  out["encoder"] = stats.encoder.empty() ? Json() : Json(stats.encoder);
  out["encode_ms"] = Spread(stats.encode);
  out["beauty_ms"] = Spread(stats.beauty);
  out["face_ms"] = stats.faces ? Spread(stats.faces->follow) : Json();
  out["face_detect_ms"] = stats.faces ? Spread(stats.faces->detect) : Json();
  out["picture_to_bits_ms"] = Spread(stats.picture_to_bits);
  out["pictures_with_faces"] = stats.faces ? Json(stats.faces->pictures_with_faces) : Json();
  out["cpu_percent"] = Number(100.0 * usage.cpu.seconds_f() / span.seconds_f());
  out["peak_rss_mb"] = Number(usage.peak_rss_mb);
  out["timeline"] = index < outputs_.size() ? Timeline(outputs_[index]) : Json::array();
  return out;
}

Json PublishReport::Timeline(const Output& output) const {
  Json rows = Json::array();
  for (const Row& row : output.timeline) {
    rows.push_back({{"t_s", Number((row.at - started_at_).seconds_f())},
                    {"target_kbps", Number(row.target_kbps)},
                    {"sent_kbps", Number(row.sent_kbps)},
                    {"fps", Number(row.fps)},
                    {"width", row.size.width},
                    {"height", row.size.height},
                    {"queue_ms", Ms(row.queue)},
                    {"rtt_ms", Ms(row.rtt)},
                    {"loss_percent", row.loss_percent ? Number(*row.loss_percent) : Json()},
                    {"state", NameOf(row.state)}});
  }
  return rows;
}

std::string PublishReport::StatusText(const PublisherStats& stats, Timestamp now) {
  if (stats.destinations.empty()) return "";
  const DestinationStats& first = stats.destinations.front();
  const bool has_row = !outputs_.empty() && !outputs_.front().timeline.empty();
  const double sent_kbps = has_row ? outputs_.front().timeline.back().sent_kbps : 0;
  const bool is_poor = first.network == NetworkQuality::kPoor;
  char text[200];
  std::snprintf(
      text, sizeof text,
      "%5.0f s  %-12s %5.0f of %5.0f kbit/s  %dx%d  %4.1f fps  delay %3.0f ms  queue %4.0f ms  "
      "dropped %lld%s",
      (now - started_at_).seconds_f(), NameOf(first.session.state), sent_kbps,
      stats.target_rate.kbps_f(), stats.picture_size.width, stats.picture_size.height,
      stats.frame_rate, first.send_delay.Quantile(0.5).value_or(TimeDelta::Zero()).ms_f(),
      first.session.queue_span.ms_f(), static_cast<long long>(DroppedOf(first, stats)),
      is_poor ? "  network poor" : "");
  return text;
}

}  // namespace onair::samples
