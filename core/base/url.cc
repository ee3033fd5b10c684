// SPDX-License-Identifier: Apache-2.0
#include "core/base/url.h"

#include <algorithm>
#include <charconv>

namespace onair {
namespace {

constexpr std::size_t kMaxLength = 8192;

bool IsAlpha(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

std::string Lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

// RFC 3986 section 3.1: "scheme = ALPHA *( ALPHA / DIGIT / "+" / "-" / "." )"
bool IsScheme(std::string_view text) {
  if (text.empty() || !IsAlpha(text.front())) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return IsAlpha(c) || IsDigit(c) || c == '+' || c == '-' || c == '.';
  });
}

bool IsOneOf(char c, std::string_view set) {
  return set.find(c) != std::string_view::npos;
}

// RFC 3986 section 3.2.2: "reg-name = *( unreserved / pct-encoded / sub-delims )". Bytes beyond
// ASCII are left to the resolver.
bool IsHostName(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return IsAlpha(c) || IsDigit(c) || IsOneOf(c, "-._~%!$&'()*+,;=") ||
           static_cast<unsigned char>(c) >= 0x80;
  });
}

// Only the characters: the resolver judges the rest. A zone (RFC 6874) may follow '%'.
bool IsIpv6(std::string_view text) {
  const std::string_view address = text.substr(0, text.find('%'));
  return IsOneOf(':', address) && IsHostName(text.substr(address.size())) &&
         std::all_of(address.begin(), address.end(),
                     [](char c) { return IsDigit(c) || IsOneOf(c, "abcdefABCDEF:."); });
}

Result<std::uint16_t> ParsePort(std::string_view text) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value == 0 || value > 65535) {
    return Fail(ErrorCode::kInvalidUrl, "port '" + std::string(text) + "' is not in 1..65535");
  }
  return static_cast<std::uint16_t>(value);
}

// Splits "host", "host:port", "[v6]" or "[v6]:port".
Status ParseHostPort(std::string_view text, Url& url) {
  std::string_view port;
  const bool is_literal = text.starts_with('[');
  if (is_literal) {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos) return Fail(ErrorCode::kInvalidUrl, "'[' without ']'");
    url.host = Lower(text.substr(1, close - 1));
    if (!IsIpv6(url.host)) {
      return Fail(ErrorCode::kInvalidUrl, "no IPv6 address between the brackets");
    }
    const std::string_view rest = text.substr(close + 1);
    if (!rest.empty() && !rest.starts_with(':')) {
      return Fail(ErrorCode::kInvalidUrl, "unexpected text after ']'");
    }
    if (!rest.empty()) port = rest.substr(1);
  } else {
    const std::size_t colon = text.find(':');
    if (colon != text.rfind(':')) {
      return Fail(ErrorCode::kInvalidUrl, "an IPv6 address needs brackets");
    }
    url.host = Lower(text.substr(0, colon));
    if (colon != std::string_view::npos) port = text.substr(colon + 1);
  }
  if (url.host.empty()) return Fail(ErrorCode::kInvalidUrl, "the host is empty");
  if (!is_literal && !IsHostName(url.host)) {
    return Fail(ErrorCode::kInvalidUrl, "the host holds a forbidden character");
  }
  if (port.empty()) return {};  // RFC 3986 section 3.2.3 allows "host:" without digits.
  const auto value = ParsePort(port);
  if (!value) return Forward(value);
  url.port = *value;
  return {};
}

}  // namespace

std::string Url::Authority(std::uint16_t default_port) const {
  const bool is_ipv6 = host.find(':') != std::string::npos;
  std::string out = is_ipv6 ? "[" + host + "]" : host;
  if (port && *port != default_port) out += ":" + std::to_string(*port);
  return out;
}

std::string Url::Target() const {
  std::string out = path.empty() ? "/" : path;
  if (!query.empty()) out += "?" + query;
  return out;
}

Result<Url> ParseUrl(std::string_view text) {
  if (text.size() > kMaxLength) return Fail(ErrorCode::kInvalidUrl, "longer than 8192 bytes");
  const bool is_clean = std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) > 0x20 && c != 0x7f;
  });
  if (!is_clean) return Fail(ErrorCode::kInvalidUrl, "holds a space or a control character");

  Url url;
  const std::size_t mark = text.find("://");
  if (mark == std::string_view::npos || !IsScheme(text.substr(0, mark))) {
    return Fail(ErrorCode::kInvalidUrl, "does not begin with a scheme such as rtmp://");
  }
  url.scheme = Lower(text.substr(0, mark));
  text.remove_prefix(mark + 3);
  text = text.substr(0, text.find('#'));

  const std::size_t path_start = text.find_first_of("/?");
  std::string_view authority = text.substr(0, path_start);
  if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
    url.user_info = authority.substr(0, at);
    authority.remove_prefix(at + 1);
  }
  if (auto status = ParseHostPort(authority, url); !status) return Forward(status);
  if (path_start == std::string_view::npos) return url;

  const std::string_view rest = text.substr(path_start);
  const std::size_t question = rest.find('?');
  url.path = rest.substr(0, question);
  if (question != std::string_view::npos) url.query = rest.substr(question + 1);
  return url;
}

std::string Redact(const Url& url) {
  std::string out = url.scheme + "://";
  if (!url.user_info.empty()) out += "<private>@";
  out += url.Authority(0) + url.path;
  if (!url.query.empty()) out += "?<private>";
  return out;
}

}  // namespace onair
