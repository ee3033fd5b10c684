// SPDX-License-Identifier: Apache-2.0
#include "transport/http/target.h"

namespace onair::http {
namespace {

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

enum class Plus { kLiteral = 1, kSpace = 2 };

std::optional<std::string> Decode(std::string_view text, Plus plus) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus == Plus::kSpace) {
      out.push_back(' ');
    } else if (text[i] != '%') {
      out.push_back(text[i]);
    } else {
      const int high = i + 2 < text.size() ? HexDigit(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? HexDigit(text[i + 2]) : -1;
      if (high < 0 || low < 0) return std::nullopt;
      out.push_back(static_cast<char>(high * 16 + low));
      i += 2;
    }
  }
  return out;
}

// RFC 3986 section 5.2.4, "Remove Dot Segments", for paths that begin with '/'.
std::string RemoveDotSegments(std::string_view path) {
  std::string out;
  while (!path.empty()) {
    const std::size_t next = path.find('/', 1);
    const std::string_view segment = path.substr(0, next);
    path = next == std::string_view::npos ? std::string_view() : path.substr(next);
    const bool is_last = path.empty();
    if (segment == "/." || segment == "/..") {
      if (segment == "/.." && !out.empty()) out.erase(out.rfind('/'));
      if (is_last) out += '/';
    } else {
      out += segment;
    }
  }
  return out;
}

// RFC 3986 section 3.1: a scheme ends at the first ':' and comes before any '/', '?' or '#'.
bool HasScheme(std::string_view text) {
  const std::size_t colon = text.find(':');
  return colon != std::string_view::npos && colon < text.find_first_of("/?#");
}

std::string Origin(const Url& base) {
  std::string out = base.scheme + "://";
  if (!base.user_info.empty()) out += base.user_info + "@";
  return out + base.Authority(0);
}

}  // namespace

std::optional<std::string_view> Query::Find(std::string_view name) const {
  for (const auto& [key, value] : parameters_) {
    if (key == name) return value;
  }
  return std::nullopt;
}

std::optional<std::string> PercentDecode(std::string_view text) {
  return Decode(text, Plus::kLiteral);
}

std::optional<Query> ParseQuery(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> parameters;
  while (!text.empty()) {
    const std::size_t end = text.find('&');
    const std::string_view pair = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    if (pair.empty()) continue;
    const std::size_t equals = pair.find('=');
    auto key = Decode(pair.substr(0, equals), Plus::kSpace);
    auto value = equals == std::string_view::npos ? std::optional<std::string>(std::string())
                                                  : Decode(pair.substr(equals + 1), Plus::kSpace);
    if (!key || !value) return std::nullopt;
    parameters.emplace_back(std::move(*key), std::move(*value));
  }
  return Query(std::move(parameters));
}

Result<Url> ResolveRedirect(const Url& base, std::string_view location) {
  if (HasScheme(location)) return ParseUrl(location);
  if (location.starts_with("//")) return ParseUrl(base.scheme + ":" + std::string(location));

  location = location.substr(0, location.find('#'));
  const std::size_t question = location.find('?');
  const std::string_view path = location.substr(0, question);
  const std::string query(question == std::string_view::npos ? std::string_view()
                                                             : location.substr(question));
  std::string target;
  if (path.empty()) {
    target = base.path;
  } else if (path.starts_with('/')) {
    target = RemoveDotSegments(path);
  } else {
    const std::size_t slash = base.path.rfind('/');
    const std::string folder = slash == std::string::npos ? "/" : base.path.substr(0, slash + 1);
    target = RemoveDotSegments(folder + std::string(path));
  }
  if (location.empty() && !base.query.empty()) return ParseUrl(Origin(base) + base.Target());
  return ParseUrl(Origin(base) + target + query);
}

}  // namespace onair::http
