// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/machine/ip_address.h"

namespace onair::runtime {

// Loopback is of use to tests and to an edge on the same machine only.
enum class Loopback { kLeaveOut = 1, kInclude = 2 };

// One address of one network interface that is up.
struct LocalAddress {
  std::string interface;  // "wlan0".
  IpAddress ip;
};

// Addresses that a peer may be offered, at most 64, in the system's order. Left out: link-local
// ones (they mean nothing to a peer elsewhere). Thread-safe; asks the system each time (under
// 1 ms). kSocket when the system refuses.
Result<std::vector<LocalAddress>> ListLocalAddresses(Loopback loopback = Loopback::kLeaveOut);

}  // namespace onair::runtime
