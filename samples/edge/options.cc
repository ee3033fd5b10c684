// SPDX-License-Identifier: Apache-2.0
#include "samples/edge/options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>

namespace onair::edge {
namespace {

using Wish = CommandLine::Wish;

constexpr const char* kAbout =
    "onair-edge: takes live streams by RTMP and WHIP and hands them on by RTMP, HTTP-FLV and "
    "WHEP.\n"
    "\n"
    "  publish   rtmp://HOST:RTMP/app/stream[?key=KEY]\n"
    "            http://HOST:HTTP/rtc/v1/whip/?app=app&stream=stream[&key=KEY]  (or Bearer KEY)\n"
    "  watch     rtmp://HOST:RTMP/app/stream    http://HOST:HTTP/app/stream.flv\n"
    "            http://HOST:HTTP/rtc/v1/whep/?app=app&stream=stream\n"
    "  look      http://HOST:HTTP/  /api/streams (JSON)  /metrics (Prometheus)\n"
    "\n"
    "Prints 'ready rtmp=HOST:PORT http=HOST:PORT rtc=HOST:PORT' on stdout when it serves. SIGINT\n"
    "and SIGTERM stop it cleanly. Exit status: 0 done, 1 failed, 2 wrong usage.";

// Text values as they stand on the command line.
struct Raw {
  std::vector<std::string> tls;
  std::string gop_cache = "on";
  std::string join = "auto";
  int burst_mbps = 400;
  std::string takeover = "same-key";
  std::string config_file;
  std::string trace_file;
  double grace_s = 3;
  double lost_grace_s = 30;
  double publisher_timeout_s = 6;
  std::int64_t max_memory_mib = 1'024;
  int max_streams = 1'000;
  int max_viewers = 10'000;
};

void Declare(CLI::App& app, Options& options, Raw& raw) {
  EdgeConfig& edge = options.edge;
  app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  app.add_option("--rtmp", edge.rtmp_port, "port for RTMP; 0 takes a free one")
      ->type_name("PORT")
      ->capture_default_str();
  app.add_option("--http", edge.http_port, "port for HTTP; 0 takes a free one")
      ->type_name("PORT")
      ->capture_default_str();
  app.add_option("--rtc", edge.rtc_port,
                 "UDP port for WebRTC; 0 takes the number of the HTTP port where it is free, else "
                 "any free one")
      ->type_name("PORT")
      ->capture_default_str();
  app.add_option("--rtc-address", edge.rtc_addresses,
                 "address by which WebRTC peers reach this machine through a NAT that hands on the "
                 "UDP port; may be given again, told beside the machine's own")
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->type_name("ADDRESS");
  app.add_option("--listen", edge.listen,
                 "literal address to serve at; 0.0.0.0 or :: is everywhere")
      ->type_name("ADDRESS")
      ->capture_default_str();
  app.add_option("--publish-key", edge.publish_key,
                 "publishers must add ?key=K to their address (anybody may publish)")
      ->type_name("K");
  app.add_option("--takeover", raw.takeover,
                 "who may go on with a stream that is published: never, same-key (who gives the "
                 "publish key) or always (anybody)")
      ->type_name("WHO")
      ->check(CLI::IsMember({"never", "same-key", "always"}).description(""))
      ->capture_default_str();
  app.add_option("--reconnect-to", options.reconnect_to,
                 "on SIGTERM and SIGINT send RTMP clients there first (rtmp://host/app, //host/app "
                 "or /app) and give them 3 s")
      ->type_name("URL");
  app.add_option("--tls", raw.tls,
                 "PEM files: certificate chain and key. Both ports then speak TLS only: rtmps "
                 "and https (plain)")
      ->type_name("CERT,KEY")
      ->delimiter(',')
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  app.add_option("--gop-cache", raw.gop_cache,
                 "on: viewers start at once with the newest key frame; off: they start live, "
                 "with the next one")
      ->type_name("on|off")
      ->check(CLI::IsMember({"on", "off"}).description(""))
      ->capture_default_str();
  app.add_option("--join", raw.join,
                 "what RTMP and HTTP-FLV viewers get of the cached group: group (all of it), key "
                 "(its key frame, then the next group), next (nothing old), or auto: by its age, "
                 "the time between key frames and what the viewer's line carries")
      ->type_name("auto|group|key|next")
      ->check(CLI::IsMember({"auto", "group", "key", "next"}).description(""))
      ->capture_default_str();
  app.add_option("--burst-rate", raw.burst_mbps,
                 "what the cached groups on their way to joiners may take together, 1..100000; "
                 "each takes twice its stream's rate at least")
      ->type_name("MBIT/S")
      ->check(CLI::Range(1, 100'000).description(""))
      ->capture_default_str();
  app.add_option(
         "--grace", raw.grace_s,
         "viewers wait this long for a publisher that stopped in order to come back, 0..600")
      ->type_name("SECONDS")
      ->check(CLI::Range(0.0, 600.0).description(""))
      ->capture_default_str();
  app.add_option("--lost-grace", raw.lost_grace_s,
                 "the same for one whose connection was lost, 0..600; below --grace counts as "
                 "--grace")
      ->type_name("SECONDS")
      ->check(CLI::Range(0.0, 600.0).description(""))
      ->capture_default_str();
  app.add_option("--publisher-timeout", raw.publisher_timeout_s,
                 "a publisher that sends no media for this long is gone, 1..600")
      ->type_name("SECONDS")
      ->check(CLI::Range(1.0, 600.0).description(""))
      ->capture_default_str();
  app.add_option("--max-memory", raw.max_memory_mib,
                 "for streams, queues and connections together; at it caches are dropped, new "
                 "publishers and viewers refused, 4..1048576")
      ->type_name("MIB")
      ->check(CLI::Range(4, 1'048'576).description(""))
      ->capture_default_str();
  app.add_option("--max-connections", edge.max_connections, "connections per port")
      ->type_name("N")
      ->check(CLI::Range(1, 100'000).description(""))
      ->capture_default_str();
  app.add_option("--max-sessions", edge.max_sessions, "WebRTC publishers and viewers at a time")
      ->type_name("N")
      ->check(CLI::Range(1, 100'000).description(""))
      ->capture_default_str();
  app.add_option("--max-streams", raw.max_streams, "streams at a time")
      ->type_name("N")
      ->check(CLI::Range(1, 100'000).description(""))
      ->capture_default_str();
  app.add_option("--max-viewers", raw.max_viewers, "viewers per stream")
      ->type_name("N")
      ->check(CLI::Range(1, 1'000'000).description(""))
      ->capture_default_str();
  app.add_option("--report", options.report_file, "write one JSON object at the end")
      ->type_name("FILE");
  app.add_option("--config", raw.config_file,
                 "JSON object whose keys are option names, such as {\"rtmp\": 0}; the command "
                 "line goes before it")
      ->type_name("FILE");
  app.add_flag("--quiet", options.is_quiet, "no status line on stderr");
  app.add_option("--trace", raw.trace_file)->group("");  // Known, but not in this build.
}

tl::unexpected<Error> Refuse(const std::string& why) {
  return Fail(ErrorCode::kInvalidConfig, why);
}

// The arguments that a JSON object of options stands for.
Result<std::vector<std::string>> ArgumentsOf(const std::string& path) {
  std::ifstream file(path);
  if (!file) return Refuse("cannot read " + path);
  const auto json = nlohmann::json::parse(file, nullptr, false);
  if (!json.is_object()) return Refuse(path + " is not a JSON object");
  std::vector<std::string> out;
  for (const auto& [key, value] : json.items()) {
    if (value.is_boolean()) {
      if (value.get<bool>()) out.push_back("--" + key);
      continue;
    }
    if (!value.is_string() && !value.is_number()) {
      return Refuse(path + ": '" + key + "' is neither text, number nor boolean");
    }
    out.push_back("--" + key + "=" + (value.is_string() ? value.get<std::string>() : value.dump()));
  }
  return out;
}

Status Finish(Options& options, const Raw& raw) {
  if (!raw.trace_file.empty()) return Refuse("--trace is not in this build");
  EdgeConfig& edge = options.edge;
  edge.publisher_grace = TimeDelta::SecondsF(raw.grace_s);
  edge.lost_publisher_grace = TimeDelta::SecondsF(raw.lost_grace_s);
  edge.publisher_timeout = TimeDelta::SecondsF(raw.publisher_timeout_s);
  edge.max_memory = DataSize::Mebibytes(raw.max_memory_mib);
  edge.streams.max_streams = raw.max_streams;
  edge.streams.stream.max_viewers = raw.max_viewers;
  edge.streams.stream.gop_cache =
      raw.gop_cache == "on" ? relay::GopCache::kOn : relay::GopCache::kOff;
  edge.burst_rate = DataRate::KilobitsPerSec(raw.burst_mbps * std::int64_t{1'000});
  edge.join = raw.join == "group"  ? relay::Join::kNewestGroup
              : raw.join == "key"  ? relay::Join::kNewestKeyFrame
              : raw.join == "next" ? relay::Join::kNextKeyFrame
                                   : relay::Join::kAuto;
  edge.takeover = raw.takeover == "always"     ? Takeover::kAlways
                  : raw.takeover == "same-key" ? Takeover::kSameKey
                                               : Takeover::kNever;
  if (!raw.tls.empty()) {
    if (raw.tls.size() != 2) return Refuse("--tls wants CERT,KEY");
    auto identity = tls::ServerIdentity::Load(raw.tls[0], raw.tls[1]);
    if (!identity) return Refuse("--tls: " + ToString(identity.error()));
    edge.identity = std::move(*identity);
  }
  return edge.Validate();
}

// CLI11 wants the arguments last one first.
void Parse(CLI::App& app, std::vector<std::string> arguments) {
  std::reverse(arguments.begin(), arguments.end());
  app.parse(std::move(arguments));
}

std::string OneLine(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

CommandLine Refused(const std::string& why) {
  return {Wish::kRefuse, {}, OneLine(why)};
}

}  // namespace

CommandLine ParseCommandLine(const std::vector<std::string>& arguments) {
  CommandLine line;
  Raw raw;
  CLI::App app(kAbout, "onair-edge");
  app.set_help_flag("--help", "print this and exit");
  app.set_version_flag("--version", "onair-edge " ONAIR_VERSION);
  Declare(app, line.options, raw);
  try {
    Parse(app, arguments);
    if (!raw.config_file.empty()) {
      auto from_file = ArgumentsOf(raw.config_file);
      if (!from_file) return Refused(from_file.error().detail);
      from_file->insert(from_file->end(), arguments.begin(), arguments.end());
      Parse(app, *from_file);
    }
  } catch (const CLI::CallForHelp&) {
    return {Wish::kPrint, {}, app.help()};
  } catch (const CLI::CallForVersion&) {
    return {Wish::kPrint, {}, "onair-edge " ONAIR_VERSION "\n"};
  } catch (const CLI::Error& error) {
    return Refused(error.what());
  }
  if (auto status = Finish(line.options, raw); !status) return Refused(status.error().detail);
  return line;
}

}  // namespace onair::edge
