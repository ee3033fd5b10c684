// SPDX-License-Identifier: Apache-2.0
//
// Our RTP transport over UDP on this host with a key that both sides know, for strangers.
// usage: onair-srtp-peer send PORT KEY PACKETS     Opus silence, one packet each 20 ms, RTCP beside
// it
//        onair-srtp-peer receive PORT KEY          prints "ready", ends a second after the last
//        packet
// KEY: master key and salt of AES_CM_128_HMAC_SHA1_80, 60 hexadecimal digits. Both end with
// "packets P lost L reports R forged F malformed M"; R: datagrams of RTCP.
#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

#include "tests/codec/support/hex.h"
#include "transport/rtp/transport.h"

namespace onair {
namespace {

using rtp::Transport;

constexpr std::uint32_t kSsrc = 0x5eed;
constexpr std::uint8_t kPayloadType = 96;
constexpr int kOpusClock = 48'000;
constexpr TimeDelta kSoundSpan = TimeDelta::Millis(20);
constexpr TimeDelta kPatience = TimeDelta::Seconds(10);
constexpr TimeDelta kSilence = TimeDelta::Seconds(1);
// RFC 6716 section 3.1: CELT, full band, 20 ms, mono, one frame without content.
constexpr std::array<std::uint8_t, 3> kOpusSilence = {0xf8, 0xff, 0xfe};

Timestamp Now() {
  return Timestamp::Micros(std::chrono::duration_cast<std::chrono::microseconds>(
                               std::chrono::steady_clock::now().time_since_epoch())
                               .count());
}

UtcTime UtcNow() {
  return UtcTime::Micros(std::chrono::duration_cast<std::chrono::microseconds>(
                             std::chrono::system_clock::now().time_since_epoch())
                             .count());
}

int OpenUdp(int port, bool is_bound) {
  const int socket = ::socket(AF_INET, SOCK_DGRAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const auto* plain = reinterpret_cast<const sockaddr*>(&address);
  const int done =
      is_bound ? bind(socket, plain, sizeof(address)) : connect(socket, plain, sizeof(address));
  if (done != 0) std::exit(2);
  return socket;
}

rtp::SrtpKey KeyOf(std::string_view hex) {
  const Bytes bytes = codec::testing::Hex(hex);
  if (bytes.size() != 30) std::exit(2);
  rtp::SrtpKey key{.suite = rtp::SrtpSuite::kAes128CmSha1_80};
  std::copy_n(bytes.begin(), 16, key.key.begin());
  std::copy_n(bytes.begin() + 16, 14, key.salt.begin());
  return key;
}

class Peer {
 public:
  Peer(int socket, const rtp::SrtpKey& key)
      : socket_(socket), transport_(std::move(*Transport::Make(Config(), Rng(7)))) {
    if (!transport_.SetKeys(key, key)) std::exit(2);
  }
  ~Peer() { close(socket_); }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  void SendSilence(int packets) {
    if (!transport_.AddSendStream({.kind = TrackKind::kAudio,
                                   .ssrc = kSsrc,
                                   .payload_type = kPayloadType,
                                   .clock_rate = kOpusClock})) {
      std::exit(2);
    }
    Timestamp due = Now();
    for (int i = 0; i < packets; ++i, due += kSoundSpan) {
      while (Now() < due) Wait(due - Now());
      const auto room = transport_.Room(
          kSsrc, {.timestamp = static_cast<std::uint32_t>(i * 960), .captured_at = due}, Now());
      std::copy(kOpusSilence.begin(), kOpusSilence.end(), room.begin());
      transport_.Commit(kSsrc, kOpusSilence.size(), rtp::Marker::kClear, Now());
      Drain();
    }
    transport_.Close(Now());
    Drain();
  }

  void Receive() {
    std::puts("ready");
    std::fflush(stdout);
    Timestamp end = Now() + kPatience;
    while (Now() < end) {
      if (Wait(TimeDelta::Millis(20))) end = Now() + kSilence;
    }
  }

  void Print() const {
    const auto* statistics = transport_.receive_statistics(ssrc_);
    const long long lost = statistics != nullptr ? statistics->lost() : 0;
    std::printf(
        "packets %lld lost %lld reports %lld forged %lld malformed %lld\n",
        static_cast<long long>(packets_), lost,
        static_cast<long long>(transport_.stats().rtcp_received),
        static_cast<long long>(transport_.srtp_stats()->forged),
        static_cast<long long>(transport_.srtp_stats()->malformed + transport_.stats().malformed));
  }

 private:
  static rtp::TransportConfig Config() {
    return {.clock = {.at = Now(), .utc = UtcNow()}, .cname = "onair", .local_ssrc = 0xbeef};
  }

  // True: a datagram came.
  bool Wait(TimeDelta limit) {
    pollfd wanted{socket_, POLLIN, 0};
    const int ms = std::max(1, static_cast<int>(limit.ms()));
    const bool has_come = poll(&wanted, 1, ms) > 0;
    if (has_come) {
      const auto size = recv(socket_, room_.data(), room_.size(), 0);
      if (size > 0) {
        transport_.HandlePacket(ByteView(room_).first(static_cast<std::size_t>(size)), Now());
      }
    }
    transport_.HandleTimeout(Now());
    Drain();
    return has_come;
  }

  void Drain() {
    while (true) {
      const auto output = transport_.Poll();
      if (std::holds_alternative<Idle>(output)) return;
      if (const auto* sent = std::get_if<Transport::Protected>(&output)) {
        static_cast<void>(::send(socket_, sent->bytes.data(), sent->bytes.size(), 0));
      } else {
        HandleEvent(std::get<Transport::Event>(output));
      }
    }
  }

  void HandleEvent(const Transport::Event& event) {
    if (const auto* appeared = std::get_if<Transport::StreamAppeared>(&event)) {
      ssrc_ = appeared->ssrc;
      static_cast<void>(transport_.AddReceiveStream(
          {.ssrc = ssrc_, .payload_type = appeared->payload_type, .has_nack = false}));
    }
    if (std::holds_alternative<Transport::PacketReceived>(event)) ++packets_;
  }

  int socket_;
  Transport transport_;
  std::array<std::uint8_t, 65'536> room_{};
  std::uint32_t ssrc_ = 0;
  std::int64_t packets_ = 0;
};

}  // namespace
}  // namespace onair

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  const std::string_view mode = argv[1];
  const bool is_receiver = mode == "receive";
  const int port = std::atoi(argv[2]);
  onair::Peer peer(onair::OpenUdp(port, is_receiver), onair::KeyOf(argv[3]));
  if (is_receiver) {
    peer.Receive();
  } else if (mode == "send" && argc == 5) {
    peer.SendSilence(std::atoi(argv[4]));
  } else {
    return 2;
  }
  peer.Print();
}
