// SPDX-License-Identifier: Apache-2.0
//
// Runs one machine against a peer over one byte stream in virtual time. Nothing here sleeps.
//
//   twin::StreamWorld world(handshake, TimeDelta::Millis(40), ReplyS0S1S2, kStart);
//   const auto events = world.Run();
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "core/machine/machine.h"
#include "core/twin/machine_driver.h"
#include "core/twin/peer.h"
#include "core/twin/stream_connection.h"
#include "core/twin/world.h"

namespace onair::twin {

// The connection stands from the start on. Single-owner; the machine outlives it.
template <typename M>
class StreamWorld {
 public:
  using Event = typename M::Event;
  using Events = std::vector<std::pair<Timestamp, Event>>;

  // A link without a rate limit; the peer answers each Transmit at once.
  StreamWorld(M& machine, TimeDelta one_way, ScriptedPeer::Reply reply, Timestamp start)
      : StreamWorld(machine, Uncut(one_way), std::make_unique<ScriptedPeer>(std::move(reply)),
                    start) {}
  StreamWorld(M& machine, const StreamLink& link, std::unique_ptr<Peer> peer, Timestamp start)
      : world_(start),
        connection_(world_, link),
        peer_(std::move(peer)),
        driver_(world_, machine,
                [this](Event& event) { events_.emplace_back(world_.now(), std::move(event)); }) {
    driver_.Bind(connection_.client());
    peer_->Accept(world_, connection_.server());
  }

  // Runs until nothing can happen any more, at most `limit`; every event since the last run,
  // with its time. A machine that spins stops the program with a report.
  Events Run(TimeDelta limit = TimeDelta::Seconds(3600)) {
    driver_.Pump();
    world_.RunUntilQuiet(limit);
    return std::exchange(events_, {});
  }
  // Runs exactly this long.
  Events RunFor(TimeDelta span) {
    driver_.Pump();
    world_.RunFor(span);
    return std::exchange(events_, {});
  }

  // A command to the machine: Do([](M& m, Timestamp now) { ... }).
  template <typename Command>
  void Do(Command command) {
    driver_.Do(command);
  }

  Timestamp now() const { return world_.now(); }
  World& world() { return world_; }
  StreamConnection& connection() { return connection_; }

 private:
  static StreamLink Uncut(TimeDelta one_way) {
    StreamLink link = StreamLink::Symmetric(RateSchedule::Unlimited(), one_way);
    link.up.segment = link.down.segment = DataSize::Mebibytes(1);
    return link;
  }

  World world_;
  StreamConnection connection_;
  std::unique_ptr<Peer> peer_;
  Events events_;
  MachineDriver<M> driver_;
};

}  // namespace onair::twin
