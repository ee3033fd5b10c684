// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/relay/directory.h"
#include "core/relay/join_rule.h"
#include "core/units/data.h"
#include "core/units/time.h"
#include "transport/tls/stream.h"

namespace onair::edge {

// What a connection costs before it holds any bytes. Source: ours; a connection, its machine and
// its socket's own bookkeeping, rounded up.
inline constexpr DataSize kConnectionCharge = DataSize::Kibibytes(8);

// Who may go on with a stream that somebody publishes.
enum class Takeover {
  kNever = 1,
  kSameKey = 2,  // Who gives the publish key; nobody where there is none.
  kAlways = 3,   // Anybody who may publish.
};

// WebRTC sessions that nobody came to yet, at most. Source: ours; joins of a second on a busy edge
// whose checks take a round trip.
inline constexpr std::size_t kMostConnecting = 128;

// How one edge behaves. Built once; Validate() runs before first use.
struct EdgeConfig {
  // Literal address; "0.0.0.0" or "::" serve everybody.
  std::string listen = "127.0.0.1";

  // 0 takes a free port.
  std::uint16_t rtmp_port = 1935;
  std::uint16_t http_port = 8080;
  // UDP, of all WebRTC sessions. 0 takes the number of the HTTP port where that is free.
  std::uint16_t rtc_port = 0;
  // Literal addresses by which WebRTC peers reach this machine beside its own: those of a NAT
  // before it that hands on the same UDP port. At most 8.
  std::vector<std::string> rtc_addresses;

  // Publishers must give it as the parameter `key` of their address; empty: anybody may publish.
  std::string publish_key;

  // The second publisher of a name is accepted at once and replaces the first with its first key
  // frame (without pictures: its first sound), so that one who changes its network or is asked
  // to reconnect shows no gap. kAlways lets anybody take any stream where there is no key.
  Takeover takeover = Takeover::kSameKey;

  // Set: both ports speak TLS only.
  std::optional<tls::ServerIdentity> identity;

  relay::DirectoryConfig streams;

  // A publisher that sends no sound and no picture for this long is gone. Range [1 s, 10 min].
  // Until then it holds its name: one that changed its network and comes back by another is
  // refused. Shorter lets it in sooner and cuts publishers off in shorter stalls.
  // Source: ours; under the time that a client's reconnects usually go on for.
  TimeDelta publisher_timeout = TimeDelta::Seconds(6);

  // How long viewers wait after a publisher whose connection was lost; at least
  // publisher_grace, whatever stands here. Range [0 s, 10 min].
  // Source: ours; a phone that changes from Wi-Fi to cellular, tunnels and lifts included.
  TimeDelta lost_publisher_grace = TimeDelta::Seconds(30);

  // How long viewers of a stream wait for its publisher to come back after it stopped in order,
  // before they are told that it is over. Range [0 s, 10 min]. Longer bridges longer outages and
  // holds viewers of streams that are over.
  // Source: ours; a reconnect after 300 ms and 600 ms of back-off and its handshakes.
  TimeDelta publisher_grace = TimeDelta::Seconds(3);

  // From a connection to its complete request, TLS and RTMP handshakes included; each HTTP
  // request after the first has as long. Range [0.5 s, 60 s]. Shorter frees the places of
  // clients that trickle sooner.
  TimeDelta setup_timeout = TimeDelta::Seconds(10);

  // Connections per port; more are closed at once. Range [1, 100000].
  std::size_t max_connections = 4096;

  // WebRTC sessions; above, offers are refused with 503. Range [1, 100000].
  std::size_t max_sessions = 1'000;

  // Of everything together: streams with their caches, what waits for sockets, what came in and
  // is not whole yet, kConnectionCharge per connection and
  // kRtcSessionCharge per WebRTC session, with its packets. Range [4 MiB, 1 TiB]. At the limit
  // caches are given up, those of streams without viewers first; while that is not enough, new
  // publishers and viewers are refused. Who is in stays, within the bounds of one stream and
  // one connection, so the process may pass it by those.
  // Source: ours; 60 streams of the largest cache.
  DataSize max_memory = DataSize::Mebibytes(1024);

  // What viewers over RTMP and HTTP-FLV get of the cached group; those over WebRTC have a way of
  // their own (docs/rts.md).
  relay::Join join = relay::Join::kAuto;

  // What the bursts of all who join by these may take together; each takes at least twice his
  // stream's rate, and key frames go first, as fast as they can. Range [1 Mbit/s, 100 Gbit/s].
  // Lower leaves more of the server's line to those who watch, and lets a crowd of joiners catch up
  // later. Source: ours; under half of a port of 1 Gbit/s.
  DataRate burst_rate = DataRate::KilobitsPerSec(400'000);

  // Frames go to a viewer's socket only while it holds less than this; the rest waits in the
  // relay, where it can be dropped. Range [16 KiB, 16 MiB]. Larger lets a slow viewer's delay
  // grow by what lies here; smaller starves fast ones on long paths.
  // Source: ours; 20 Mbit/s over 100 ms is 250 kB.
  DataSize viewer_unsent_limit = DataSize::Kibibytes(256);

  // A viewer that takes nothing for this long is dropped. Range [1 s, 10 min].
  TimeDelta viewer_stall_timeout = TimeDelta::Seconds(15);

  // Ok, or kInvalidConfig whose detail names the first field out of range.
  [[nodiscard]] Status Validate() const;
};

}  // namespace onair::edge
