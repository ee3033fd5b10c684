// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/machine/ip_address.h"

namespace onair {

// Whether TLS goes between the byte stream and the machine.
enum class Security { kPlain = 1, kTls = 2 };

// Where a machine wants its byte stream to lead. The driver resolves and connects.
struct Endpoint {
  std::string host;                      // Name or literal address, IPv6 without brackets.
  std::uint16_t port = 0;                // 1..65535.
  Security security = Security::kPlain;  // kTls: by the TLS settings of its driver.
  // This device's address that the connection begins at, and so the interface it leaves by; empty
  // leaves both to the system. One that cannot be used fails the connection (kLocalAddress).
  std::optional<IpAddress> from = std::nullopt;

  bool operator==(const Endpoint&) const = default;
};

}  // namespace onair
