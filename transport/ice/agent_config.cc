// SPDX-License-Identifier: Apache-2.0
#include "transport/ice/agent_config.h"

namespace onair::ice {
namespace {

struct Range {
  const char* name;
  TimeDelta value;
  TimeDelta least;
  TimeDelta most;
};

}  // namespace

Status TurnServer::Validate() const {
  TurnConfig turn{.path = {{}, address}, .username = username};
  turn.password = password;
  return turn.Validate();
}

Status AgentConfig::Validate() const {
  if (const Status credentials = local.Validate(); !credentials) return credentials;
  const auto ms = [](std::int64_t value) { return TimeDelta::Millis(value); };
  const Range ranges[] = {
      {"ice.pace", pace, ms(5), ms(500)},
      {"ice.check_rto", check_rto, ms(50), ms(3'000)},
      {"ice.nomination_wait", nomination_wait, ms(0), ms(5'000)},
      {"ice.consent_interval", consent_interval, ms(4'000), ms(15'000)},
      {"ice.consent_expiry", consent_expiry, ms(5'000), ms(30'000)},
      {"ice.probe_after", probe_after, ms(100), ms(5'000)},
      {"ice.quiet_after", quiet_after, ms(200), ms(30'000)},
      {"ice.gathering_timeout", gathering_timeout, ms(100), ms(40'000)},
      {"ice.patience", patience, ms(1'000), ms(120'000)},
  };
  for (const Range& range : ranges) {
    if (range.value < range.least || range.value > range.most) {
      return Fail(ErrorCode::kInvalidConfig, range.name);
    }
  }
  if (max_backups < 0 || max_backups > 8) {
    return Fail(ErrorCode::kInvalidConfig, "ice.max_backups");
  }
  if (stun_servers.size() > kMaxServers) {
    return Fail(ErrorCode::kInvalidConfig, "ice.stun_servers");
  }
  if (turn_servers.size() > kMaxServers) {
    return Fail(ErrorCode::kInvalidConfig, "ice.turn_servers");
  }
  for (const TurnServer& server : turn_servers) {
    if (const Status valid = server.Validate(); !valid) return valid;
  }
  return {};
}

}  // namespace onair::ice
