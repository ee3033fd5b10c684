// SPDX-License-Identifier: Apache-2.0
//
// An active and a passive association of ours on a modelled path.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/twin/delay.h"
#include "core/twin/path.h"
#include "core/twin/world.h"
#include "tests/support/packet_pair.h"
#include "transport/tls/dtls_association.h"

namespace onair::dtls::test {

inline constexpr TimeDelta kOneWay = TimeDelta::Millis(20);
inline constexpr TimeDelta kRtt = TimeDelta::Millis(40);

inline ByteView View(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

inline const Identity& ActiveIdentity() {
  static const Identity identity = Identity::Generate().value();
  return identity;
}
inline const Identity& PassiveIdentity() {
  static const Identity identity = Identity::Generate().value();
  return identity;
}

inline AssociationConfig ActiveConfig() {
  AssociationConfig config{ActiveIdentity(), Role::kActive};
  config.rtt = kRtt;
  return config;
}
inline AssociationConfig PassiveConfig() {
  AssociationConfig config{PassiveIdentity(), Role::kPassive};
  config.rtt = kRtt;
  return config;
}

// One end with what it said.
struct End : onair::test::PacketEnd<Association> {
  End(twin::World& w, const AssociationConfig& config)
      : PacketEnd(w, Association::Create(config).value()), world(w) {
    on_event = [this](Association::Event& event) {
      REQUIRE_FALSE(closed);
      if (const auto* up = std::get_if<Association::Connected>(&event)) {
        REQUIRE_FALSE(connected);
        connected = *up;
        connected_at = world.now();
      } else if (const auto* data = std::get_if<Association::ApplicationData>(&event)) {
        REQUIRE(connected);
        texts.emplace_back(data->bytes.begin(), data->bytes.end());
      } else {
        closed = std::get<Association::Closed>(event).error;
        closed_at = world.now();
      }
    };
  }

  void Start(const Fingerprint& peer) {
    Do([&](Association& a, Timestamp now) { REQUIRE(a.Start(std::vector{peer}, now)); });
  }
  void Say(std::string_view text) {
    Do([&](Association& a, Timestamp now) { a.Write(View(text), now); });
  }

  twin::World& world;
  std::optional<Association::Connected> connected;
  Timestamp connected_at = Timestamp::PlusInfinity();
  std::vector<std::string> texts;
  std::optional<Error> closed;
  Timestamp closed_at = Timestamp::PlusInfinity();
};

inline std::unique_ptr<twin::Path> PlainPath() {
  auto path = std::make_unique<twin::Path>();
  path->Then(std::make_unique<twin::Delay>(kOneWay));
  return path;
}

struct Stage {
  explicit Stage(const AssociationConfig& a = ActiveConfig(),
                 const AssociationConfig& p = PassiveConfig(), std::uint64_t seed = 1)
      : world(Timestamp::Zero(), seed), active(world, a), passive(world, p) {
    Connect(PlainPath(), PlainPath());
  }

  void Connect(std::unique_ptr<twin::Link> up, std::unique_ptr<twin::Link> down) {
    active.Connect(passive, std::move(up));
    passive.Connect(active, std::move(down));
  }
  void Start() {
    passive.Start(ActiveIdentity().fingerprint());
    active.Start(PassiveIdentity().fingerprint());
  }
  // Up to `limit` of virtual time.
  void Run(TimeDelta limit = TimeDelta::Seconds(60)) { world.RunUntilQuiet(limit); }

  twin::World world;
  End active;
  End passive;
};

}  // namespace onair::dtls::test
