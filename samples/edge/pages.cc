// SPDX-License-Identifier: Apache-2.0
#include "samples/edge/pages.h"

#include <cstdio>
#include <nlohmann/json.hpp>

#include "samples/edge/process.h"

namespace onair::edge {
namespace {

using Json = nlohmann::ordered_json;

// "host:port" without its port; an IPv6 literal keeps its brackets.
std::string HostOf(const std::string& authority) {
  const std::size_t bracket = authority.rfind(']');
  const std::size_t colon = authority.rfind(':');
  const bool has_port =
      colon != std::string::npos && (bracket == std::string::npos || colon > bracket);
  return has_port ? authority.substr(0, colon) : authority;
}

const char* NameOf(VideoCodec codec) {
  return codec == VideoCodec::kH264 ? "h264" : "h265";
}
const char* NameOf(AudioCodec codec) {
  return codec == AudioCodec::kAac ? "aac" : "opus";
}

Json VideoJson(const std::optional<VideoTrack>& video) {
  if (!video) return nullptr;
  return {{"codec", NameOf(video->codec)},
          {"width", video->size.width},
          {"height", video->size.height},
          {"fps", video->frame_rate > 0 ? Json(video->frame_rate) : Json(nullptr)}};
}
Json AudioJson(const std::optional<AudioTrack>& audio) {
  if (!audio) return nullptr;
  return {{"codec", NameOf(audio->codec)},
          {"sample_rate", audio->format.sample_rate},
          {"channels", audio->format.channels}};
}

Json StreamJson(const Place& place, const StreamSnapshot& stream) {
  const std::size_t slash = stream.name.rfind('/');
  const relay::StreamStats& stats = stream.stats;
  return {{"name", stream.name},
          {"app", stream.name.substr(0, slash)},
          {"stream", slash == std::string::npos ? "" : stream.name.substr(slash + 1)},
          {"publishing", stats.is_publishing},
          {"video", VideoJson(stream.tracks.video)},
          {"audio", AudioJson(stream.tracks.audio)},
          {"kbps_in", static_cast<double>(stream.rate_in.bps()) / 1000.0},
          {"viewers", stats.viewers},
          {"viewers_total", stats.viewers_total},
          {"bytes_in", stats.bytes_in.bytes()},
          {"bytes_out", stats.bytes_out.bytes()},
          {"frames_dropped", stats.frames_dropped},
          {"flv", FlvAddress(place, stream.name)},
          {"rtmp", RtmpAddress(place, stream.name)}};
}

// Writes metrics of one name under one head.
class Metrics {
 public:
  Metrics& Head(const char* name, const char* type, const char* help) {
    name_ = std::string("onair_edge_") + name;
    text_ += "# HELP " + name_ + " " + help + "\n# TYPE " + name_ + " " + type + "\n";
    return *this;
  }
  Metrics& Row(double value, const std::string& labels = "") {
    char number[32];
    std::snprintf(number, sizeof number, "%.15g", value);
    text_ += name_ + (labels.empty() ? "" : "{" + labels + "}") + " " + number + "\n";
    return *this;
  }
  Metrics& Row(std::int64_t value, const std::string& labels = "") {
    return Row(static_cast<double>(value), labels);
  }
  std::string Take() { return std::move(text_); }

 private:
  std::string name_;
  std::string text_;
};

void AddRtc(Metrics& out, const RtcStats& rtc) {
  out.Head("rtc_sessions", "gauge", "WebRTC sessions.")
      .Row(rtc.sessions - rtc.connecting, "state=\"connected\"")
      .Row(rtc.connecting, "state=\"connecting\"");
  out.Head("rtc_publishers", "gauge", "Connected publishers over WebRTC.").Row(rtc.publishers);
  out.Head("rtc_sessions_total", "counter", "Offers that were answered.").Row(rtc.sessions_total);
  out.Head("rtc_restarts_total", "counter", "ICE restarts of clients.").Row(rtc.restarts);
  out.Head("rtc_refused_total", "counter", "Offers that were refused.").Row(rtc.refused);
  out.Head("rtc_never_came_total", "counter", "Answered offers without a connection.")
      .Row(rtc.never_came);
  out.Head("rtc_packets_in_total", "counter", "RTP packets received.").Row(rtc.packets_in);
  out.Head("rtc_packets_asked_total", "counter", "RTP packets asked for again.")
      .Row(rtc.packets_asked);
  out.Head("rtc_packets_lost_total", "counter", "RTP packets that never came.")
      .Row(rtc.packets_lost);
  out.Head("rtc_packets_out_total", "counter", "RTP packets sent.").Row(rtc.packets_out);
  out.Head("rtc_packets_resent_total", "counter", "RTP packets sent again, of those.")
      .Row(rtc.packets_resent);
  out.Head("rtc_key_frames_wanted_total", "counter", "Key frames that viewers asked for.")
      .Row(rtc.key_frames_wanted);
  out.Head("rtc_silences_total", "counter",
           "Times that a viewer answered nothing and was sent nothing more meanwhile.")
      .Row(rtc.silences);
  out.Head("rtc_datagrams_strange_total", "counter", "Datagrams of no session.")
      .Row(rtc.datagrams_strange);
}

void AddStreams(Metrics& out, const std::vector<StreamSnapshot>& streams) {
  // Stream names hold no character that a label would have to escape: CheckStreamName().
  const auto each = [&](const char* name, const char* type, const char* help, auto value) {
    if (streams.empty()) return;
    out.Head(name, type, help);
    for (const StreamSnapshot& s : streams) out.Row(value(s), "stream=\"" + s.name + "\"");
  };
  each("stream_viewers", "gauge", "Viewers of the stream.",
       [](const StreamSnapshot& s) { return s.stats.viewers; });
  each("stream_kbps_in", "gauge", "Rate from the publisher over the last second, kbit/s.",
       [](const StreamSnapshot& s) { return static_cast<double>(s.rate_in.bps()) / 1000.0; });
  each("stream_bytes_in_total", "counter", "Media bytes from the publisher.",
       [](const StreamSnapshot& s) { return s.stats.bytes_in.bytes(); });
  each("stream_bytes_out_total", "counter", "Media bytes to all viewers.",
       [](const StreamSnapshot& s) { return s.stats.bytes_out.bytes(); });
  each("stream_frames_dropped_total", "counter", "Frames skipped by slow viewers.",
       [](const StreamSnapshot& s) { return s.stats.frames_dropped; });
}

}  // namespace

std::string RtmpAddress(const Place& place, const std::string& name) {
  const char* scheme = place.security == Security::kTls ? "rtmps" : "rtmp";
  return std::string(scheme) + "://" + HostOf(place.http_authority) + ":" +
         std::to_string(place.rtmp_port) + "/" + name;
}

std::string FlvAddress(const Place& place, const std::string& name) {
  const char* scheme = place.security == Security::kTls ? "https" : "http";
  return std::string(scheme) + "://" + place.http_authority + "/" + name + ".flv";
}

std::string StreamsJson(const Place& place, const std::vector<StreamSnapshot>& streams) {
  Json list = Json::array();
  for (const StreamSnapshot& stream : streams) list.push_back(StreamJson(place, stream));
  // The asker's Host header may hold any bytes.
  return Json{{"streams", list}}.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string MetricsText(const EdgeStats& stats, const std::vector<StreamSnapshot>& streams) {
  const ProcessCost cost = CostOfProcess();
  Metrics out;
  out.Head("connections", "gauge", "Open connections.")
      .Row(stats.rtmp.open, "port=\"rtmp\"")
      .Row(stats.http.open, "port=\"http\"");
  out.Head("connections_total", "counter", "Connections accepted.")
      .Row(stats.rtmp.accepted, "port=\"rtmp\"")
      .Row(stats.http.accepted, "port=\"http\"");
  out.Head("connections_refused_total", "counter", "Connections over the limit.")
      .Row(stats.rtmp.refused, "port=\"rtmp\"")
      .Row(stats.http.refused, "port=\"http\"");
  out.Head("streams", "gauge", "Streams with a publisher or viewers.").Row(stats.streams);
  out.Head("publishers", "gauge", "Publishers.").Row(stats.publishers);
  out.Head("publishers_total", "counter", "Publishers so far.").Row(stats.publishers_total);
  out.Head("publishers_refused_total", "counter", "Wrong key, name taken, or a limit.")
      .Row(stats.publishers_refused);
  out.Head("takeovers_total", "counter", "Streams that went on with another connection.")
      .Row(stats.takeovers);
  out.Head("viewers", "gauge", "Viewers.")
      .Row(stats.viewers_rtmp, "protocol=\"rtmp\"")
      .Row(stats.viewers_flv, "protocol=\"http_flv\"")
      .Row(stats.viewers_rtc, "protocol=\"webrtc\"");
  out.Head("viewers_total", "counter", "Viewers so far.").Row(stats.viewers_total);
  out.Head("viewers_refused_total", "counter", "No such stream, or a limit.")
      .Row(stats.viewers_refused);
  out.Head("viewers_stalled_total", "counter", "Viewers dropped because they took nothing.")
      .Row(stats.viewers_stalled);
  out.Head("joins_total", "counter", "Viewers over RTMP and HTTP-FLV by what they began with.")
      .Row(stats.joins_group, "start=\"group\"")
      .Row(stats.joins_key, "start=\"key_frame\"")
      .Row(stats.joins_next, "start=\"next_key_frame\"");
  out.Head("bursts_cut_total", "counter", "Cached groups left off for a slow line.")
      .Row(stats.bursts_cut);
  out.Head("bursts_paced_total", "counter", "Cached groups sent slower for the sake of others.")
      .Row(stats.bursts_paced);
  AddRtc(out, stats.rtc);
  out.Head("key_frames_asked_total", "counter", "Key frames asked of publishers for viewers.")
      .Row(stats.key_frames_asked);
  out.Head("memory_bytes", "gauge", "Media and requests held: caches, queues, unfinished input.")
      .Row(stats.memory.bytes());
  out.Head("memory_limit_bytes", "gauge", "Where new publishers and viewers are refused.")
      .Row(stats.memory_limit.bytes());
  out.Head("memory_refused_total", "counter", "Publishers and viewers refused for memory.")
      .Row(stats.memory_refused);
  out.Head("caches_dropped_total", "counter", "GOP caches given up for memory.")
      .Row(stats.caches_dropped);
  out.Head("http_requests_total", "counter", "HTTP requests.").Row(stats.http_requests);
  out.Head("http_errors_total", "counter", "Malformed, too large or too slow requests.")
      .Row(stats.http_errors);
  out.Head("frames_dropped_total", "counter", "Frames skipped by slow viewers.")
      .Row(stats.frames_dropped);
  out.Head("bytes_in_total", "counter", "Media bytes from publishers.").Row(stats.bytes_in.bytes());
  out.Head("bytes_out_total", "counter", "Media bytes to viewers.").Row(stats.bytes_out.bytes());
  out.Head("cpu_seconds_total", "counter", "Processor time of this process.")
      .Row(cost.cpu.seconds_f());
  out.Head("peak_rss_mb", "gauge", "Largest resident memory of this process, MiB.")
      .Row(cost.peak_rss_mb);
  AddStreams(out, streams);
  return out.Take();
}

}  // namespace onair::edge
