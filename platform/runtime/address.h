// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "core/machine/ip_address.h"

namespace onair::runtime {

using onair::IpAddress;

// As IpAddress::Parse(), and links by their name in the system: "fe80::1%eth0".
std::optional<IpAddress> ParseAddress(const std::string& text);

}  // namespace onair::runtime
