// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace onair::runtime {

// An IPv4 or IPv6 address without port. A plain value.
struct IpAddress {
  enum class Family { kV4 = 4, kV6 = 6 };

  Family family = Family::kV4;
  std::array<std::uint8_t, 16> bytes{};  // IPv4 uses the first four.
  std::uint32_t scope_id = 0;            // Link of a link-local IPv6 address.

  // "192.0.2.1", "2001:db8::1", "fe80::1%eth0"; nothing for other text.
  static std::optional<IpAddress> Parse(const std::string& text);

  bool operator==(const IpAddress&) const = default;
};

std::string ToString(const IpAddress& address);

}  // namespace onair::runtime
