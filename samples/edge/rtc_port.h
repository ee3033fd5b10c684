// SPDX-License-Identifier: Apache-2.0
//
// The UDP port that all WebRTC sessions share: sockets at their feet, one timer for all of their
// deadlines, and each datagram to the session it is for.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "platform/runtime/datagram_sockets.h"
#include "platform/runtime/loop.h"
#include "samples/edge/rtc_routes.h"

namespace onair::edge {

class RtcPeer;

// Counters only grow.
struct RtcPortStats {
  std::int64_t datagrams_in = 0;
  std::int64_t datagrams_strange = 0;  // Of no session: scans, late ones, junk.
  std::int64_t send_full = 0;          // The system did not take them.
};

// single-owner, on the loop's thread. Outlives its peers.
class RtcPort {
 public:
  explicit RtcPort(runtime::Loop& loop);
  ~RtcPort();
  RtcPort(const RtcPort&) = delete;
  RtcPort& operator=(const RtcPort&) = delete;

  // One socket on each address that `listen` stands for, all with the same port: `port`, or where
  // that is 0 `wish` if it is free and any other if not. kInvalidConfig, kAddressInUse, kSocket.
  Result<std::uint16_t> Bind(const std::string& listen, std::uint16_t port, std::uint16_t wish);
  // Where all addresses are listened at: those that the machine has meanwhile, and no longer those
  // that it lost. For new peers; who is there keeps what it knows.
  void Refresh();
  // Where peers reach it.
  const std::vector<SocketAddress>& addresses() const { return addresses_; }

  // For peers: from construction to destruction.
  void Attach(RtcPeer& peer);
  void Detach(RtcPeer& peer);
  // It has one more name, or one less.
  void AddName(RtcPeer& peer, const std::string& ufrag) { routes_.Add(ufrag, &peer); }
  void RemoveName(RtcPeer& peer, const std::string& ufrag) { routes_.RemoveName(ufrag, &peer); }
  void SetWake(RtcPeer& peer, Timestamp wake_at);
  void Send(const DatagramTransmit& out);

  RtcPortStats stats() const;

 private:
  // Least between two turns of the timer, whatever peers ask.
  static constexpr TimeDelta kShortestSleep = TimeDelta::Millis(1);

  Status BindAll(const std::vector<IpAddress>& ips, std::uint16_t port);
  void MakeRoom(const std::vector<SocketAddress>& wanted);
  void HandleDatagram(const Datagram& in, Timestamp now);
  void HandleCheck(const Datagram& in, Timestamp now);
  void Arm();
  void Fire();

  runtime::Loop& loop_;
  runtime::DatagramSockets sockets_;
  std::string listen_;
  std::vector<SocketAddress>
      addresses_;  // One port. Sockets of lost addresses stay while there is room.
  RtcRoutes<RtcPeer*> routes_;
  // By their deadlines; nodes are moved, not made anew.
  std::set<std::pair<Timestamp, RtcPeer*>> wakes_;
  runtime::TimerId timer_ = runtime::TimerId::kNone;
  Timestamp armed_at_ = Timestamp::PlusInfinity();
  Timestamp not_before_ = Timestamp::MinusInfinity();
  const DatagramPath* asked_ = nullptr;  // While a check is handled: where it came from.
  bool is_answered_ = false;
  RtcPortStats stats_;
};

}  // namespace onair::edge
