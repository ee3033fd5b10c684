// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "core/twin/shared_pipe.h"
#include "core/twin/world.h"

namespace onair::twin {

constexpr Timestamp At(std::int64_t ms) {
  return Timestamp::Zero() + TimeDelta::Millis(ms);
}

// Sends packets through one link at given moments; what arrived and when.
struct LinkScene {
  explicit LinkScene(std::unique_ptr<Link> link) : pipe(world, std::move(link)) {
    for (FlowId flow = 0; flow < 4; ++flow) {
      pipe.Listen(flow, [this](Packet packet, Timestamp now) {
        arrived.push_back({now, std::move(packet)});
      });
    }
  }

  void Send(std::int64_t ms, std::size_t bytes, FlowId flow = 0, Ecn ecn = Ecn::kNotEct) {
    world.At(At(ms), "test", [this, bytes, flow, ecn] {
      Packet packet{Bytes(bytes)};
      packet.flow = flow;
      packet.ecn = ecn;
      pipe.Send(std::move(packet));
    });
  }
  // `count` packets, one every `every`, through whole `run`.
  void SendTrain(int count, TimeDelta every, std::size_t bytes) {
    for (int i = 0; i < count; ++i) {
      world.At(Timestamp::Zero() + every * i, "test",
               [this, bytes] { pipe.Send(Packet{Bytes(bytes)}); });
    }
  }
  std::vector<Timestamp> Times() const {
    std::vector<Timestamp> times;
    for (const auto& [at, packet] : arrived) times.push_back(at);
    return times;
  }
  std::vector<std::uint64_t> Numbers() const {
    std::vector<std::uint64_t> numbers;
    for (const auto& [at, packet] : arrived) numbers.push_back(packet.number);
    return numbers;
  }

  struct Arrival {
    Timestamp at;
    Packet packet;
  };
  World world;
  std::vector<Arrival> arrived;
  SharedPipe pipe;
};

}  // namespace onair::twin
