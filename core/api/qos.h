// SPDX-License-Identifier: Apache-2.0
//
// Who chooses a session's congestion control: an app's own policy, or one from a policy file
// (platform/sdk/qos_file.h). What was chosen is told in the stats, events and reports of the
// session, so that a service can race arms against each other on real networks.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/api/controller_parameters.h"
#include "core/units/data.h"

namespace onair {

// What the device's way to the network is.
enum class NetworkKind { kUnknown = 1, kWifi = 2, kCellular = 3, kEthernet = 4 };

// What a choice may depend on.
struct QosQuestion {
  std::string_view session_id;                  // PublisherConfig::session_id.
  NetworkKind network = NetworkKind::kUnknown;  // As the app told it last.
  cc::LineKind line = cc::LineKind::kTcp;       // What the destination's protocol sends over.
};

// Who controls one destination's rate, and how.
struct QosChoice {
  // Of the policy as its author names it; told in reports, read by nobody here.
  std::string policy_version = {};
  std::string experiment = {};  // Likewise: what is being tried.
  std::string arm = {};  // Same session id, same arm: on every network, over every reconnect.

  std::string controller = {};  // Empty: as ControlConfig says, without parameters.
  // Of that controller; a name that it has not makes the choice unusable.
  cc::Parameters parameters = {};
  // Of the video. Clamped to what the app allows; empty: as the app says.
  std::optional<DataRate> start_rate = {};
  std::optional<DataRate> max_rate = {};

  bool operator==(const QosChoice&) const = default;
};

// Pure: same question, same choice. Asked on the thread that makes a publisher, and on its net
// thread when the network changes. A choice that no controller can be made of is refused when the
// publisher is made; later the session goes on as it was, and a trace tells.
class QosPolicy {
 public:
  virtual ~QosPolicy() = default;
  // Must answer at once and never throw.
  [[nodiscard]] virtual QosChoice Choose(const QosQuestion& question) const = 0;
};

}  // namespace onair
