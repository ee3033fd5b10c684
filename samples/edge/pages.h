// SPDX-License-Identifier: Apache-2.0
//
// What the edge tells programs and monitors, and its page: pure text from snapshots.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/machine/endpoint.h"
#include "samples/edge/stats.h"

namespace onair::edge {

// Where an asker found the edge.
struct Place {
  std::string http_authority;  // "host:port" as in the Host header; not trusted.
  std::uint16_t rtmp_port = 0;
  Security security = Security::kPlain;
};

// "rtmp://host:port/app/stream" and "http://host:port/app/stream.flv".
std::string RtmpAddress(const Place& place, const std::string& name);
std::string FlvAddress(const Place& place, const std::string& name);

// {"streams":[{"name":..,"app":..,"stream":..,"publishing":..,"video":{..},"audio":{..}, ..}]}
std::string StreamsJson(const Place& place, const std::vector<StreamSnapshot>& streams);

// Prometheus text exposition format 0.0.4.
std::string MetricsText(const EdgeStats& stats, const std::vector<StreamSnapshot>& streams);

}  // namespace onair::edge
