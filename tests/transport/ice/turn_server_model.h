// SPDX-License-Identifier: Apache-2.0
//
// A small TURN and STUN server for virtual worlds (RFC 8656 with long-term credentials): as strict
// as it must be for a client's faults to show.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/base/byte_reader.h"
#include "core/machine/datagram.h"
#include "transport/ice/digest.h"
#include "transport/ice/stun_message.h"
#include "transport/ice/stun_writer.h"

namespace onair::ice::testing {

class TurnServerModel {
 public:
  struct Sent {
    Bytes bytes;
    DatagramPath path;  // local: of the server.
  };

  explicit TurnServerModel(SocketAddress address) : address_(address) {}

  std::string username = "user";
  std::string password = "secret";
  std::string nonce = "nonce-1";
  int refuse_allocations_with = 0;  // An error code.
  int stale_after = 0;              // Requests until the nonce changes; 0: never.
  std::set<SocketAddress> refused_peers;
  std::uint32_t lifetime = 600;

  // What counted.
  int allocations = 0;
  int requests = 0;
  int refreshes = 0;
  int indications = 0;
  int channel_data = 0;
  int released = 0;

  const SocketAddress& address() const { return address_; }
  bool Owns(const SocketAddress& relayed) const { return by_relayed_.count(relayed) != 0; }

  // A datagram from a client to the server's own address.
  std::vector<Sent> OnClient(ByteView bytes, const SocketAddress& client) {
    if (LooksLikeChannelData(bytes)) return OnChannelData(bytes, client);
    const auto message = StunMessage::Parse(bytes);
    if (!message) return {};
    if (message->method() == StunMethod::kBinding)
      return {Reply(BindingAnswer(*message, client), client)};
    if (message->kind() == StunClass::kIndication) return OnSend(*message, client);
    ++requests;
    if (stale_after > 0 && --stale_after == 0) nonce += "+";
    return {Reply(Answer(*message, client), client)};
  }

  // A datagram from a peer to a relayed address.
  std::vector<Sent> OnPeer(ByteView bytes, const SocketAddress& relayed,
                           const SocketAddress& peer) {
    const auto at = by_relayed_.find(relayed);
    if (at == by_relayed_.end()) return {};
    const Allocation& allocation = allocations_.at(at->second);
    if (allocation.permitted.count(peer.ip) == 0) return {};
    Bytes out(bytes.size() + 64);
    for (const auto& [number, bound] : allocation.channels) {
      if (bound != peer) continue;
      out = {static_cast<std::uint8_t>(number >> 8), static_cast<std::uint8_t>(number),
             static_cast<std::uint8_t>(bytes.size() >> 8), static_cast<std::uint8_t>(bytes.size())};
      out.insert(out.end(), bytes.begin(), bytes.end());
      return {Reply(out, at->second)};
    }
    StunWriter writer(out, StunMethod::kData, StunClass::kIndication, TransactionId{1});
    writer.XorAddress(StunAttribute::kXorPeerAddress, peer).Raw(StunAttribute::kData, bytes);
    const ByteView made = writer.Finish();
    return {Reply(Bytes(made.begin(), made.end()), at->second)};
  }

 private:
  struct Allocation {
    SocketAddress relayed;
    std::set<IpAddress> permitted;
    std::map<std::uint16_t, SocketAddress> channels;
  };

  // RFC 8656 section 12.2: a number has one peer and a peer one number, as long as they live.
  static bool Bind(Allocation& allocation, std::uint16_t number, const SocketAddress& peer) {
    for (const auto& [known, bound] : allocation.channels) {
      if ((known == number) != (bound == peer)) return false;
    }
    allocation.channels[number] = peer;
    return true;
  }

  Sent Reply(Bytes bytes, const SocketAddress& to) const {
    return {std::move(bytes), {address_, to}};
  }

  Bytes BindingAnswer(const StunMessage& message, const SocketAddress& client) const {
    Bytes out(128);
    StunWriter writer(out, StunMethod::kBinding, StunClass::kSuccess, message.transaction());
    writer.XorAddress(StunAttribute::kXorMappedAddress, client);
    const ByteView made = writer.Finish();
    return Bytes(made.begin(), made.end());
  }

  Bytes Key() const {
    const auto key = Md5(AsBytes(username + ":realm:" + password));
    return Bytes(key->begin(), key->end());
  }

  Bytes Refusal(const StunMessage& message, int code) const {
    Bytes out(256);
    StunWriter writer(out, message.method(), StunClass::kError, message.transaction());
    writer.ErrorCode(code).Text(StunAttribute::kRealm, "realm").Text(StunAttribute::kNonce, nonce);
    const ByteView made = writer.Finish();
    return Bytes(made.begin(), made.end());
  }

  Bytes Answer(const StunMessage& message, const SocketAddress& client) {
    if (!message.has_integrity()) return Refusal(message, 401);
    if (message.Text(StunAttribute::kNonce) != nonce) return Refusal(message, 438);
    const bool is_known = message.Text(StunAttribute::kUsername) == username &&
                          message.Text(StunAttribute::kRealm) == "realm" &&
                          message.VerifyIntegrity(Key());
    if (!is_known) return Refusal(message, 401);
    const auto peer = message.Address(StunAttribute::kXorPeerAddress);
    if (peer && refused_peers.count(*peer) != 0) return Refusal(message, 403);

    Bytes out(256);
    StunWriter writer(out, message.method(), StunClass::kSuccess, message.transaction());
    switch (message.method()) {
      case StunMethod::kAllocate:
        if (refuse_allocations_with != 0) return Refusal(message, refuse_allocations_with);
        if (message.U32(StunAttribute::kRequestedTransport) != 17U << 24)
          return Refusal(message, 442);
        writer.XorAddress(StunAttribute::kXorRelayedAddress, Allocate(message, client));
        writer.XorAddress(StunAttribute::kXorMappedAddress, client);
        writer.U32(StunAttribute::kLifetime, lifetime);
        break;
      case StunMethod::kRefresh:
        if (allocations_.count(client) == 0) return Refusal(message, 437);
        ++refreshes;
        if (message.U32(StunAttribute::kLifetime) == 0U) Release(client);
        writer.U32(StunAttribute::kLifetime, lifetime);
        break;
      case StunMethod::kCreatePermission:
        if (!peer || allocations_.count(client) == 0) return Refusal(message, 400);
        allocations_[client].permitted.insert(peer->ip);
        break;
      case StunMethod::kChannelBind: {
        const auto number = message.U32(StunAttribute::kChannelNumber);
        if (!peer || !number || allocations_.count(client) == 0) return Refusal(message, 400);
        if (!Bind(allocations_[client], static_cast<std::uint16_t>(*number >> 16), *peer)) {
          return Refusal(message, 400);
        }
        allocations_[client].permitted.insert(peer->ip);
        break;
      }
      default:
        return Refusal(message, 400);
    }
    const ByteView made = writer.Integrity(Key()).Finish();
    return Bytes(made.begin(), made.end());
  }

  SocketAddress Allocate(const StunMessage& message, const SocketAddress& client) {
    const auto at = allocations_.find(client);
    if (at != allocations_.end()) return at->second.relayed;
    ++allocations;
    SocketAddress relayed = address_;
    const bool wants_v6 = message.U32(StunAttribute::kRequestedAddressFamily) == 2U << 24;
    if (wants_v6) relayed.ip = *IpAddress::Parse("2001:db8:77::1");
    relayed.port = next_port_++;
    allocations_[client].relayed = relayed;
    by_relayed_[relayed] = client;
    return relayed;
  }

  void Release(const SocketAddress& client) {
    ++released;
    by_relayed_.erase(allocations_[client].relayed);
    allocations_.erase(client);
  }

  std::vector<Sent> OnSend(const StunMessage& message, const SocketAddress& client) {
    const auto peer = message.Address(StunAttribute::kXorPeerAddress);
    const auto data = message.Find(StunAttribute::kData);
    const auto at = allocations_.find(client);
    if (!peer || !data || at == allocations_.end()) return {};
    if (at->second.permitted.count(peer->ip) == 0) return {};
    ++indications;
    return {{Bytes(data->begin(), data->end()), {at->second.relayed, *peer}}};
  }

  std::vector<Sent> OnChannelData(ByteView bytes, const SocketAddress& client) {
    ByteReader reader(bytes);
    const std::uint16_t number = reader.U16();
    const ByteView data = reader.Take(reader.U16());
    const auto at = allocations_.find(client);
    if (!reader.ok() || at == allocations_.end()) return {};
    const auto channel = at->second.channels.find(number);
    if (channel == at->second.channels.end()) return {};
    ++channel_data;
    return {{Bytes(data.begin(), data.end()), {at->second.relayed, channel->second}}};
  }

  SocketAddress address_;
  std::uint16_t next_port_ = 49152;
  std::map<SocketAddress, Allocation> allocations_;
  std::map<SocketAddress, SocketAddress> by_relayed_;
};

}  // namespace onair::ice::testing
