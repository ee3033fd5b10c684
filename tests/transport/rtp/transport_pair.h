// SPDX-License-Identifier: Apache-2.0
//
// Two transports over modelled links in virtual time: one sends, one receives.
#pragma once

#include <catch2/catch.hpp>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "core/twin/datagram_pipe.h"
#include "core/twin/path.h"
#include "core/twin/world.h"
#include "tests/transport/rtp/srtp_packets.h"
#include "transport/rtp/transport.h"

namespace onair::rtp {

inline constexpr std::uint32_t kVideoSsrc = 0x1000;
inline constexpr std::uint32_t kVideoRtxSsrc = 0x1001;
inline constexpr std::uint32_t kAudioSsrc = 0x2000;
inline constexpr UtcTime kUtcStart = UtcTime::Micros(1'700'000'000'000'000);

inline ExtensionMap CommonExtensions() {
  ExtensionMap map;
  map.Add(ExtensionKind::kMid, 1);
  map.Add(ExtensionKind::kAbsSendTime, 2);
  map.Add(ExtensionKind::kTransportSequence, 3);
  map.Add(ExtensionKind::kAbsCaptureTime, 4);
  return map;
}

inline TransportConfig TransportConfigOf(std::uint32_t local_ssrc) {
  return {.clock = {.at = Timestamp::Zero(), .utc = kUtcStart},
          .cname = "onair",
          .local_ssrc = local_ssrc,
          .extensions = CommonExtensions()};
}

inline SendStreamConfig VideoConfig(std::optional<RtxConfig> rtx = RtxConfig{kVideoRtxSsrc, 97}) {
  return {.kind = TrackKind::kVideo,
          .ssrc = kVideoSsrc,
          .payload_type = 96,
          .clock_rate = 90'000,
          .rtx = rtx,
          .mid = "0"};
}

inline SendStreamConfig AudioConfig() {
  return {.kind = TrackKind::kAudio,
          .ssrc = kAudioSsrc,
          .payload_type = 111,
          .clock_rate = 48'000,
          .mid = "1"};
}

inline ReceiveStreamConfig VideoReceiveConfig(std::optional<RtxConfig> rtx = RtxConfig{
                                                  kVideoRtxSsrc, 97}) {
  return {.kind = TrackKind::kVideo,
          .ssrc = kVideoSsrc,
          .payload_type = 96,
          .clock_rate = 90'000,
          .rtx = rtx};
}

// One end: the transport and what it said.
struct End {
  struct Got {
    std::uint32_t ssrc;
    std::int64_t number;
    Bytes payload;
    Transport::PacketReceived::Way way;
    Timestamp at;
    Marker marker;
    std::uint32_t timestamp;
  };

  explicit End(const TransportConfig& config, std::uint64_t seed = 1)
      : transport(std::move(*Transport::Make(config, Rng(seed)))) {}

  Transport transport;
  std::vector<Got> packets;
  std::vector<Transport::Event> events;  // All others; FeedbackReady without its packets.
  std::vector<cc::PacketFate> fates;
  std::function<void(const Transport::Event&)> on_event;
  std::int64_t polls = 0;

  template <typename E>
  std::vector<E> Of() const {
    std::vector<E> out;
    for (const auto& event : events) {
      if (const auto* e = std::get_if<E>(&event)) out.push_back(*e);
    }
    return out;
  }
  void Remember(const Transport::Event& event) {
    if (const auto* p = std::get_if<Transport::PacketReceived>(&event)) {
      packets.push_back({p->ssrc, p->number,
                         Bytes(p->packet.payload.begin(), p->packet.payload.end()), p->way, p->at,
                         p->packet.header.marker, p->packet.header.timestamp});
    } else if (const auto* feedback = std::get_if<Transport::FeedbackReady>(&event)) {
      fates.insert(fates.end(), feedback->report.packets.begin(), feedback->report.packets.end());
      events.push_back(event);
    } else {
      events.push_back(event);
    }
    if (on_event) on_event(event);
  }
};

// `a` sends media, `b` receives it. Poll() is bounded: a machine that spins fails the test.
class TransportPair {
 public:
  TransportPair(twin::World& world, End& a, End& b, std::unique_ptr<twin::Link> forth,
                std::unique_ptr<twin::Link> back)
      : world_(world),
        a_(a),
        b_(b),
        wake_a_(world, "a", [this] { Wake(a_, wake_a_, forth_); }),
        wake_b_(world, "b", [this] { Wake(b_, wake_b_, back_); }),
        forth_(world, std::move(forth),
               [this](const twin::Packet& packet, Timestamp now) {
                 if (on_forth) on_forth(packet.bytes);
                 b_.transport.HandlePacket(packet.bytes, now);
                 Drain(b_, wake_b_, back_);
               }),
        back_(world, std::move(back), [this](const twin::Packet& packet, Timestamp now) {
          if (on_back) on_back(packet.bytes);
          a_.transport.HandlePacket(packet.bytes, now);
          Drain(a_, wake_a_, forth_);
        }) {}

  // After commands to either end.
  void Pump() {
    Wake(a_, wake_a_, forth_);
    Wake(b_, wake_b_, back_);
  }

  std::function<void(const Bytes&)> on_forth;
  std::function<void(const Bytes&)> on_back;

 private:
  void Wake(End& end, twin::Alarm& alarm, twin::DatagramPipe& out) {
    end.transport.HandleTimeout(world_.now());
    Drain(end, alarm, out);
  }
  void Drain(End& end, twin::Alarm& alarm, twin::DatagramPipe& out) {
    for (int i = 0; i < 20'000; ++i) {
      ++end.polls;
      const auto output = end.transport.Poll();
      if (const auto* idle = std::get_if<Idle>(&output)) {
        REQUIRE(idle->wake_at > world_.now());
        alarm.Set(idle->wake_at);
        return;
      }
      if (const auto* sent = std::get_if<Transport::Protected>(&output)) {
        REQUIRE(sent->bytes.size() <= kMaxDatagramBytes);
        out.Send(Bytes(sent->bytes.begin(), sent->bytes.end()));
      } else {
        end.Remember(std::get<Transport::Event>(output));
      }
    }
    FAIL("Poll() never settles");
  }

  twin::World& world_;
  End& a_;
  End& b_;
  twin::Alarm wake_a_;
  twin::Alarm wake_b_;
  twin::DatagramPipe forth_;
  twin::DatagramPipe back_;
};

inline void ShareKeys(End& a, End& b, SrtpSuite suite = SrtpSuite::kAeadAes128Gcm) {
  SrtpKey forth = KeyOf(suite);
  SrtpKey back = forth;
  back.key[0] ^= 1;
  REQUIRE(a.transport.SetKeys(forth, back));
  REQUIRE(b.transport.SetKeys(back, forth));
}

// A frame of `packets` packets of `bytes` each, filled with its number.
inline std::size_t SendTestFrame(Transport& transport, std::uint32_t ssrc, std::uint32_t timestamp,
                                 std::size_t packets, std::size_t bytes, Timestamp now) {
  struct Written {
    std::size_t size;
    Marker marker;
  };
  std::size_t left = packets;
  return transport.SendFrame(ssrc, {.timestamp = timestamp, .captured_at = now}, now,
                             [&](std::span<std::uint8_t> room) -> std::optional<Written> {
                               if (left == 0) return std::nullopt;
                               --left;
                               std::fill_n(room.begin(), bytes,
                                           static_cast<std::uint8_t>(timestamp + left));
                               return Written{bytes, left == 0 ? Marker::kSet : Marker::kClear};
                             });
}

}  // namespace onair::rtp
