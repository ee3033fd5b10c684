// SPDX-License-Identifier: Apache-2.0
//
// Gets an address on a TURN server and talks to peers through it (RFC 8656), with long-term
// credentials. A datagram machine. Over TCP or TLS its datagrams are the frames of a stream:
// the driver opens the stream, writes every DatagramTransmit's bytes into it and cuts what comes
// into frames with TurnDeframer.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/base/result.h"
#include "core/base/rng.h"
#include "core/machine/datagram.h"
#include "transport/ice/datagram_queue.h"
#include "transport/ice/retransmit.h"
#include "transport/ice/ring.h"
#include "transport/ice/stun_message.h"
#include "transport/ice/stun_writer.h"
#include "transport/ice/transaction_ids.h"
#include "transport/ice/turn_peer.h"

namespace onair::ice {

enum class TurnTransport { kUdp = 1, kTcp = 2, kTls = 3 };

struct TurnConfig {
  DatagramPath path;  // Our socket and the server; with a stream its two ends.
  TurnTransport transport = TurnTransport::kUdp;
  std::string username = {};  // 1 to 508 bytes.
  std::string password = {};  // Never logged.
  IpAddress::Family relayed_family = IpAddress::Family::kV4;

  // First wait for an answer over UDP. Range [50 ms, 3 s].
  // Source: RFC 8489 section 6.2.1: "The initial RTO SHOULD be greater than or equal to 500 ms".
  TimeDelta rto = TimeDelta::Millis(500);

  // Ok, or kInvalidConfig whose detail names the first field out of range.
  [[nodiscard]] Status Validate() const;
};

// One allocation. Single-owner.
class TurnClient {
 public:
  struct Allocated {
    SocketAddress relayed;  // Where peers reach us.
    SocketAddress mapped;   // How the server sees our socket.
  };
  struct Data {
    SocketAddress peer;
    ByteView bytes;  // Stay until the next call.
  };
  // The server relays nothing to or from this address.
  struct PeerRefused {
    SocketAddress peer;
    int error;  // STUN's; 0: no answer.
  };
  // Over, nothing follows. kTurnUnauthorized, kTurnRefused (native_code: STUN's), kTimeout.
  struct Closed {
    Error error;
  };
  using Event = std::variant<Allocated, Data, PeerRefused, Closed>;

  // `config` is valid. The first request goes out with the first Poll().
  TurnClient(const TurnConfig& config, Rng rng, Timestamp now);

  void HandleDatagram(const Datagram& in, Timestamp now);
  void HandleTimeout(Timestamp now);

  // What is inside a relayed datagram, without a copy and without an event: borrowed from `in`.
  // Nothing for other datagrams, which HandleDatagram() takes.
  [[nodiscard]] std::optional<Data> Unwrap(const Datagram& in) const;

  // Lets `peer` send to us. kLimit past kMaxPeers, kInvalidState without an allocation.
  Status Permit(const SocketAddress& peer, Timestamp now);
  // Permits and sends; a datagram over kMaxDatagramBytes is kLimit. A full outbox drops it.
  Status Send(const SocketAddress& peer, ByteView bytes, Timestamp now);
  // From the answer on four bytes of header instead of 36.
  Status BindChannel(const SocketAddress& peer, Timestamp now);
  // Asks for nothing on its behalf any more. What comes by its channel is still understood, and it
  // gets the same channel again.
  void Forget(const SocketAddress& peer);
  // Gives the allocation back (last transmit). No event follows.
  void Close(Timestamp now);

  [[nodiscard]] DatagramOutput<Event> Poll();

  // The server's address may change while allocating (300 Try Alternate), over UDP only.
  const DatagramPath& path() const { return config_.path; }
  TurnTransport transport() const { return config_.transport; }
  const std::optional<SocketAddress>& relayed() const { return relayed_; }
  bool is_closed() const { return state_ == State::kClosed; }
  // Not sent for want of room, and what came that was no answer to us.
  std::int64_t dropped() const { return outbox_.dropped() + events_.dropped(); }
  std::int64_t ignored() const { return ignored_; }

  // Source: ours; as many as an agent has pairs (CheckList::kMaxPairs).
  static constexpr std::size_t kMaxPeers = 100;
  // The one forgotten first makes room. Source: ours; only peers in use are given channels.
  static constexpr std::size_t kMaxFormerPeers = 32;

 private:
  enum class State { kAllocating = 1, kAllocated, kClosed };

  Carrier carrier() const;
  void SendAllocate(Timestamp now);
  void SendRefresh(std::uint32_t lifetime_seconds, Timestamp now);
  void SendPermission(TurnPeer& peer, Timestamp now);
  void SendChannelBind(TurnPeer& peer, Timestamp now);
  void Authenticate(StunWriter& writer);
  void Commit(StunWriter& writer);

  void OnResponse(const StunMessage& message, Timestamp now);
  void OnAllocateResponse(const StunMessage& message, Timestamp now);
  void OnRefreshResponse(const StunMessage& message, Timestamp now);
  void OnPermissionResponse(TurnPeer& peer, const StunMessage& message, Timestamp now);
  void OnChannelResponse(TurnPeer& peer, const StunMessage& message, Timestamp now);
  bool TakeNonce(const StunMessage& message);
  bool FollowAlternate(const StunMessage& message, Timestamp now);
  void Refuse(TurnPeer& peer, int error);
  void Fail(ErrorCode code, const char* detail, int native_code);

  void RunControl(Timestamp now);
  void RunPeer(TurnPeer& peer, Timestamp now);
  TurnPeer* Find(const SocketAddress& peer);
  const SocketAddress* FindByChannel(std::uint16_t number) const;
  std::uint16_t TakeFormerChannel(const SocketAddress& peer);
  Idle Wake() const;

  TurnConfig config_;
  TransactionIds ids_;
  State state_ = State::kAllocating;
  Timestamp now_;
  std::optional<SocketAddress> relayed_;
  std::string realm_;
  std::string nonce_;
  std::optional<Md5Digest> key_;
  Retransmit control_;  // Allocate, then Refresh: never both.
  Timestamp refresh_at_ = Timestamp::PlusInfinity();
  int refusals_ = 0;  // 401, 438 and 300 since the last success.
  std::vector<TurnPeer> peers_;
  std::vector<FormerPeer> former_peers_;
  std::uint16_t next_channel_ = kFirstChannel;
  DatagramQueue outbox_;
  Bytes inbox_;  // Of the Data event that was told last.
  Ring<Event, 16> events_;
  std::int64_t ignored_ = 0;
};

}  // namespace onair::ice
