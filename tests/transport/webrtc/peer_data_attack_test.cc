// SPDX-License-Identifier: Apache-2.0
//
// A peer with keys that means harm: what it says inside DTLS is no SCTP, or SCTP that lies. The
// session goes on, and no memory grows.
#include <catch2/catch.hpp>

#include "core/base/byte_writer.h"
#include "tests/support/live_bytes.h"
#include "tests/support/print_units.h"
#include "tests/support/seed.h"
#include "tests/transport/webrtc/peer_pair.h"

namespace onair::webrtc {
namespace {

using namespace testing;

// ICE and DTLS by hand, with nothing behind them.
class HostilePeer {
 public:
  HostilePeer()
      : server_(world_, network_, Serving(), ice::Role::kControlled, "192.0.2.1:6000"),
        identity_(NewIdentity()),
        agent_(ice::Agent::Create({.local = {"evil", std::string(24, 'e')}}, world_.ForkRng(),
                                  NullTrace(), world_.now())
                   .value()),
        dtls_(dtls::Association::Create({.identity = identity_, .role = dtls::Role::kActive})
                  .value()) {
    LocalDescription ours = Playing();
    ours.data_port = 5000;
    ours.ice.credentials = agent_.local_credentials();
    ours.fingerprints = {{"sha-256", identity_.fingerprint().digest}};
    const auto offer = MakeOffer(ours);
    const auto answer = MakeAnswer(*offer, server_.description);
    const auto media = ReadNegotiated(*offer, *answer, Side::kAnswerer);
    REQUIRE(media->data);
    server_.Do([&](PeerSession& s, Timestamp now) { REQUIRE(s.Start(*media, now)); });
    network_.AddSocket(kHere, nullptr, [this](ByteView bytes, const DatagramPath& path) {
      agent_.HandleDatagram({bytes, path}, world_.now());
      Pump();
    });
    REQUIRE(agent_.AddLocalAddress(kHere, 0, world_.now()));
    REQUIRE(agent_.SetRemoteCredentials(*server_.description.ice.credentials,
                                        ice::Implementation::kLite, world_.now()));
    agent_.AddRemoteCandidate(server_.description.ice.candidates.front(), world_.now());
    for (int i = 0; i < 400 && !is_secure_; ++i) RunFor(TimeDelta::Millis(5));
    REQUIRE(is_secure_);
    RunFor(TimeDelta::Millis(100));
    REQUIRE(server_.session->channels() != nullptr);
  }

  void Say(ByteView inside) {
    dtls_.Write(inside, world_.now());
    Pump();
    RunFor(TimeDelta::Millis(2));
  }
  void RunFor(TimeDelta span) {
    world_.RunFor(span);
    agent_.HandleTimeout(world_.now());
    dtls_.HandleTimeout(world_.now());
    Pump();
  }
  Peer& victim() { return server_; }

 private:
  static LocalDescription Serving() {
    LocalDescription local = webrtc::Serving();
    local.data_port = 5001;
    return local;
  }
  void Pump() {
    for (bool is_idle = false; !is_idle;) {
      auto from_dtls = dtls_.Poll();
      if (const auto* out = std::get_if<dtls::Association::Outgoing>(&from_dtls)) {
        static_cast<void>(agent_.Send(out->bytes, world_.now()));
      } else if (const auto* event = std::get_if<dtls::Association::Event>(&from_dtls)) {
        is_secure_ |= std::holds_alternative<dtls::Association::Connected>(*event);
      }
      auto from_ice = agent_.Poll();
      if (const auto* out = std::get_if<DatagramTransmit>(&from_ice)) {
        network_.Send(out->bytes, out->path);
      } else if (const auto* event = std::get_if<ice::Agent::Event>(&from_ice)) {
        Take(*event);
      }
      is_idle = std::holds_alternative<Idle>(from_dtls) && std::holds_alternative<Idle>(from_ice);
    }
  }
  void Take(const ice::Agent::Event& event) {
    if (const auto* data = std::get_if<ice::Agent::Data>(&event)) {
      dtls_.HandleDatagram(data->bytes, world_.now());
    } else if (const auto* path = std::get_if<ice::Agent::SelectedPathChanged>(&event)) {
      const Fingerprint& theirs = server_.description.fingerprints.front();
      const std::vector<dtls::Fingerprint> known = {{dtls::FingerprintHash::kSha256, theirs.value}};
      if (path->path && !std::exchange(has_begun_, true)) {
        REQUIRE(dtls_.Start(known, world_.now()));
      }
    }
  }

  const SocketAddress kHere = ice::testing::At("10.0.0.1:5000");
  twin::World world_;
  ice::testing::Network network_{world_, TimeDelta::Millis(1)};
  Peer server_;
  dtls::Identity identity_;
  ice::Agent agent_;
  dtls::Association dtls_;
  bool has_begun_ = false;
  bool is_secure_ = false;
};

// An SCTP common header with the checksum left to chance, and one chunk that lies of its length.
Bytes Chunk(std::uint8_t kind, std::uint16_t length, Rng& rng) {
  ByteWriter out;
  out.U16(5000).U16(5001).U32(kind == 1 ? 0 : static_cast<std::uint32_t>(rng.Next()));
  out.U32(static_cast<std::uint32_t>(rng.Next())).U8(kind).U8(0).U16(length);
  out.Append(rng.TakeBytes(rng.Below(200)));
  return out.Take();
}

TEST_CASE("Junk inside DTLS opens nothing, ends nothing and fills no memory") {
  const std::uint64_t seed = test::Seed();
  INFO(test::SeedNote(seed));
  Rng rng(seed);
  HostilePeer peer;
  const std::int64_t before = test::LiveBytes();
  for (int i = 0; i < 3'000; ++i) {
    if (i % 3 == 0) {
      peer.Say(rng.TakeBytes(1 + rng.Below(1'100)));
    } else {
      peer.Say(Chunk(static_cast<std::uint8_t>(i % 16),
                     static_cast<std::uint16_t>(rng.Below(65'536)), rng));
    }
  }
  peer.RunFor(TimeDelta::Seconds(2));
  CHECK_FALSE(peer.victim().closed);
  CHECK(peer.victim().channels_opened.empty());
  CHECK(peer.victim().messages.empty());
  CHECK(peer.victim().session->is_connected());
  CHECK(test::LiveBytes() - before < 1024 * 1024);
}

}  // namespace
}  // namespace onair::webrtc
