// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "core/twin/delay.h"
#include "core/twin/path.h"
#include "core/twin/rate_limit.h"
#include "core/twin/tail_drop.h"
#include "core/twin/tcp_connection.h"

namespace onair::twin {

// Reads everything and remembers what it needs for a test.
class TcpReader final : public StreamUser {
 public:
  void OnBytes(ByteView in) override {
    bytes += static_cast<std::int64_t>(in.size());
    for (const std::uint8_t byte : in) hash = (hash ^ byte) * 0x100000001b3U;
    if (keeps) kept.insert(kept.end(), in.begin(), in.end());
  }
  void OnUnsent() override { ++unsent_calls; }
  void OnClosed(const Error& error) override { closed.push_back(error.code); }

  std::int64_t bytes = 0;
  std::uint64_t hash = 0xcbf29ce484222325U;
  bool keeps = false;
  Bytes kept;
  int unsent_calls = 0;
  std::vector<ErrorCode> closed;
};

// A connection whose client sends for as long as the world runs, or what the test writes.
struct TcpFlow {
  TcpFlow(SharedNetwork& network, const TcpSetup& setup) : connection(network, setup) {
    connection.client().Attach(&sender);
    connection.server().Attach(&reader);
  }

  TcpConnection connection;
  TcpReader sender;
  TcpReader reader;
};

inline TcpSetup SetupOf(TcpAlgorithm algorithm) {
  TcpSetup setup;
  setup.client.algorithm = setup.server.algorithm = algorithm;
  return setup;
}

// A bottleneck with a tail-drop queue in front of a delay.
inline std::unique_ptr<Path> Way(RateSchedule rate, DataSize queue, TimeDelta delay) {
  auto path = std::make_unique<Path>();
  path->Then(std::make_unique<RateLimit>(std::move(rate), std::make_unique<TailDrop>(queue)))
      .Then(std::make_unique<Delay>(delay));
  return path;
}
inline std::unique_ptr<Link> FreeWay(TimeDelta delay) {
  return std::make_unique<Delay>(delay);
}

}  // namespace onair::twin
