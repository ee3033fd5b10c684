// SPDX-License-Identifier: Apache-2.0
#include "core/machine/ip_address.h"

#include <algorithm>
#include <charconv>
#include <cstddef>

namespace onair {
namespace {

template <typename Number>
std::optional<Number> ParseNumber(std::string_view text, int base, std::size_t max_digits) {
  if (text.empty() || text.size() > max_digits) return std::nullopt;
  Number value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// Four decimal numbers without leading zeros: to some systems "010" is eight.
bool ParseV4(std::string_view text, std::uint8_t* out) {
  for (int i = 0; i < 4; ++i) {
    const std::size_t end = i < 3 ? text.find('.') : text.size();
    if (end == std::string_view::npos) return false;
    const std::string_view digits = text.substr(0, end);
    const auto value = ParseNumber<std::uint8_t>(digits, 10, 3);
    if (!value || (digits.size() > 1 && digits[0] == '0')) return false;
    out[i] = *value;
    text.remove_prefix(std::min(text.size(), end + 1));
  }
  return text.empty();
}

// Groups of one side of "::", written from `out` on; their bytes, or nothing.
std::optional<std::size_t> ParseGroups(std::string_view text, std::uint8_t* out) {
  std::size_t used = 0;
  while (!text.empty()) {
    const std::size_t colon = text.find(':');
    const std::string_view group = text.substr(0, colon);
    if (group.find('.') != std::string_view::npos) {
      if (colon != std::string_view::npos || used > 12 || !ParseV4(group, out + used)) return {};
      return used + 4;
    }
    const auto value = ParseNumber<std::uint16_t>(group, 16, 4);
    if (!value || used > 14) return std::nullopt;
    out[used++] = static_cast<std::uint8_t>(*value >> 8);
    out[used++] = static_cast<std::uint8_t>(*value & 0xff);
    if (colon == std::string_view::npos) break;
    text.remove_prefix(colon + 1);
    if (text.empty()) return std::nullopt;  // A colon at the end.
  }
  return used;
}

bool ParseV6(std::string_view text, std::array<std::uint8_t, 16>& out) {
  const std::size_t gap = text.find("::");
  if (gap == std::string_view::npos) return ParseGroups(text, out.data()) == out.size();
  // Dotted bytes stand at the end only.
  if (text.substr(0, gap).find('.') != std::string_view::npos) return false;
  std::array<std::uint8_t, 16> tail{};
  const auto before = ParseGroups(text.substr(0, gap), out.data());
  const auto after = ParseGroups(text.substr(gap + 2), tail.data());
  if (!before || !after || *before + *after > 14) return false;
  std::copy_n(tail.begin(), *after, out.end() - static_cast<std::ptrdiff_t>(*after));
  return true;
}

std::string Hex(unsigned value) {
  std::array<char, 4> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value, 16).ptr;
  return {digits.data(), end};
}

std::string V6ToString(const std::array<std::uint8_t, 16>& bytes) {
  std::array<unsigned, 8> groups{};
  for (std::size_t i = 0; i < 8; ++i) groups[i] = bytes[2 * i] * 256U + bytes[2 * i + 1];

  // RFC 5952 section 4.2: the longest run of zeros, the first of equals, never a single one.
  std::size_t best = 8;
  std::size_t best_length = 1;
  for (std::size_t i = 0; i < 8; ++i) {
    std::size_t length = 0;
    while (i + length < 8 && groups[i + length] == 0) ++length;
    if (length > best_length) {
      best = i;
      best_length = length;
    }
  }
  std::string text;
  for (std::size_t i = 0; i < 8; ++i) {
    if (i == best) {
      text += "::";
      i += best_length - 1;
      continue;
    }
    if (!text.empty() && text.back() != ':') text += ':';
    text += Hex(groups[i]);
  }
  return text;
}

}  // namespace

std::optional<IpAddress> IpAddress::Parse(std::string_view text) {
  if (text.size() > 64) return std::nullopt;
  IpAddress address;
  if (ParseV4(text, address.bytes.data())) return address;
  address = {.family = Family::kV6};
  const std::size_t percent = text.find('%');
  if (percent != std::string_view::npos) {
    const auto scope = ParseNumber<std::uint32_t>(text.substr(percent + 1), 10, 10);
    if (!scope) return std::nullopt;
    address.scope_id = *scope;
  }
  if (!ParseV6(text.substr(0, percent), address.bytes)) return std::nullopt;
  return address;
}

bool IpAddress::is_loopback() const {
  if (is_v4()) return bytes[0] == 127;
  return std::all_of(bytes.begin(), bytes.end() - 1, [](auto b) { return b == 0; }) &&
         bytes[15] == 1;
}

bool IpAddress::is_link_local() const {
  if (is_v4()) return bytes[0] == 169 && bytes[1] == 254;
  return bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80;
}

std::string ToString(const IpAddress& address) {
  if (!address.is_v4()) {
    const std::string text = V6ToString(address.bytes);
    return address.scope_id == 0 ? text : text + "%" + std::to_string(address.scope_id);
  }
  std::string text;
  for (std::size_t i = 0; i < 4; ++i) {
    if (i > 0) text += '.';
    text += std::to_string(address.bytes[i]);
  }
  return text;
}

std::optional<SocketAddress> SocketAddress::Parse(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  const bool has_brackets = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (has_brackets) host = host.substr(1, host.size() - 2);
  const auto ip = IpAddress::Parse(host);
  const auto port = ParseNumber<std::uint16_t>(text.substr(colon + 1), 10, 5);
  if (!ip || !port || ip->is_v4() == has_brackets) return std::nullopt;
  return SocketAddress{*ip, *port};
}

std::string ToString(const SocketAddress& address) {
  const std::string ip = ToString(address.ip);
  return (address.ip.is_v4() ? ip : "[" + ip + "]") + ":" + std::to_string(address.port);
}

}  // namespace onair
