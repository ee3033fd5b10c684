// SPDX-License-Identifier: Apache-2.0
//
// Our DTLS on a real UDP socket of this host, for strangers to talk to.
// usage: onair-dtls-peer active|passive LOCAL_PORT REMOTE_PORT FINGERPRINT [LABEL]
// Prints "connected PROFILE CLIENT_KEY|SERVER_KEY|CLIENT_SALT|SERVER_SALT" in hexadecimal, then
// "data TEXT" for what comes, which it sends back, and "closed TEXT"; ends 20 s after its start.
// With LABEL there are data channels in it: it opens one of that name and says "hello" there; it
// prints "opened LABEL", "message TEXT" (long ones by their length) for what comes on any channel,
// which it sends back, and "gone NUMBER".
#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "transport/tls/dtls_association.h"
#include "transport/webrtc/data_channels.h"

namespace onair {
namespace {

Timestamp Now() {
  return Timestamp::Micros(std::chrono::duration_cast<std::chrono::microseconds>(
                               std::chrono::steady_clock::now().time_since_epoch())
                               .count());
}

sockaddr_in Loopback(const char* port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(std::atoi(port)));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

void PrintHex(const std::uint8_t* bytes, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) std::printf("%02X", bytes[i]);
}

void Print(const dtls::SrtpKeys& keys, dtls::Role role) {
  const bool is_client = role == dtls::Role::kActive;
  const auto& client = is_client ? keys.local : keys.remote;
  const auto& server = is_client ? keys.remote : keys.local;
  std::printf("connected %d ", static_cast<int>(keys.profile));
  PrintHex(client.key.data(), client.key.size());
  PrintHex(server.key.data(), server.key.size());
  PrintHex(client.salt.data(), client.salt_bytes);
  PrintHex(server.salt.data(), server.salt_bytes);
  std::printf("\n");
}

struct Peer {
  dtls::Role role;
  int socket;
  dtls::Association association;
  const char* label;  // Null: no data channels.
  std::optional<webrtc::DataChannels> channels = std::nullopt;
};

void Take(Peer& peer, webrtc::DataChannels::Event& event) {
  using webrtc::DataChannels;
  if (const auto* opened = std::get_if<DataChannels::Opened>(&event)) {
    std::printf("opened %s\n", opened->config.label.c_str());
    if (opened->config.label == peer.label) {
      static_cast<void>(peer.channels->Send(opened->id, webrtc::MessageKind::kText,
                                            Bytes{'h', 'e', 'l', 'l', 'o'}, Now()));
    }
  } else if (const auto* message = std::get_if<DataChannels::Message>(&event)) {
    const std::size_t size = message->bytes.size();
    const std::string text(message->bytes.begin(), message->bytes.end());
    std::printf("message %s\n", size > 80 ? std::to_string(size).c_str() : text.c_str());
    static_cast<void>(peer.channels->Send(message->id, message->kind, message->bytes, Now()));
  } else if (const auto* gone = std::get_if<DataChannels::ChannelClosed>(&event)) {
    std::printf("gone %d\n", static_cast<int>(gone->id));
  }
}

// The data channels' deadline; what they send is in the association then.
Timestamp SettleChannels(Peer& peer) {
  while (peer.channels) {
    auto out = peer.channels->Poll();
    if (const auto* idle = std::get_if<Idle>(&out)) return idle->wake_at;
    if (const auto* packet = std::get_if<webrtc::DataChannels::Outgoing>(&out)) {
      peer.association.Write(packet->bytes, Now());
    } else {
      Take(peer, std::get<webrtc::DataChannels::Event>(out));
    }
  }
  return Timestamp::PlusInfinity();
}

void Take(Peer& peer, const dtls::Association::Connected& up) {
  Print(*up.srtp, peer.role);
  if (peer.label == nullptr) return;
  peer.channels = webrtc::DataChannels::Create({.role = peer.role}, Now()).value();
  static_cast<void>(peer.channels->Open({.label = peer.label}, Now()));
}

void Take(Peer& peer, const dtls::Association::ApplicationData& data) {
  if (peer.channels) return peer.channels->HandleDatagram(data.bytes, Now());
  const Bytes echo(data.bytes.begin(), data.bytes.end());
  std::printf("data %.*s\n", static_cast<int>(echo.size()),
              reinterpret_cast<const char*>(echo.data()));
  peer.association.Write(echo, Now());
}

// Sends what waits, prints what happened; the next deadline, or nothing when it is over.
std::optional<Timestamp> Settle(Peer& peer) {
  for (;;) {
    const Timestamp channels_due = SettleChannels(peer);
    auto out = peer.association.Poll();
    if (const auto* idle = std::get_if<Idle>(&out)) return std::min(idle->wake_at, channels_due);
    if (const auto* packet = std::get_if<dtls::Association::Outgoing>(&out)) {
      (void)!send(peer.socket, packet->bytes.data(), packet->bytes.size(), 0);
      continue;
    }
    auto& event = std::get<dtls::Association::Event>(out);
    if (const auto* up = std::get_if<dtls::Association::Connected>(&event)) Take(peer, *up);
    if (const auto* data = std::get_if<dtls::Association::ApplicationData>(&event)) {
      Take(peer, *data);
    }
    if (const auto* closed = std::get_if<dtls::Association::Closed>(&event)) {
      std::printf("closed %s\n", ToString(closed->error).c_str());
      return std::nullopt;
    }
  }
}

// Takes what came; the first sender is the one that a passive end talks to.
void Receive(Peer& peer, bool& is_joined) {
  std::array<std::uint8_t, 2048> in;
  sockaddr_in from{};
  socklen_t length = sizeof from;
  const ssize_t size = recvfrom(peer.socket, in.data(), in.size(), MSG_DONTWAIT,
                                reinterpret_cast<sockaddr*>(&from), &length);
  if (size <= 0) return;
  if (!is_joined) {
    is_joined = connect(peer.socket, reinterpret_cast<sockaddr*>(&from), length) == 0;
  }
  peer.association.HandleDatagram({in.data(), static_cast<std::size_t>(size)}, Now());
}

void Serve(Peer& peer, bool is_joined) {
  const Timestamp end = Now() + TimeDelta::Seconds(20);
  while (Now() < end) {
    const auto due = Settle(peer);
    if (!due) return;
    const TimeDelta wait = std::min(*due, Now() + TimeDelta::Millis(100)) - Now();
    pollfd ready{peer.socket, POLLIN, 0};
    poll(&ready, 1, static_cast<int>(std::max<std::int64_t>(0, wait.us() / 1000 + 1)));
    Receive(peer, is_joined);
    peer.association.HandleTimeout(Now());
    if (peer.channels) peer.channels->HandleTimeout(Now());
  }
  peer.association.Close(Now());
  Settle(peer);
}

// The socket of this host, joined to `remote_port` if that is not 0; negative: no.
int OpenSocket(const char* local_port, const char* remote_port) {
  const int fd = socket(AF_INET, SOCK_DGRAM, 0);
  const sockaddr_in local = Loopback(local_port);
  const sockaddr_in remote = Loopback(remote_port);
  if (bind(fd, reinterpret_cast<const sockaddr*>(&local), sizeof local) != 0) return -1;
  if (remote.sin_port == 0) return fd;
  return connect(fd, reinterpret_cast<const sockaddr*>(&remote), sizeof remote) == 0 ? fd : -1;
}

int Run(dtls::Role role, char** ports, const char* expected, const char* label) {
  const auto announced = dtls::ParseFingerprint(expected);
  const auto identity = dtls::Identity::Generate();
  const int fd = OpenSocket(ports[0], ports[1]);
  if (!announced || !identity || fd < 0) return 2;
  Peer peer{role, fd, dtls::Association::Create({*identity, role}).value(), label};
  std::printf("ready %s\n", dtls::ToString(identity->fingerprint()).c_str());
  if (!peer.association.Start(std::vector{*announced}, Now())) return 2;
  Serve(peer, std::string(ports[1]) != "0");
  close(fd);
  return 0;
}

}  // namespace
}  // namespace onair

int main(int argc, char** argv) {
  if (argc < 5 || argc > 6) return 2;
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  const bool is_active = std::string(argv[1]) == "active";
  const auto role = is_active ? onair::dtls::Role::kActive : onair::dtls::Role::kPassive;
  return onair::Run(role, argv + 2, argv[4], argc == 6 ? argv[5] : nullptr);
}
