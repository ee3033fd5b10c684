// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "platform/runtime/byte_stream.h"
#include "platform/runtime/loop.h"
#include "samples/edge/config.h"
#include "samples/edge/hub.h"
#include "samples/edge/line_memory.h"
#include "samples/edge/stats.h"
#include "samples/edge/tcp_opening.h"

namespace onair::edge {

class RtcService;

// What a connection gets from its edge. All outlive it.
struct Surroundings {
  runtime::Loop& loop;
  const EdgeConfig& config;
  Hub& hub;
  RtcService& rtc;
  BurstShare& bursts;
  LineMemory& lines;
  // http_*, bursts_* and viewers_stalled are counted by connections.
  EdgeStats& counters;
  // The whole edge's, for pages.
  std::function<EdgeStats()> stats;
  std::uint16_t rtmp_port = 0;  // In use.
};

// One accepted connection. single-owner, on the loop's thread.
class Connection {
 public:
  virtual ~Connection() = default;

  // Once.
  virtual void Start() = 0;

  // Ends it in good order: the protocol's farewell, then what is queued, within the span.
  virtual void Close(TimeDelta flush_within, Timestamp now) = 0;

  // Asks the client for a new connection, where its protocol has words for that.
  virtual void RequestReconnect(const std::string& /*tc_url*/, Timestamp /*now*/) {}

  // To be called once a second. False: a viewer that takes nothing; destroy it.
  virtual bool IsAlive(Timestamp now) = 0;

  // Bytes that wait here, to the peer and from it.
  virtual DataSize held() const = 0;
};

// Sees a socket that stands still.
class StallWatch {
 public:
  explicit StallWatch(TimeDelta timeout) : timeout_(timeout) {}

  // True: something has waited for `timeout` and nothing was taken.
  bool IsStalled(const runtime::ByteStream& stream, Timestamp now) {
    const DataSize written = stream.stats().bytes_written;
    const bool moves = stream.unsent() == DataSize::Zero() || written != written_;
    written_ = written;
    if (moves || !since_) since_ = now;
    return now - *since_ >= timeout_;
  }

 private:
  TimeDelta timeout_;
  DataSize written_ = DataSize::Zero();
  std::optional<Timestamp> since_;
};

// `on_closed` runs last, on the loop's thread; the connection may be destroyed there.
std::unique_ptr<Connection> NewRtmpConnection(const Surroundings& around,
                                              std::unique_ptr<runtime::ByteStream> stream,
                                              std::function<void()> on_closed);
std::unique_ptr<Connection> NewHttpConnection(const Surroundings& around,
                                              std::unique_ptr<runtime::ByteStream> stream,
                                              std::function<void()> on_closed);

}  // namespace onair::edge
