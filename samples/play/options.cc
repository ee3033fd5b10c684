// SPDX-License-Identifier: Apache-2.0
#include "samples/play/options.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <utility>

#include "platform/sdk/media_session.h"
#include "samples/common/text_file.h"

namespace onair::samples {
namespace {

constexpr std::size_t kMostScriptBytes = std::size_t{1} << 20;  // Far more than all its steps.

std::optional<int> SetBuffer(const CommandLine& line, const std::string& text,
                             PlaySessionConfig& session) {
  if (text == "auto") {
    session.buffer = BufferMode::kAuto;
  } else if (text == "fast") {
    session.buffer = BufferMode::kFast;
  } else if (text == "smooth") {
    session.buffer = BufferMode::kSmooth;
  } else {
    int ms = 0;
    const char* const end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, ms);
    if (parsed.ec != std::errc() || parsed.ptr != end) {
      return line.Refuse("--buffer: '" + text + "' is not auto, fast, smooth or milliseconds");
    }
    session.buffer = BufferMode::kFixed;
    session.fixed_delay = TimeDelta::Millis(ms);
  }
  return std::nullopt;
}

std::optional<int> SetSteps(const CommandLine& line, PlayOptions& o) {
  if (!o.script.empty()) {
    const auto text = ReadText(o.script, kMostScriptBytes);
    if (!text) return line.Refuse("--script: " + ToString(text.error()));
    auto steps = ParseScript(*text);
    if (!steps) return line.Refuse("--script: " + o.script + " " + steps.error().detail);
    o.steps.insert(o.steps.end(), steps->begin(), steps->end());
  }
  if (!o.snapshot.empty()) {
    auto at = ParseAt(o.snapshot);
    if (!at) return line.Refuse("--snapshot: " + at.error().detail);
    o.steps.push_back({TimeDelta::SecondsF(at->second), PlayAction::kSnapshot, at->first});
  }
  if (o.then_switch_s >= 0) {
    if (o.preload.empty()) return line.Refuse("--then-switch: no --preload");
    o.steps.push_back({TimeDelta::SecondsF(o.then_switch_s), PlayAction::kNext, ""});
  }
  for (const ScriptStep& step : o.steps) {
    const bool is_known = step.action != PlayAction::kQuality || step.value == "auto" ||
                          std::strtoul(step.value.c_str(), nullptr, 10) <= o.qualities.size();
    if (!is_known) return line.Refuse("--script: quality " + step.value + ": not in --qualities");
  }
  std::ranges::stable_sort(o.steps, {}, &ScriptStep::at);
  return std::nullopt;
}

// Another address of the stream that is watched.
std::optional<int> CheckAddress(const CommandLine& line, const std::string& option,
                                const std::string& url, PlayerConfig config) {
  config.url = url;
  if (auto status = config.Validate(); !status) {
    return line.Refuse(option + ": " + ToString(status.error()));
  }
  if (IsMediaPlay(url)) return line.Refuse(option + ": '" + url + "' is no live stream");
  return std::nullopt;
}

// With the rates of all of them the player chooses by itself.
std::optional<int> SetQualities(const CommandLine& line, PlayOptions& o, PlayerConfig& config) {
  std::vector<PlayQuality> rated;
  for (std::string& text : o.qualities) {
    const std::size_t sign = text.rfind('@');
    std::int64_t kbps = 0;
    const char* const end = text.data() + text.size();
    const bool has_rate =
        sign != std::string::npos &&
        std::from_chars(text.data() + sign + 1, end, kbps) == std::from_chars_result{end, {}};
    if (has_rate) {
      if (!(kbps >= 1 && kbps <= 1'000'000)) return line.Refuse("--qualities: '" + text + "'");
      text.resize(sign);
    }
    if (const auto status = CheckAddress(line, "--qualities", text, config)) return status;
    if (has_rate) rated.push_back({.url = text, .rate = DataRate::KilobitsPerSec(kbps)});
  }
  if (rated.empty()) return std::nullopt;
  if (rated.size() != o.qualities.size()) return line.Refuse("--qualities: all with @KBPS or none");
  std::ranges::sort(rated, {}, &PlayQuality::rate);
  config.qualities = std::move(rated);
  return std::nullopt;
}

// Before the steps of all options are put in order.
std::optional<int> SetAddresses(const CommandLine& line, PlayOptions& o, PlayerConfig& config) {
  config.fallback_url = o.fallback;
  if (o.is_without_fallback) {
    if (!o.fallback.empty()) return line.Refuse("--no-fallback: not with --fallback");
    config.fallback_use = FallbackUse::kNever;
  }
  const bool has_others = !o.qualities.empty() || !o.switches.empty();
  if (has_others && IsMediaPlay(o.url)) {
    return line.Refuse("--qualities, --switch-at: for live streams");
  }
  if (const auto status = SetQualities(line, o, config)) return status;
  for (const std::string& text : o.switches) {
    double second = -1;
    const std::size_t sign = text.find('=');
    const char* const end = text.data() + std::min(sign, text.size());
    const auto parsed = std::from_chars(text.data(), end, second);
    if (sign == std::string::npos || parsed.ec != std::errc() || parsed.ptr != end ||
        !(second >= 0 && second <= 1e6)) {
      return line.Refuse("--switch-at: '" + text + "' is not SECONDS=URL");
    }
    const std::string url = text.substr(sign + 1);
    if (const auto status = CheckAddress(line, "--switch-at", url, config)) return status;
    o.steps.push_back({TimeDelta::SecondsF(second), PlayAction::kSwitch, url});
  }
  return std::nullopt;
}

std::optional<int> CheckRooms(const CommandLine& line, const PlayOptions& o, PlayerConfig config) {
  config.qualities.clear();
  if (o.is_looped && !IsMediaPlay(o.url)) return line.Refuse("--loop: for files and playlists");
  for (const std::string& url : o.preload) {
    if (o.is_looped) return line.Refuse("--loop: not with --preload, whose streams are live");
    config.url = url;
    if (IsMediaPlay(url)) {
      const Error no_room{ErrorCode::kInvalidUrl, "'" + url + "' is no live stream"};
      return line.Refuse("--preload: " + ToString(no_room));
    }
    if (auto status = config.Validate(); !status) {
      return line.Refuse("--preload: " + ToString(status.error()));
    }
  }
  return std::nullopt;
}

}  // namespace

std::unique_ptr<CommandLine> MakePlayCommandLine(PlayOptions& o) {
  auto line = std::make_unique<CommandLine>("onair-play", "Plays a live stream or a file.",
                                            std::vector<std::string>{});
  CLI::App& app = line->app();
  app.add_option(
         "url", o.url,
         "http(s)://host/app/stream.flv, rtmp(s)://host/app/stream; by WebRTC "
         "rts://host[:1985]/app/stream (onair-edge, SRS), whep+http(s)://… (any WHEP "
         "endpoint), artc://… (Alibaba), webrtc://… (SRS, Tencent, Volcano); http(s)://….m3u8; "
         "a file")
      ->required();
  app.add_flag("--headless", o.is_headless,
               "Decode and pace as if shown, without window and sound device");
  app.add_option("--buffer", o.buffer,
                 "Delay policy: auto, fast, smooth, or milliseconds. By WebRTC auto and fast mean "
                 "as little as the network allows")
      ->capture_default_str();
  app.add_option("--catch-up", o.catch_up,
                 "From what is older than that delay: jump to it, or leave nothing out and play up "
                 "to 1.2 times as fast until there (speed)")
      ->check(CLI::IsMember({"jump", "speed"}).description(""))
      ->type_name("jump|speed")
      ->capture_default_str();
  app.add_option("--volume", o.volume, "Gain, 0..1")->capture_default_str();
  app.add_flag("--mute", o.is_muted, "No sound");
  app.add_option("--snapshot", o.snapshot, "Write the picture shown at second S of the run")
      ->type_name("FILE.png@S");
  app.add_option(
         "--preload", o.preload,
         "Another room, made ready beside the one that is watched; several times: several, in "
         "the order of the keys n and p")
      ->type_name("URL")
      ->take_all()
      ->allow_extra_args(false);
  app.add_option("--then-switch", o.then_switch_s,
                 "Go to the first of them at this second of the run");
  app.add_option("--fallback", o.fallback,
                 "The same stream by HTTP-FLV or RTMP, for when WebRTC does not come (default: "
                 "where its server has it by habit)")
      ->type_name("URL");
  app.add_flag("--no-fallback", o.is_without_fallback, "Stay with WebRTC whatever happens");
  app.add_option(
         "--qualities", o.qualities,
         "The same stream in other qualities, for the key v and the script; with the rates of "
         "all, the first address among them, what the network carries is played")
      ->type_name("URL1[@KBPS],URL2..")
      ->delimiter(',');
  app.add_option("--switch-at", o.switches,
                 "Go on with this address of the stream from second S of the run, without a "
                 "frame lost or shown twice; several times: several")
      ->type_name("S=URL")
      ->take_all()
      ->allow_extra_args(false);
  app.add_option(
         "--script", o.script,
         "Do what keys do, by lines SECONDS ACTION: overlay, mute, snapshot FILE.png, next, "
         "previous, volume GAIN, network free|metered, record FILE, stop-record, switch URL, "
         "quality "
         "auto|N (of --qualities, from 1), quit; of files and HLS also pause, resume, seek SECONDS")
      ->type_name("FILE");
  app.add_option(
         "--events", o.events,
         "Write what an app would tell its backend, one JSON object a line (docs/metrics.md)")
      ->type_name("FILE");
  app.add_option("--record", o.record,
                 "Write what is played to a .flv, .mp4 or .m3u8, without coding it anew")
      ->type_name("FILE");
  app.add_flag("--loop", o.is_looped, "Play a file again and again");
  app.add_option("--dump", o.dump, "Write all shown pictures as raw video")->type_name("FILE.y4m");
  app.add_option("--frames", o.frames, "Stop after this many shown pictures (0: no limit)");
  app.add_option("--duration", o.duration_s, "Stop after this many seconds (0: no limit)");
  app.add_option("--publisher-gap", o.publisher_gap_s,
                 "Seconds to wait for a publisher that left or is yet to come, 0..600; 0: for none")
      ->capture_default_str();
  app.add_option("--http-dns", o.http_dns,
                 "Ask this HTTPDNS service for host names, then the system: "
                 "http(s)://ADDRESS[:PORT]/ACCOUNT (GET …/d?host=NAME, a JSON answer)")
      ->type_name("URL");
  app.add_option("--token", o.token, "Bearer token for WHEP endpoints");
  app.add_option("--ice-server", o.ice_servers, kIceServerHelp)
      ->type_name("URL[,USER,PASSWORD]")
      ->take_all();
  app.add_option("--ca", o.ca, "PEM file of the issuers to trust (default: the system's)")
      ->type_name("FILE");
  app.add_flag("--insecure", o.is_insecure, "Accept any certificate");
  return line;
}

std::optional<int> ToConfig(const CommandLine& line, PlayOptions& o, PlayerConfig& config) {
  if (!(o.volume >= 0 && o.volume <= 1)) return line.Refuse("--volume: not in 0..1");
  if (o.frames < 0) return line.Refuse("--frames: must not be negative");
  if (!(o.duration_s >= 0)) return line.Refuse("--duration: must not be negative");
  if (const auto status = SetBuffer(line, o.buffer, config.session)) return status;
  config.session.catch_up = o.catch_up == "speed" ? CatchUp::kSpeed : CatchUp::kJump;
  if (!(o.publisher_gap_s >= 0 && o.publisher_gap_s <= 600)) {
    return line.Refuse("--publisher-gap: not in 0..600");
  }
  config.session.publisher_gap = TimeDelta::SecondsF(o.publisher_gap_s);
  config.url = o.url;
  config.bearer_token = o.token;
  for (const std::string& text : o.ice_servers) {
    auto server = ParseIceServer(text);
    if (!server) return line.Refuse("--ice-server: " + server.error().detail);
    config.ice_servers.push_back(std::move(*server));
  }
  config.tls.ca_file = o.ca;
  config.tls.verify = o.is_insecure ? tls::VerifyPeer::kNo : tls::VerifyPeer::kYes;
  if (!o.http_dns.empty()) {
    auto names = NameService::Create({.http_dns = o.http_dns, .tls = config.tls});
    if (!names) return line.Refuse("--http-dns: " + ToString(names.error()));
    config.names = std::move(*names);
  }
  if (auto status = config.Validate(); !status) return line.Refuse(ToString(status.error()));
  if (const auto status = SetAddresses(line, o, config)) return status;
  if (auto status = config.Validate(); !status) {
    return line.Refuse(ToString(status.error()));
  }
  if (const auto status = SetSteps(line, o)) return status;
  return CheckRooms(line, o, config);
}

}  // namespace onair::samples
