// SPDX-License-Identifier: Apache-2.0
#include "samples/edge/report.h"

#include <cerrno>
#include <fstream>
#include <nlohmann/json.hpp>

#include "samples/edge/process.h"

namespace onair::edge {
namespace {

std::string Count(std::int64_t number, const char* one, const char* many) {
  return std::to_string(number) + " " + (number == 1 ? one : many);
}

}  // namespace

std::string StatusLine(const EdgeStats& stats, TimeDelta up) {
  return std::to_string(up.ms() / 1000) +
         " s: " + Count(stats.publishers, "publisher", "publishers") + ", " +
         Count(stats.viewers_rtmp + stats.viewers_flv + stats.viewers_rtc, "viewer", "viewers") +
         ", " + std::to_string(stats.bytes_in.bytes() / 1'000'000) + " MB in, " +
         std::to_string(stats.bytes_out.bytes() / 1'000'000) + " MB out, " +
         Count(stats.frames_dropped, "frame", "frames") + " dropped";
}

Status WriteReport(const std::string& path, const EdgeStats& stats, TimeDelta up) {
  const ProcessCost cost = CostOfProcess();
  const auto port = [](const PortStats& p) {
    return nlohmann::ordered_json{
        {"accepted", p.accepted}, {"refused", p.refused}, {"accept_failed", p.accept_failed}};
  };
  const nlohmann::ordered_json report = {
      {"duration_s", up.seconds_f()},
      {"connections", {{"rtmp", port(stats.rtmp)}, {"http", port(stats.http)}}},
      {"publishers",
       {{"total", stats.publishers_total},
        {"refused", stats.publishers_refused},
        {"takeovers", stats.takeovers}}},
      {"viewers",
       {{"total", stats.viewers_total},
        {"max", stats.viewers_max},
        {"refused", stats.viewers_refused},
        {"stalled", stats.viewers_stalled},
        {"joins",
         {{"group", stats.joins_group},
          {"key_frame", stats.joins_key},
          {"next_key_frame", stats.joins_next}}},
        {"bursts_cut", stats.bursts_cut},
        {"bursts_paced", stats.bursts_paced}}},
      {"rtc",
       {{"sessions", stats.rtc.sessions_total},
        {"refused", stats.rtc.refused},
        {"never_came", stats.rtc.never_came},
        {"packets_in", stats.rtc.packets_in},
        {"packets_asked", stats.rtc.packets_asked},
        {"packets_lost", stats.rtc.packets_lost},
        {"packets_out", stats.rtc.packets_out},
        {"packets_resent", stats.rtc.packets_resent},
        {"key_frames_wanted", stats.rtc.key_frames_wanted},
        {"silences", stats.rtc.silences},
        {"datagrams_strange", stats.rtc.datagrams_strange}}},
      {"memory",
       {{"bytes", stats.memory.bytes()},
        {"limit_bytes", stats.memory_limit.bytes()},
        {"refused", stats.memory_refused},
        {"caches_dropped", stats.caches_dropped}}},
      {"frames",
       {{"in", stats.frames_in}, {"out", stats.frames_out}, {"dropped", stats.frames_dropped}}},
      {"jumps", stats.jumps},
      {"bytes_in", stats.bytes_in.bytes()},
      {"bytes_out", stats.bytes_out.bytes()},
      {"http_requests", stats.http_requests},
      {"http_errors", stats.http_errors},
      {"cpu_percent", up > TimeDelta::Zero() ? 100.0 * cost.cpu.seconds_f() / up.seconds_f() : 0.0},
      {"peak_rss_mb", cost.peak_rss_mb},
      {"error", nullptr}};
  std::ofstream file(path);
  file << report.dump(2) << "\n";
  file.flush();
  if (!file) return Fail(ErrorCode::kFileWrite, path, errno);
  return {};
}

}  // namespace onair::edge
