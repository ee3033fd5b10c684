// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "core/twin/cross_traffic.h"
#include "core/twin/packet_queue.h"
#include "core/twin/path.h"
#include "core/twin/shared_network.h"
#include "samples/twin/capacity_line.h"
#include "samples/twin/push_case.h"

namespace onair::samples {

// The links of a case between its publishers and their servers, and the other traffic on them.
// Single-owner; dies before its world.
class PushNetwork {
 public:
  // A packet of a publisher is through the bottlenecks, that long after it was sent.
  using OnQueued = std::function<void(std::size_t flow, TimeDelta queued)>;

  // `on_queued` may be null.
  PushNetwork(twin::World& world, const PushCase& push_case, twin::TcpAlgorithm tcp,
              OnQueued on_queued = nullptr);

  // What flow `i` of the case goes through, with packet numbers of its own.
  twin::SharedNetwork& of_flow(std::size_t i) { return *flows_[i]; }
  // That flow's delay beside the shared one.
  TimeDelta access_delay(std::size_t i) const;
  // Bytes that flow `i` put on its way: retransmissions and headers included.
  DataSize sent(std::size_t i);
  // Packets of flow `i` that never arrived, as a share; those under way count too.
  double lost_share(std::size_t i);

  const CapacityLine& line(std::size_t bottleneck) const { return forward_[bottleneck].line; }
  DataSize queued(std::size_t bottleneck) const { return forward_[bottleneck].queue->size(); }
  // When what waits on the way of flow `i`, behind `backlog` of its own, will have left.
  Timestamp DrainsAt(std::size_t i, DataSize backlog, Timestamp now) const;
  // What other datagrams take at present, in kbit/s.
  double ConstantKbps(Timestamp now) const;
  int LongTcpAt(Timestamp now) const;

 private:
  struct Limit {
    CapacityLine line;
    const twin::PacketQueue* queue;
  };
  struct Built {
    std::unique_ptr<twin::Link> link;
    Limit limit;
  };
  Built Build(const PushCase::Bottleneck& bottleneck) const;
  std::unique_ptr<twin::PacketQueue> MakeQueue(const PushCase::Bottleneck& bottleneck) const;
  void AddTap(twin::Path& path, PushCase::Direction direction);
  void AddBlackouts(twin::Path& path) const;
  std::unique_ptr<twin::Link> MakeUp();
  std::unique_ptr<twin::Link> MakeDown();
  void AddCross(const PushCase::Cross& cross);

  twin::World& world_;
  const PushCase& case_;
  TimeDelta shared_delay_;
  std::vector<Limit> forward_;
  std::vector<Limit> backward_;  // None or one.
  std::vector<std::unique_ptr<twin::SharedNetwork>> flows_;
  std::unique_ptr<twin::SharedNetwork> others_;
  twin::TcpAlgorithm tcp_;
  OnQueued on_queued_;
  std::vector<std::unique_ptr<twin::ConstantTraffic>> constant_;
  std::vector<std::unique_ptr<twin::LongTcp>> long_;
  std::vector<std::unique_ptr<twin::WebTraffic>> web_;
};

}  // namespace onair::samples
