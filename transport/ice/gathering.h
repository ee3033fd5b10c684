// SPDX-License-Identifier: Apache-2.0
//
// Finds out which addresses of ours a peer might reach (RFC 8445 section 5.1.1): sockets, what
// STUN servers see of them, and what relays lend.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "transport/ice/agent_config.h"
#include "transport/ice/check_list.h"
#include "transport/ice/datagram_queue.h"
#include "transport/ice/pair.h"
#include "transport/ice/retransmit.h"
#include "transport/ice/stun_message.h"
#include "transport/ice/transaction_ids.h"

namespace onair::ice {

// Single-owner; told of relays by its owner.
class Gathering {
 public:
  struct Found {
    Candidate candidate;          // To be signalled; without its ufrag.
    std::optional<LocalEnd> end;  // New place to send checks from; absent for reflexive ones.
  };

  // Source: ours; Wi-Fi, cellular and a VPN with two families and temporary addresses.
  static constexpr std::size_t kMaxBases = 8;

  explicit Gathering(const AgentConfig& config) : servers_(config.stun_servers) {}

  // kLimit past kMaxBases; a known base is nothing new. `cost` as in Candidate.
  Status AddBase(const SocketAddress& base, std::uint16_t cost, TransactionIds& ids,
                 DatagramQueue& outbox, Timestamp now);
  void RemoveBase(const SocketAddress& base);
  // Asks it from every base. kLimit past kMaxServers; a known one is nothing new.
  Status AddServer(const SocketAddress& server, TransactionIds& ids, DatagramQueue& outbox,
                   Timestamp now);
  void AddRelayed(const LocalEnd& relayed, const SocketAddress& mapped,
                  const SocketAddress& server);
  void RemoveRelay(int relay);

  // True: it answered a request of ours to a STUN server.
  bool HandleAnswer(const StunMessage& message, const DatagramPath& path, Timestamp now);
  void HandleTimeout(TransactionIds& ids, DatagramQueue& outbox, Timestamp now);

  // A new candidate, once; all of them again after Repeat().
  std::optional<Found> TakeFound();
  void Repeat() { told_ = 0; }

  bool is_waiting() const;  // For an answer of a server.
  Timestamp deadline() const;
  const std::vector<Candidate>& candidates() const { return candidates_; }
  std::optional<std::uint16_t> CostOf(const SocketAddress& base) const;
  bool has_base(const SocketAddress& base) const { return CostOf(base).has_value(); }
  // The best place among relayed addresses by the way to their server.
  static std::uint16_t LocalPreference(std::uint16_t cost, const IpAddress& ip, TurnTransport way,
                                       std::size_t index);

 private:
  struct Base {
    SocketAddress address;
    std::uint16_t cost;
    std::uint16_t preference;
  };
  struct Query {
    SocketAddress base;
    SocketAddress server;
    Retransmit request = {};
    Timestamp again_at = Timestamp::PlusInfinity();  // Keeps the router's mapping.
  };

  void Ask(const SocketAddress& base, const SocketAddress& server, TransactionIds& ids,
           DatagramQueue& outbox, Timestamp now);
  void Send(const Query& query, DatagramQueue& outbox);
  void RemoveIf(const std::function<bool(std::size_t)>& is_gone);
  void Tell(Candidate candidate, std::optional<LocalEnd> end);
  const Base* Find(const SocketAddress& base) const;

  std::vector<SocketAddress> servers_;
  std::vector<Base> bases_;
  std::vector<Query> queries_;
  std::vector<Candidate> candidates_;
  std::vector<std::optional<LocalEnd>> ends_;  // Of candidates_.
  std::size_t told_ = 0;
};

// One number for those that freeze together (RFC 8445 section 5.1.1.3).
std::uint32_t Foundation(CandidateType type, const IpAddress& base, const IpAddress& server,
                         TurnTransport way);

}  // namespace onair::ice
