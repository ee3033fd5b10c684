// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace onair {

enum class Security { kPlain = 1, kTls = 2 };

// Where a machine wants its byte stream to lead. The driver resolves and connects.
struct Endpoint {
  std::string host;  // Name or literal address, IPv6 without brackets.
  std::uint16_t port = 0;
  Security security = Security::kPlain;

  bool operator==(const Endpoint&) const = default;
};

}  // namespace onair
