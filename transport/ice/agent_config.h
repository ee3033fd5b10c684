// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/machine/ip_address.h"
#include "core/units/time.h"
#include "transport/ice/credentials.h"
#include "transport/ice/turn_client.h"

namespace onair::ice {

// RFC 8445 section 6.1.1: the controlling side nominates. Offerers start as controlling.
enum class Role { kControlling = 1, kControlled = 2 };

// RFC 8445 section 2.5: a lite side has public addresses, answers checks and sends none.
enum class Implementation { kFull = 1, kLite = 2 };

// kFast: towards a lite peer every check nominates until a path is settled, which saves a round
// trip. Towards full peers both are regular nomination (RFC 8445 section 8.1.1).
enum class Nomination { kRegular = 1, kFast = 2 };

struct TurnServer {
  SocketAddress address;
  TurnTransport transport = TurnTransport::kUdp;
  std::string username;
  std::string password;   // Never logged.
  std::string host = {};  // For the certificate with kTls; else unused.
  // Of the address that it lends. For both name the server twice.
  IpAddress::Family relayed_family = IpAddress::Family::kV4;

  // Ok, or kInvalidConfig whose detail names the first field out of range.
  [[nodiscard]] Status Validate() const;
  bool operator==(const TurnServer&) const = default;
};

// Built once; the agent validates it.
struct AgentConfig {
  Credentials local;
  Role role = Role::kControlling;
  Implementation implementation = Implementation::kFull;
  Nomination nomination = Nomination::kFast;

  // At most kMaxServers each; resolved by the driver. A lite side has none.
  std::vector<SocketAddress> stun_servers = {};
  std::vector<TurnServer> turn_servers = {};

  // Between two first checks. Range [5 ms, 500 ms]. Shorter finds paths sooner in bigger bursts.
  // Source: ours; RFC 8445 section 14.2: "at least every 5 ms", 50 ms by default.
  TimeDelta pace = TimeDelta::Millis(20);

  // First wait for the answer to a check; doubles. Range [50 ms, 3 s].
  // Source: ours; RFC 8445 section 14.3 waits 500 ms: on lossy radio links that is the start-up.
  TimeDelta check_rto = TimeDelta::Millis(250);

  // From the first path that works to its nomination, for better ones to show. Media flows
  // meanwhile. Range [0 ms, 5 s].
  // Source: ours; two checks' pace and a short round trip.
  TimeDelta nomination_wait = TimeDelta::Millis(100);

  // RFC 7675 section 5.1: "default [...] 5 seconds", times a random 0.8 to 1.2. Range [4 s, 15 s].
  TimeDelta consent_interval = TimeDelta::Seconds(5);
  // RFC 7675 section 5.1: "expires [...] after 30 seconds". Range [5 s, 30 s].
  TimeDelta consent_expiry = TimeDelta::Seconds(30);

  // The selected path is asked when nothing came for this long. Range [100 ms, 5 s].
  // Source: ours; as often as libwebrtc pings a strong connection (480 ms).
  TimeDelta probe_after = TimeDelta::Millis(500);
  // Nothing came and no answer either: another path that answers is taken. Range [200 ms, 30 s].
  // Source: ours; three unanswered checks and a slow round trip.
  TimeDelta quiet_after = TimeDelta::Millis(1500);

  // Working paths beside the selected one that are kept warm. Range [0, 8].
  int max_backups = 2;

  // After this GatheringDone is told although servers have not answered. Range [100 ms, 40 s].
  TimeDelta gathering_timeout = TimeDelta::Seconds(5);
  // RFC 8863 section 3: how long a side without a working path waits before it fails.
  // Range [1 s, 120 s].
  TimeDelta patience = TimeDelta::Millis(39'500);

  // Ok, or kInvalidConfig (kIceMalformed for credentials) that names the first field out of range.
  [[nodiscard]] Status Validate() const;

  static constexpr std::size_t kMaxServers = 4;
};

}  // namespace onair::ice
