// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace onair {

// An IPv4 or IPv6 address without port. A plain value.
struct IpAddress {
  // By IP version.
  enum class Family { kV4 = 4, kV6 = 6 };

  Family family = Family::kV4;           // How many of `bytes` count.
  std::array<std::uint8_t, 16> bytes{};  // IPv4 uses the first four.
  std::uint32_t scope_id = 0;            // Link of a link-local IPv6 address.

  // "192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1", "fe80::1%3"; nothing for other text. Links by
  // name are the system's business (platform/runtime/address.h).
  static std::optional<IpAddress> Parse(std::string_view text);

  // a.b.c.d
  static constexpr IpAddress V4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d) {
    return {Family::kV4, {a, b, c, d}, 0};
  }

  // Whether it is of IPv4.
  bool is_v4() const { return family == Family::kV4; }
  // 0.0.0.0 or ::, which stands for no address in particular.
  bool is_any() const { return bytes == std::array<std::uint8_t, 16>{}; }
  bool is_loopback() const;    // 127.0.0.0/8 or ::1.
  bool is_link_local() const;  // 169.254.0.0/16 or fe80::/10: good on its link only.

  auto operator<=>(const IpAddress&) const = default;
};

// RFC 5952 for IPv6.
std::string ToString(const IpAddress& address);

// Where datagrams come from and go to.
struct SocketAddress {
  IpAddress ip;
  std::uint16_t port = 0;

  // "192.0.2.1:3478", "[2001:db8::1]:3478".
  static std::optional<SocketAddress> Parse(std::string_view text);

  auto operator<=>(const SocketAddress&) const = default;
};

// As SocketAddress::Parse() reads it.
std::string ToString(const SocketAddress& address);

}  // namespace onair
