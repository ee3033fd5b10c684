// SPDX-License-Identifier: Apache-2.0
//
// usrsctp has one timer wheel, one output function and one table of addresses for the process,
// and its timers act for whoever they belong to, on the thread of whoever moves the time. So
// every call into it, and everything that its callbacks touch, happens under the one lock here.
#include "transport/webrtc/sctp_socket.h"

#include <usrsctp.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <map>
#include <mutex>
#include <utility>

namespace onair::webrtc {
namespace {

// Source: libwebrtc, net/dcsctp/public/dcsctp_options.h: "rto_initial" 500 ms, "rto_min" 400 ms;
// the longest is ours: a path that was away for a minute is back within this.
constexpr std::uint32_t kRtoInitialMs = 500;
constexpr std::uint32_t kRtoMinMs = 400;
constexpr std::uint32_t kRtoMaxMs = 5'000;
// RFC 9260 section 6.2 allows 500 ms; a shorter one finds losses sooner.
constexpr std::uint32_t kSackDelayMs = 20;
// usrsctp bursts far less; a driver that does not Poll() loses packets, which are sent again.
constexpr std::size_t kMaxPackets = 2048;
// Over AF_CONN usrsctp leaves it out of what it calls the path MTU.
constexpr std::size_t kCommonHeader = 12;

}  // namespace

struct SctpSocket::State {
  void* address = nullptr;  // Its name in usrsctp: a number, never looked behind.
  struct socket* socket = nullptr;
  std::deque<Bytes> packets;
  std::deque<SctpArrival> arrivals;
  std::int64_t packets_dropped = 0;
};

namespace {

using State = SctpSocket::State;

// What usrsctp keeps for the process. See docs/decisions/0014.
struct Engine {
  std::mutex lock;
  // Who is told of what; packets of those who left find nobody.
  std::map<void*, State*> users;
  std::uintptr_t last_address = 0;
  bool is_running = false;
  Timestamp clock = Timestamp::Zero();  // How far usrsctp's timers have been moved.
};

Engine& TheEngine() {
  static Engine engine;
  return engine;
}

State* UserAt(void* address) {
  const auto found = TheEngine().users.find(address);
  return found == TheEngine().users.end() ? nullptr : found->second;
}

int OnOutput(void* address, void* packet, size_t size, uint8_t, uint8_t) {
  State* user = UserAt(address);
  if (user == nullptr) return 0;
  if (user->packets.size() >= kMaxPackets) {
    ++user->packets_dropped;
    return 0;
  }
  const auto* bytes = static_cast<const std::uint8_t*>(packet);
  user->packets.emplace_back(bytes, bytes + size);
  return 0;
}

void TakeAssociationChange(State& user, const sctp_assoc_change& change) {
  switch (change.sac_state) {
    case SCTP_COMM_UP:
      return user.arrivals.push_back({.kind = SctpArrival::Kind::kUp});
    case SCTP_COMM_LOST:
    case SCTP_SHUTDOWN_COMP:
    case SCTP_CANT_STR_ASSOC:
      return user.arrivals.push_back({.kind = SctpArrival::Kind::kDown});
    default:
      return;
  }
}

void TakeStreamReset(State& user, ByteView event) {
  sctp_stream_reset_event head;
  std::memcpy(&head, event.data(), sizeof head);
  const bool is_own = (head.strreset_flags & SCTP_STREAM_RESET_OUTGOING_SSN) != 0;
  for (std::size_t at = sizeof head; at + 2 <= event.size(); at += 2) {
    SctpArrival arrival{is_own ? SctpArrival::Kind::kOwnReset : SctpArrival::Kind::kPeerReset};
    std::memcpy(&arrival.stream, event.data() + at, 2);
    user.arrivals.push_back(std::move(arrival));
  }
}

void TakeNotification(State& user, ByteView event) {
  decltype(sctp_notification::sn_header) head;
  if (event.size() < sizeof head) return;
  std::memcpy(&head, event.data(), sizeof head);
  if (head.sn_type == SCTP_ASSOC_CHANGE && event.size() >= sizeof(sctp_assoc_change)) {
    sctp_assoc_change change;
    std::memcpy(&change, event.data(), sizeof change);
    TakeAssociationChange(user, change);
  } else if (head.sn_type == SCTP_STREAM_RESET_EVENT &&
             event.size() >= sizeof(sctp_stream_reset_event)) {
    TakeStreamReset(user, event);
  }
}

// `data` is ours to free.
int OnReceive(struct socket*, union sctp_sockstore, void* data, size_t size, sctp_rcvinfo info,
              int flags, void* address) {
  const std::unique_ptr<void, decltype(&std::free)> owned(data, &std::free);
  State* user = UserAt(address);
  if (user == nullptr || data == nullptr) return 1;
  const ByteView bytes(static_cast<const std::uint8_t*>(data), size);
  if ((flags & MSG_NOTIFICATION) != 0) {
    TakeNotification(*user, bytes);
  } else {
    user->arrivals.push_back({.kind = SctpArrival::Kind::kMessagePart,
                              .stream = info.rcv_sid,
                              .ppid = ntohl(info.rcv_ppid),
                              .bytes = Bytes(bytes.begin(), bytes.end()),
                              .first_tsn = info.rcv_tsn,
                              .is_last = (flags & MSG_EOR) != 0});
  }
  return 1;
}

void StartEngine(Engine& engine) {
  if (engine.is_running) return;
  usrsctp_init_nothreads(0, OnOutput, nullptr);
  usrsctp_sysctl_set_sctp_ecn_enable(0);     // Its bits would end in the DTLS record.
  usrsctp_sysctl_set_sctp_asconf_enable(0);  // There is one address, and it has no number.
  usrsctp_sysctl_set_sctp_auth_enable(0);    // DTLS does that.
  usrsctp_sysctl_set_sctp_blackhole(2);      // Strays are not answered.
  usrsctp_sysctl_set_sctp_no_csum_on_loopback(0);
  engine.is_running = true;
}

void Join(Engine& engine, State& user, Timestamp now) {
  StartEngine(engine);
  // The first of all sets the clock; nobody is left who knew another one.
  if (engine.users.empty()) engine.clock = now;
  user.address = reinterpret_cast<void*>(++engine.last_address);
  engine.users.emplace(user.address, &user);
  usrsctp_register_address(user.address);
}

void CloseSocket(State& user) {
  if (user.socket != nullptr) usrsctp_close(user.socket);
  user.socket = nullptr;
}

void Leave(Engine& engine, State& user) {
  engine.users.erase(user.address);
  CloseSocket(user);
  usrsctp_deregister_address(user.address);
  if (engine.users.empty() && usrsctp_finish() == 0) engine.is_running = false;
}

void MoveClock(Engine& engine, Timestamp now) {
  // A day at once is enough to make everything due; more would not fit its milliseconds.
  const TimeDelta passed = std::min(now - engine.clock, TimeDelta::Seconds(86'400));
  const std::int64_t ticks = passed.us() / SctpSocket::kTick.us();
  if (ticks <= 0) return;
  engine.clock = engine.clock + SctpSocket::kTick * ticks;
  usrsctp_handle_timers(static_cast<std::uint32_t>(ticks * SctpSocket::kTick.us() / 1000));
}

sockaddr_conn AddressOf(const State& user, std::uint16_t port) {
  sockaddr_conn address{};
  // BSD's sockets, and so Apple's, have a length in front.
  [](auto& a) {
    if constexpr (requires { a.sconn_len; }) a.sconn_len = sizeof a;
  }(address);
  address.sconn_family = AF_CONN;
  address.sconn_port = htons(port);
  address.sconn_addr = user.address;
  return address;
}

template <typename Option>
bool Set(struct socket* socket, int level, int name, const Option& option) {
  return usrsctp_setsockopt(socket, level, name, &option, sizeof option) == 0;
}

bool SetOptions(struct socket* socket, const SctpConfig& config) {
  const linger at_once{1, 0};
  const int send = static_cast<int>(config.send_buffer_bytes);
  const int receive = static_cast<int>(config.receive_buffer_bytes);
  const int on = 1;
  sctp_assoc_value resets{SCTP_ALL_ASSOC, SCTP_ENABLE_RESET_STREAM_REQ};
  const sctp_initmsg init{config.streams, config.streams, 0, 0};
  const sctp_rtoinfo rto{0, kRtoInitialMs, kRtoMaxMs, kRtoMinMs};
  const sctp_sack_info sack{0, kSackDelayMs, 2};
  bool is_done =
      usrsctp_set_non_blocking(socket, 1) == 0 && Set(socket, SOL_SOCKET, SO_LINGER, at_once) &&
      Set(socket, SOL_SOCKET, SO_SNDBUF, send) && Set(socket, SOL_SOCKET, SO_RCVBUF, receive) &&
      Set(socket, IPPROTO_SCTP, SCTP_NODELAY, on) &&
      Set(socket, IPPROTO_SCTP, SCTP_ENABLE_STREAM_RESET, resets) &&
      Set(socket, IPPROTO_SCTP, SCTP_INITMSG, init) &&
      Set(socket, IPPROTO_SCTP, SCTP_RTOINFO, rto) &&
      Set(socket, IPPROTO_SCTP, SCTP_DELAYED_SACK, sack);
  for (const int kind : {SCTP_ASSOC_CHANGE, SCTP_STREAM_RESET_EVENT}) {
    is_done = is_done && Set(socket, IPPROTO_SCTP, SCTP_EVENT,
                             sctp_event{SCTP_ALL_ASSOC, static_cast<std::uint16_t>(kind), 1});
  }
  return is_done;
}

// ICE's consent tells whether the path is alive, and its packets are as long as we say.
bool FixPath(State& user, const SctpConfig& config) {
  sctp_paddrparams path{};
  const sockaddr_conn remote = AddressOf(user, config.remote_port);
  std::memcpy(&path.spp_address, &remote, sizeof remote);
  path.spp_flags = SPP_PMTUD_DISABLE | SPP_HB_DISABLE;
  path.spp_pathmtu = static_cast<std::uint32_t>(config.packet_bytes - kCommonHeader);
  return Set(user.socket, IPPROTO_SCTP, SCTP_PEER_ADDR_PARAMS, path);
}

bool Open(State& user, const SctpConfig& config) {
  user.socket =
      usrsctp_socket(AF_CONN, SOCK_STREAM, IPPROTO_SCTP, OnReceive, nullptr, 0, user.address);
  if (user.socket == nullptr || !SetOptions(user.socket, config)) return false;
  sockaddr_conn local = AddressOf(user, config.local_port);
  if (usrsctp_bind(user.socket, reinterpret_cast<sockaddr*>(&local), sizeof local) != 0) {
    return false;
  }
  sockaddr_conn remote = AddressOf(user, config.remote_port);
  const int answer =
      usrsctp_connect(user.socket, reinterpret_cast<sockaddr*>(&remote), sizeof remote);
  return (answer == 0 || errno == EINPROGRESS) && FixPath(user, config);
}

}  // namespace

Result<SctpSocket> SctpSocket::Connect(const SctpConfig& config, Timestamp now) {
  Engine& engine = TheEngine();
  auto state = std::make_unique<State>();
  const std::lock_guard hold(engine.lock);
  Join(engine, *state, now);
  MoveClock(engine, now);
  if (!Open(*state, config)) {
    const int reason = errno;
    Leave(engine, *state);
    return Fail(ErrorCode::kInternal, "SCTP: no association", reason);
  }
  return SctpSocket(std::move(state));
}

SctpSocket::SctpSocket(std::unique_ptr<State> state) : state_(std::move(state)) {}
SctpSocket::SctpSocket(SctpSocket&&) noexcept = default;
SctpSocket& SctpSocket::operator=(SctpSocket&& other) noexcept {
  std::swap(state_, other.state_);
  return *this;
}
SctpSocket::~SctpSocket() {
  if (!state_) return;
  const std::lock_guard hold(TheEngine().lock);
  Leave(TheEngine(), *state_);
}

void SctpSocket::HandlePacket(ByteView packet, Timestamp now) {
  const std::lock_guard hold(TheEngine().lock);
  MoveClock(TheEngine(), now);
  usrsctp_conninput(state_->address, packet.data(), packet.size(), 0);
}

void SctpSocket::HandleTime(Timestamp now) {
  const std::lock_guard hold(TheEngine().lock);
  MoveClock(TheEngine(), now);
}

Status SctpSocket::Send(const SctpMessage& message) {
  const std::lock_guard hold(TheEngine().lock);
  sctp_sendv_spa how{};
  how.sendv_flags = SCTP_SEND_SNDINFO_VALID;
  how.sendv_sndinfo.snd_sid = message.stream;
  how.sendv_sndinfo.snd_flags = static_cast<std::uint16_t>(
      SCTP_EOR | (message.order == ChannelOrder::kOrdered ? 0 : SCTP_UNORDERED));
  how.sendv_sndinfo.snd_ppid = htonl(message.ppid);
  if (message.max_retransmits) {
    how.sendv_prinfo = {SCTP_PR_SCTP_RTX, *message.max_retransmits};
    how.sendv_flags |= SCTP_SEND_PRINFO_VALID;
  } else if (message.max_lifetime) {
    how.sendv_prinfo = {SCTP_PR_SCTP_TTL,
                        static_cast<std::uint32_t>(message.max_lifetime->us() / 1000)};
    how.sendv_flags |= SCTP_SEND_PRINFO_VALID;
  }
  if (state_->socket == nullptr) return Fail(ErrorCode::kInvalidState, "SCTP: it is over");
  if (usrsctp_sendv(state_->socket, message.bytes.data(), message.bytes.size(), nullptr, 0, &how,
                    sizeof how, SCTP_SENDV_SPA, 0) >= 0) {
    return {};
  }
  if (errno == EWOULDBLOCK || errno == EAGAIN) {
    return Fail(ErrorCode::kLimit, "SCTP: the send buffer is full", errno);
  }
  return Fail(ErrorCode::kInvalidState, "SCTP: the association takes no such message", errno);
}

SctpSocket::Reset SctpSocket::ResetStream(std::uint16_t stream) {
  const std::lock_guard hold(TheEngine().lock);
  if (state_->socket == nullptr) return Reset::kImpossible;
  alignas(sctp_reset_streams) std::array<std::uint8_t, sizeof(sctp_reset_streams) + 2> wish{};
  const sctp_reset_streams head{SCTP_ALL_ASSOC, SCTP_STREAM_RESET_OUTGOING, 1};
  std::memcpy(wish.data(), &head, sizeof head);
  std::memcpy(wish.data() + sizeof head, &stream, sizeof stream);
  if (Set(state_->socket, IPPROTO_SCTP, SCTP_RESET_STREAMS, wish)) return Reset::kBegun;
  return errno == EALREADY || errno == EAGAIN ? Reset::kLater : Reset::kImpossible;
}

void SctpSocket::Abort() {
  const std::lock_guard hold(TheEngine().lock);
  CloseSocket(*state_);
}

bool SctpSocket::TakePacket(Bytes& into) {
  const std::lock_guard hold(TheEngine().lock);
  if (state_->packets.empty()) return false;
  into = std::move(state_->packets.front());
  state_->packets.pop_front();
  return true;
}

bool SctpSocket::TakeArrival(SctpArrival& into) {
  const std::lock_guard hold(TheEngine().lock);
  if (state_->arrivals.empty()) return false;
  into = std::move(state_->arrivals.front());
  state_->arrivals.pop_front();
  return true;
}

bool SctpSocket::has_unacknowledged() const {
  const std::lock_guard hold(TheEngine().lock);
  sctp_status status{};
  socklen_t size = sizeof status;
  return state_->socket != nullptr &&
         usrsctp_getsockopt(state_->socket, IPPROTO_SCTP, SCTP_STATUS, &status, &size) == 0 &&
         (status.sstat_unackdata > 0 || status.sstat_penddata > 0);
}

std::int64_t SctpSocket::packets_dropped() const {
  const std::lock_guard hold(TheEngine().lock);
  return state_->packets_dropped;
}

}  // namespace onair::webrtc
