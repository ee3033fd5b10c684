// SPDX-License-Identifier: Apache-2.0
//
// Two ICE agents of ours in one program, which may reach each other only by a TURN server that
// we did not write.
// usage: onair-ice-peer udp|tcp|tls SERVER USER PASSWORD [v6|late]   SERVER: "127.0.0.1:3478"
// v6: the relayed address is an IPv6 one; late: the second agent comes two seconds later.
// Prints "srflx ADDRESS", "relayed ADDRESS", "connected", "lost WHY" and, after 50 words each way
// and one more after a second's rest, "echoed N"; ends with 0 when all arrived.
#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "transport/ice/agent.h"
#include "transport/tls/stream.h"

namespace onair::ice {
namespace {

Timestamp Now() {
  return Timestamp::Micros(std::chrono::duration_cast<std::chrono::microseconds>(
                               std::chrono::steady_clock::now().time_since_epoch())
                               .count());
}

sockaddr_storage ToSystem(const SocketAddress& address, socklen_t& length) {
  sockaddr_storage out{};
  if (address.ip.is_v4()) {
    auto& v4 = reinterpret_cast<sockaddr_in&>(out);
    v4.sin_family = AF_INET;
    v4.sin_port = htons(address.port);
    std::memcpy(&v4.sin_addr, address.ip.bytes.data(), 4);
    length = sizeof v4;
  } else {
    auto& v6 = reinterpret_cast<sockaddr_in6&>(out);
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(address.port);
    std::memcpy(&v6.sin6_addr, address.ip.bytes.data(), 16);
    length = sizeof v6;
  }
  return out;
}

SocketAddress FromSystem(const sockaddr_storage& in) {
  SocketAddress address;
  if (in.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(in);
    std::memcpy(address.ip.bytes.data(), &v4.sin_addr, 4);
    address.port = ntohs(v4.sin_port);
  } else {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(in);
    address.ip.family = IpAddress::Family::kV6;
    std::memcpy(address.ip.bytes.data(), &v6.sin6_addr, 16);
    address.port = ntohs(v6.sin6_port);
  }
  return address;
}

// An agent with one UDP socket and at most one stream.
class Peer {
 public:
  Peer(const AgentConfig& config, const IpAddress& bind_to, std::optional<SocketAddress> only)
      : agent(Agent::Create(config, Rng(Now().us()), NullTrace(), Now()).value()), only_(only) {
    udp_ = socket(bind_to.is_v4() ? AF_INET : AF_INET6, SOCK_DGRAM, 0);
    socklen_t length = 0;
    sockaddr_storage at = ToSystem({bind_to, 0}, length);
    (void)!bind(udp_, reinterpret_cast<sockaddr*>(&at), length);
    length = sizeof at;
    getsockname(udp_, reinterpret_cast<sockaddr*>(&at), &length);
    base_ = FromSystem(at);
    // Where all but the server is out of reach, we stand behind a router, so to say.
    if (only_ && base_.ip.is_v4()) base_.ip = IpAddress::V4(10, 9, 9, 9);
  }
  void Start(Peer& other) {
    other_ = &other;
    (void)agent.AddLocalAddress(base_, 0, Now()).has_value();
    agent.FinishLocalAddresses(Now());
    Pump();
  }

  void Pump() {
    for (;;) {
      auto out = agent.Poll();
      if (const auto* idle = std::get_if<Idle>(&out)) {
        wake_at = idle->wake_at;
        return;
      }
      if (const auto* transmit = std::get_if<DatagramTransmit>(&out)) {
        if (only_ && transmit->path.remote != *only_) continue;
        socklen_t length = 0;
        const sockaddr_storage to = ToSystem(transmit->path.remote, length);
        (void)!sendto(udp_, transmit->bytes.data(), transmit->bytes.size(), 0,
                      reinterpret_cast<const sockaddr*>(&to), length);
      } else {
        Take(std::get<Agent::Event>(out));
      }
    }
  }

  void Read() {
    std::array<std::uint8_t, 4096> in;
    sockaddr_storage from{};
    socklen_t length = sizeof from;
    ssize_t size = recvfrom(udp_, in.data(), in.size(), MSG_DONTWAIT,
                            reinterpret_cast<sockaddr*>(&from), &length);
    const SocketAddress sender = FromSystem(from);
    if (size > 0 && (!only_ || sender == *only_)) {
      agent.HandleDatagram({ByteView(in).first(size), {base_, sender}}, Now());
    }
    size = stream_ < 0 ? -1 : recv(stream_, in.data(), in.size(), MSG_DONTWAIT);
    if (size > 0) OnStream(ByteView(in).first(size));
    agent.HandleTimeout(Now());
    Pump();
  }

  std::vector<pollfd> Waiting() const { return {{udp_, POLLIN, 0}, {stream_, POLLIN, 0}}; }

  Agent agent;
  Timestamp wake_at = Timestamp::PlusInfinity();
  int heard = 0;
  bool is_lost = false;

 private:
  void Take(const Agent::Event& event) {
    if (const auto* found = std::get_if<Agent::LocalCandidate>(&event)) {
      const std::string_view type = ToString(found->candidate.type);
      std::printf("%.*s %s\n", static_cast<int>(type.size()), type.data(),
                  ToString(found->candidate.address).c_str());
      other_->agent.AddRemoteCandidate(found->candidate, Now());
    } else if (std::holds_alternative<Agent::Data>(event)) {
      ++heard;
    } else if (const auto* wanted = std::get_if<Agent::StreamWanted>(&event)) {
      Open(*wanted);
    } else if (const auto* bytes = std::get_if<Agent::StreamBytes>(&event)) {
      if (!tls_) return (void)!send(stream_, bytes->bytes.data(), bytes->bytes.size(), 0);
      tls_->Write(bytes->bytes, Now());
      PumpTls();
    } else if (const auto* lost = std::get_if<Agent::RelayLost>(&event)) {
      std::printf("lost %s\n", ToString(lost->error).c_str());
      is_lost = true;
    }
  }

  void Open(const Agent::StreamWanted& wanted) {
    stream_id_ = wanted.id;
    server_ = wanted.server;
    socklen_t length = 0;
    const sockaddr_storage to = ToSystem(wanted.server, length);
    stream_ = socket(wanted.server.ip.is_v4() ? AF_INET : AF_INET6, SOCK_STREAM, 0);
    if (connect(stream_, reinterpret_cast<const sockaddr*>(&to), length) != 0) {
      return agent.HandleStreamClosed(stream_id_, {ErrorCode::kConnectRefused, "TURN"}, Now());
    }
    if (wanted.transport != TurnTransport::kTls) return Opened();
    const auto trust = tls::Trust::Load("", tls::VerifyPeer::kNo);
    tls_.emplace(tls::Stream::Client({"localhost", *trust}, Now()).value());
    PumpTls();
  }
  void Opened() { agent.HandleStreamOpened(stream_id_, {base_, server_}, Now()); }

  void OnStream(ByteView in) {
    if (!tls_) return agent.HandleStreamBytes(stream_id_, in, Now());
    tls_->HandleBytes(in, Now());
    PumpTls();
  }
  void PumpTls() {
    for (;;) {
      auto out = tls_->Poll();
      if (std::holds_alternative<Idle>(out)) return;
      if (const auto* transmit = std::get_if<Transmit>(&out)) {
        (void)!send(stream_, transmit->bytes.data(), transmit->bytes.size(), 0);
        continue;
      }
      auto& event = std::get<tls::Stream::Event>(out);
      if (std::holds_alternative<tls::Stream::Secured>(event)) Opened();
      if (const auto* plain = std::get_if<tls::Stream::Plaintext>(&event)) {
        agent.HandleStreamBytes(stream_id_, plain->bytes, Now());
      }
    }
  }

  std::optional<SocketAddress> only_;  // Nobody else is reached or heard by UDP.
  SocketAddress base_;
  Peer* other_ = nullptr;
  int udp_ = -1;
  int stream_ = -1;
  StreamId stream_id_{};
  SocketAddress server_;
  std::optional<tls::Stream> tls_;
};

void RunFor(Peer& a, Peer& b, TimeDelta span) {
  const Timestamp end = Now() + span;
  while (Now() < end) {
    std::vector<pollfd> waiting = a.Waiting();
    for (const pollfd& one : b.Waiting()) waiting.push_back(one);
    const TimeDelta wait = std::min({a.wake_at, b.wake_at, end}) - Now();
    poll(waiting.data(), waiting.size(),
         static_cast<int>(std::max<std::int64_t>(0, wait.ms() + 1)));
    a.Read();
    b.Read();
  }
}

void Talk(Peer& a, Peer& b, int words) {
  for (int i = 0; i < words; ++i) {
    const Bytes word(static_cast<std::size_t>(100 + i * 20), 0x80);
    (void)a.agent.Send(word, Now()).has_value();
    (void)b.agent.Send(word, Now()).has_value();
    RunFor(a, b, TimeDelta::Millis(10));
  }
}

int Run(const std::string& way, const SocketAddress& server, const std::string& user,
        const std::string& password, const std::string& option) {
  AgentConfig a_config{.local = {"aaaa", std::string(22, 'a')}};
  a_config.stun_servers = {server};
  TurnServer turn{.address = server, .username = user, .password = password};
  turn.transport = way == "udp"   ? TurnTransport::kUdp
                   : way == "tcp" ? TurnTransport::kTcp
                                  : TurnTransport::kTls;
  turn.host = "localhost";
  const bool is_v6 = option == "v6";
  if (is_v6) turn.relayed_family = IpAddress::Family::kV6;
  a_config.turn_servers = {turn};
  AgentConfig b_config{.local = {"bbbb", std::string(22, 'b')}, .role = Role::kControlled};
  Peer a(a_config, server.ip, server);
  Peer b(b_config, is_v6 ? *IpAddress::Parse("::1") : IpAddress::V4(127, 0, 0, 1), std::nullopt);
  (void)a.agent.SetRemoteCredentials(b_config.local, Implementation::kFull, Now()).has_value();
  (void)b.agent.SetRemoteCredentials(a_config.local, Implementation::kFull, Now()).has_value();
  a.Start(b);
  if (option == "late") RunFor(a, b, TimeDelta::Seconds(2));
  b.Start(a);

  for (int i = 0; i < 100 && !a.is_lost; ++i) {
    RunFor(a, b, TimeDelta::Millis(50));
    const bool are_connected =
        a.agent.state() == Agent::State::kConnected && b.agent.state() == Agent::State::kConnected;
    if (!are_connected) continue;
    RunFor(a, b, TimeDelta::Millis(300));  // For the channel.
    std::printf("connected %s\n", a.agent.selected_path()->is_relayed ? "relayed" : "direct");
    Talk(a, b, 50);
    RunFor(a, b, TimeDelta::Seconds(1));
    Talk(a, b, 1);
    RunFor(a, b, TimeDelta::Millis(200));
    std::printf("echoed %d %d\n", a.heard, b.heard);
    a.agent.Close(Now());
    a.Pump();
    return a.heard == 51 && b.heard == 51 ? 0 : 1;
  }
  return 1;
}

}  // namespace
}  // namespace onair::ice

int main(int argc, char** argv) {
  using namespace onair;
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  const auto server = argc < 5 ? std::nullopt : SocketAddress::Parse(argv[2]);
  if (!server) return 2;
  return ice::Run(argv[1], *server, argv[3], argv[4], argc > 5 ? argv[5] : "");
}
