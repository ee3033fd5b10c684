// SPDX-License-Identifier: Apache-2.0
//
// Our DTLS on a real UDP socket of this host, for strangers to talk to.
// usage: onair_dtls_peer active|passive LOCAL_PORT REMOTE_PORT FINGERPRINT
// Prints "connected PROFILE CLIENT_KEY|SERVER_KEY|CLIENT_SALT|SERVER_SALT" in hexadecimal, then
// "data TEXT" for what comes, which it sends back, and "closed TEXT"; ends 20 s after its start.
#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <variant>
#include <vector>

#include "transport/tls/dtls_association.h"

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

// Sends what waits, prints what happened; the next deadline, or nothing when it is over.
std::optional<Timestamp> Settle(dtls::Association& association, dtls::Role role, int socket) {
  for (;;) {
    auto out = association.Poll();
    if (const auto* idle = std::get_if<Idle>(&out)) return idle->wake_at;
    if (const auto* packet = std::get_if<dtls::Association::Outgoing>(&out)) {
      (void)!send(socket, packet->bytes.data(), packet->bytes.size(), 0);
      continue;
    }
    auto& event = std::get<dtls::Association::Event>(out);
    if (const auto* up = std::get_if<dtls::Association::Connected>(&event)) Print(*up->srtp, role);
    if (const auto* data = std::get_if<dtls::Association::ApplicationData>(&event)) {
      const Bytes echo(data->bytes.begin(), data->bytes.end());
      std::printf("data %.*s\n", static_cast<int>(echo.size()),
                  reinterpret_cast<const char*>(echo.data()));
      association.Write(echo, Now());
    }
    if (const auto* closed = std::get_if<dtls::Association::Closed>(&event)) {
      std::printf("closed %s\n", ToString(closed->error).c_str());
      return std::nullopt;
    }
  }
}

int Run(dtls::Role role, const char* local_port, const char* remote_port, const char* expected) {
  const auto peer = dtls::ParseFingerprint(expected);
  const auto identity = dtls::Identity::Generate();
  if (!peer || !identity) return 2;
  const int fd = socket(AF_INET, SOCK_DGRAM, 0);
  const sockaddr_in local = Loopback(local_port);
  const sockaddr_in remote = Loopback(remote_port);
  if (bind(fd, reinterpret_cast<const sockaddr*>(&local), sizeof local) != 0) return 2;
  auto association = dtls::Association::Create({*identity, role}).value();
  const Timestamp end = Now() + TimeDelta::Seconds(20);
  // An active end knows the other; a passive one answers whoever came first.
  bool is_joined = role == dtls::Role::kActive;
  if (is_joined && connect(fd, reinterpret_cast<const sockaddr*>(&remote), sizeof remote) != 0) {
    return 2;
  }
  if (!association.Start(std::vector{*peer}, Now())) return 2;
  std::printf("ready\n");
  while (Now() < end) {
    const auto due = Settle(association, role, fd);
    if (!due) break;
    const TimeDelta wait = std::min(*due, Now() + TimeDelta::Millis(100)) - Now();
    pollfd ready{fd, POLLIN, 0};
    poll(&ready, 1, static_cast<int>(std::max<std::int64_t>(0, wait.us() / 1000 + 1)));
    std::array<std::uint8_t, 2048> in;
    sockaddr_in from{};
    socklen_t length = sizeof from;
    const ssize_t size = recvfrom(fd, in.data(), in.size(), MSG_DONTWAIT,
                                  reinterpret_cast<sockaddr*>(&from), &length);
    if (size > 0 && !is_joined) {
      is_joined = connect(fd, reinterpret_cast<sockaddr*>(&from), length) == 0;
    }
    if (size > 0) association.HandleDatagram({in.data(), static_cast<std::size_t>(size)}, Now());
    association.HandleTimeout(Now());
  }
  association.Close(Now());
  Settle(association, role, fd);
  close(fd);
  return 0;
}

}  // namespace
}  // namespace onair

int main(int argc, char** argv) {
  if (argc != 5) return 2;
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  const bool is_active = std::string(argv[1]) == "active";
  const auto role = is_active ? onair::dtls::Role::kActive : onair::dtls::Role::kPassive;
  return onair::Run(role, argv[2], argv[3], argv[4]);
}
