// SPDX-License-Identifier: Apache-2.0
//
// Address syntax shared by every protocol (RFC 3986 with a registry-based authority).
// What a path means (application, stream key) is each protocol's own matter.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace onair {

// A split address. The parts keep the caller's percent-encoding.
struct Url {
  std::string scheme;                 // Lower case, without "://": "rtmp", "whip+https".
  std::string user_info;              // Between "//" and "@"; empty when absent. A secret.
  std::string host;                   // Lower case; an IPv6 literal without its brackets.
  std::optional<std::uint16_t> port;  // As written; never 0.
  std::string path;                   // With its leading '/'; empty when absent.
  std::string query;                  // Without '?'; empty when absent.

  // "host" or "host:port" with brackets around IPv6, for Host headers and tcUrl.
  // The port is left out when it equals `default_port` or is absent.
  std::string Authority(std::uint16_t default_port) const;

  // Path with "?query" when there is one; "/" for an empty path.
  std::string Target() const;

  bool operator==(const Url&) const = default;
};

// Refuses with kInvalidUrl whose detail says what is wrong: no scheme, empty host, characters
// that no host has, bad port, unclosed bracket, control characters or spaces, longer than 8192
// bytes.
// A fragment ("#...") is dropped.
Result<Url> ParseUrl(std::string_view text);

// The address with user info and query values replaced by "<private>", for logs.
std::string Redact(const Url& url);

}  // namespace onair
