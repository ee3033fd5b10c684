// SPDX-License-Identifier: Apache-2.0
#include "samples/edge/config.h"

#include "core/machine/ip_address.h"

namespace onair::edge {

Status EdgeConfig::Validate() const {
  const auto refuse = [](const char* what) { return Fail(ErrorCode::kInvalidConfig, what); };
  if (listen.empty()) return refuse("listen is empty");
  if (rtc_addresses.size() > 8) return refuse("rtc_addresses are more than 8");
  for (const std::string& address : rtc_addresses) {
    const auto ip = IpAddress::Parse(address);
    if (!ip || ip->is_any()) return refuse("rtc_addresses holds what is no address of one machine");
  }
  if (publisher_grace < TimeDelta::Zero() || publisher_grace > TimeDelta::Seconds(600)) {
    return refuse("publisher_grace is not in [0 s, 10 min]");
  }
  if (lost_publisher_grace < TimeDelta::Zero() || lost_publisher_grace > TimeDelta::Seconds(600)) {
    return refuse("lost_publisher_grace is not in [0 s, 10 min]");
  }
  if (publisher_timeout < TimeDelta::Seconds(1) || publisher_timeout > TimeDelta::Seconds(600)) {
    return refuse("publisher_timeout is not in [1 s, 10 min]");
  }
  if (setup_timeout < TimeDelta::Millis(500) || setup_timeout > TimeDelta::Seconds(60)) {
    return refuse("setup_timeout is not in [0.5 s, 60 s]");
  }
  if (max_connections < 1 || max_connections > 100'000) {
    return refuse("max_connections is not in [1, 100000]");
  }
  if (max_sessions < 1 || max_sessions > 100'000) {
    return refuse("max_sessions is not in [1, 100000]");
  }
  if (max_memory < DataSize::Mebibytes(4) || max_memory > DataSize::Mebibytes(1024 * 1024)) {
    return refuse("max_memory is not in [4 MiB, 1 TiB]");
  }
  if (viewer_unsent_limit < DataSize::Kibibytes(16) ||
      viewer_unsent_limit > DataSize::Mebibytes(16)) {
    return refuse("viewer_unsent_limit is not in [16 KiB, 16 MiB]");
  }
  if (burst_rate < DataRate::KilobitsPerSec(1'000) ||
      burst_rate > DataRate::KilobitsPerSec(100'000'000)) {
    return refuse("burst_rate is not in [1 Mbit/s, 100 Gbit/s]");
  }
  if (viewer_stall_timeout < TimeDelta::Seconds(1) ||
      viewer_stall_timeout > TimeDelta::Seconds(600)) {
    return refuse("viewer_stall_timeout is not in [1 s, 10 min]");
  }
  return streams.Validate();
}

}  // namespace onair::edge
