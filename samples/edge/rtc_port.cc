// SPDX-License-Identifier: Apache-2.0
#include "samples/edge/rtc_port.h"

#include <algorithm>

#include "platform/runtime/clock.h"
#include "platform/runtime/local_addresses.h"
#include "samples/edge/rtc_peer.h"
#include "transport/ice/stun_message.h"

namespace onair::edge {
namespace {

// Of all sessions together. Source: ours; 0.2 s at 160 Mbit/s, where the system gives it.
constexpr runtime::DatagramSocketConfig kSocketConfig{.receive_buffer = DataSize::Mebibytes(4),
                                                      .send_buffer = DataSize::Mebibytes(4)};

// ICE takes as many bases. Those of the most use come first: listed by the system, loopback last.
constexpr std::size_t kMostAddresses = 8;

// Ports that the system chooses and one of our addresses does not have. Source: ours.
constexpr int kMostTries = 16;

// An address of all is useless to a peer: what it stands for.
Result<std::vector<IpAddress>> AddressesOf(const std::string& listen) {
  const auto ip = IpAddress::Parse(listen);
  if (!ip) return Fail(ErrorCode::kInvalidConfig, listen + " is no address");
  if (!ip->is_any()) return std::vector<IpAddress>{*ip};
  auto listed = runtime::ListLocalAddresses(runtime::Loopback::kInclude);
  if (!listed) return Forward(listed);
  std::vector<IpAddress> out;
  // As the system does for TCP: "::" is both families, "0.0.0.0" one.
  for (const runtime::LocalAddress& local : *listed) {
    if (local.ip.is_v4() || !ip->is_v4()) out.push_back(local.ip);
  }
  std::stable_partition(out.begin(), out.end(),
                        [](const IpAddress& one) { return !one.is_loopback(); });
  if (out.size() > kMostAddresses) out.resize(kMostAddresses);
  if (out.empty()) return Fail(ErrorCode::kUnreachable, "this machine has no address");
  return out;
}

}  // namespace

RtcPort::RtcPort(runtime::Loop& loop)
    : loop_(loop),
      sockets_(loop, [this](const Datagram& in, Timestamp now) { HandleDatagram(in, now); }) {}

RtcPort::~RtcPort() {
  loop_.Cancel(timer_);
}

Result<std::uint16_t> RtcPort::Bind(const std::string& listen, std::uint16_t port,
                                    std::uint16_t wish) {
  listen_ = listen;
  const auto ips = AddressesOf(listen);
  if (!ips) return Forward(ips);
  Status bound = BindAll(*ips, port != 0 ? port : wish);
  for (int i = 0; !bound && port == 0 && i < kMostTries; ++i) bound = BindAll(*ips, 0);
  if (!bound) return Forward(bound);
  return addresses_.front().port;
}

// An address that the system listed and does not give (IPv6 while it is tentative) is left out
// where there are others.
Status RtcPort::BindAll(const std::vector<IpAddress>& ips, std::uint16_t port) {
  for (const IpAddress& ip : ips) {
    const auto bound = sockets_.Bind({ip, port}, kSocketConfig);
    const bool is_last_hope = ip == ips.back() && addresses_.empty();
    if (!bound && bound.error().code == ErrorCode::kUnreachable && !is_last_hope) continue;
    if (!bound) {
      sockets_.Clear();
      addresses_.clear();
      return Fail(bound.error());
    }
    addresses_.push_back(*bound);
    port = bound->port;
  }
  return {};
}

void RtcPort::Refresh() {
  const auto ips = AddressesOf(listen_);
  if (!ips || addresses_.empty()) return;
  const std::uint16_t port = addresses_.front().port;
  std::vector<SocketAddress> now;
  for (const IpAddress& ip : *ips) now.push_back({ip, port});
  MakeRoom(now);
  std::erase_if(now, [this](const SocketAddress& address) {
    return sockets_.socket(address) == nullptr && !sockets_.Bind(address, kSocketConfig);
  });
  if (!now.empty()) addresses_ = std::move(now);
}

// Addresses that change each day would use up all sockets at last.
void RtcPort::MakeRoom(const std::vector<SocketAddress>& wanted) {
  const std::vector<SocketAddress> bound = sockets_.addresses();
  if (bound.size() + wanted.size() <= runtime::DatagramSockets::kMost) return;
  for (const SocketAddress& address : bound) {
    if (std::find(wanted.begin(), wanted.end(), address) == wanted.end()) sockets_.Unbind(address);
  }
}

void RtcPort::Attach(RtcPeer& peer) {
  routes_.Add(peer.ufrag(), &peer);
  wakes_.emplace(peer.wake_at, &peer);
}

void RtcPort::Detach(RtcPeer& peer) {
  routes_.Remove(peer.ufrag(), &peer);
  wakes_.erase({peer.wake_at, &peer});
}

void RtcPort::SetWake(RtcPeer& peer, Timestamp wake_at) {
  if (wake_at == peer.wake_at) return;
  auto node = wakes_.extract({peer.wake_at, &peer});
  peer.wake_at = wake_at;
  node.value().first = wake_at;
  wakes_.insert(std::move(node));
  Arm();
}

void RtcPort::Send(const DatagramTransmit& out) {
  is_answered_ = is_answered_ || (asked_ != nullptr && out.path == *asked_);
  sockets_.Send(out);
}

RtcPortStats RtcPort::stats() const {
  RtcPortStats stats = stats_;
  for (const SocketAddress& address : addresses_) {
    if (const auto* socket = sockets_.socket(address)) stats.send_full += socket->stats().send_full;
  }
  return stats;
}

void RtcPort::HandleDatagram(const Datagram& in, Timestamp now) {
  ++stats_.datagrams_in;
  if (ice::LooksLikeStun(in.bytes)) return HandleCheck(in, now);
  if (RtcPeer* const* peer = routes_.ByPath(in.path)) return (*peer)->HandleDatagram(in, now);
  ++stats_.datagrams_strange;
}

// RFC 8445 section 7.2.2: "The username for the credential is formed by concatenating the
// username fragment provided by the peer with the username fragment of the ICE agent sending the
// request, separated by a colon". A lite side sends no requests, so nothing else is for us.
void RtcPort::HandleCheck(const Datagram& in, Timestamp now) {
  const auto check = ice::StunMessage::Parse(in.bytes);
  const auto user = check ? check->Text(ice::StunAttribute::kUsername) : std::nullopt;
  RtcPeer* const* named = user ? routes_.ByName(user->substr(0, user->find(':'))) : nullptr;
  if (named == nullptr) {
    ++stats_.datagrams_strange;
    return;
  }
  RtcPeer* const peer = *named;
  asked_ = &in.path;
  is_answered_ = false;
  peer->HandleDatagram(in, now);
  asked_ = nullptr;
  // Only who knows the password is answered.
  if (is_answered_) routes_.Learn(in.path, peer, now);
}

// A timer that is too early costs less than one that is set anew with each packet.
void RtcPort::Arm() {
  if (wakes_.empty()) return;
  const Timestamp due = std::max(wakes_.begin()->first, not_before_);
  if (due >= armed_at_ || !due.is_finite()) return;
  loop_.Cancel(timer_);
  armed_at_ = due;
  timer_ = loop_.PostAt(due, [this] { Fire(); });
}

void RtcPort::Fire() {
  const Timestamp now = runtime::Now();
  timer_ = runtime::TimerId::kNone;
  armed_at_ = Timestamp::MinusInfinity();  // Armed below, once for all.
  not_before_ = now + kShortestSleep;
  // Each at most once: one that is due again at once has its next turn in a while.
  for (std::size_t left = wakes_.size(); left > 0 && !wakes_.empty(); --left) {
    const auto [due, peer] = *wakes_.begin();
    if (due > now) break;
    SetWake(*peer, not_before_);
    peer->HandleTimeout(now);
  }
  armed_at_ = Timestamp::PlusInfinity();
  Arm();
}

}  // namespace onair::edge
