// SPDX-License-Identifier: Apache-2.0
//
// A small media server in one object: RTMP and WHIP in; RTMP, HTTP-FLV and WHEP out; on one loop
// thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "core/base/result.h"
#include "platform/runtime/loop.h"
#include "samples/edge/config.h"
#include "samples/edge/stats.h"

namespace onair::edge {

// Ports in use.
struct Ports {
  std::uint16_t rtmp = 0;
  std::uint16_t http = 0;
  std::uint16_t rtc = 0;  // 0: no WebRTC in this build.
};

// single-owner: all on the loop's thread, destruction too unless the loop is stopped.
class Edge {
 public:
  // `config` is valid. `loop` outlives the edge.
  Edge(runtime::Loop& loop, const EdgeConfig& config);
  ~Edge();  // Cuts every connection.
  Edge(const Edge&) = delete;
  Edge& operator=(const Edge&) = delete;

  // Once. kInvalidConfig, kAddressInUse, kSocket with the address in the detail.
  Result<Ports> Start();

  // Asks every RTMP client that knows how to open a new connection and leave its present one
  // (Enhanced RTMP v2). `tc_url`: where, absolute or relative to the client's own; empty: here.
  void RequestReconnect(const std::string& tc_url);

  // Accepts nothing more and says goodbye to everybody; `on_stopped` runs when all are gone,
  // at `flush_within` from now at the latest, on the loop's thread and maybe within this call.
  void Stop(TimeDelta flush_within, std::function<void()> on_stopped);

  EdgeStats stats() const;

 private:
  class Core;
  std::unique_ptr<Core> core_;
};

// "127.0.0.1:8080", "[::1]:8080".
std::string HostPort(const std::string& address, std::uint16_t port);

}  // namespace onair::edge
