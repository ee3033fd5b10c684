// SPDX-License-Identifier: Apache-2.0
#include "transport/rtmp/rtmp_url.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace onair::rtmp {
namespace {

constexpr std::uint16_t kPlainPort = 1935;  // Adobe RTMP 1.0 section 3; IANA "macromedia-fcs".
constexpr std::uint16_t kTlsPort = 443;

std::string_view Trim(std::string_view path) {
  while (path.starts_with('/')) path.remove_prefix(1);
  while (path.ends_with('/')) path.remove_suffix(1);
  return path;
}

struct Name {
  std::string app;
  std::string key;
};

Name Split(const Url& url) {
  std::string_view path = url.path;
  while (path.starts_with('/')) path.remove_prefix(1);
  const std::size_t slash = path.rfind('/');
  const std::string query = url.query.empty() ? "" : "?" + url.query;
  if (slash != std::string_view::npos) {
    const std::string key(path.substr(slash + 1));
    // "/app/?q": without a key the query can only be the application's.
    if (key.empty()) return {std::string(Trim(path)) + query, ""};
    return {std::string(Trim(path.substr(0, slash))), key + query};
  }
  const std::size_t query_slash = query.find('/');
  if (query_slash == std::string::npos) return {std::string(path) + query, ""};
  return {std::string(path) + query.substr(0, query_slash), query.substr(query_slash + 1)};
}

// RFC 3986 section 5.2.2, as far as servers go: "//host/app", "/app", "app".
std::string Absolute(const std::string& reference, const std::string& base) {
  const std::size_t authority = base.find("://") + 3;
  if (reference.find("://") != std::string::npos) return reference;
  if (reference.starts_with("//")) return base.substr(0, authority - 2) + reference;
  const std::size_t path = std::min(base.find('/', authority), base.size());
  if (reference.starts_with('/')) return base.substr(0, path) + reference;
  const std::size_t query = std::min(base.find('?', path), base.size());
  return base.substr(0, base.rfind('/', query) + 1) + reference;
}

}  // namespace

Result<RtmpUrl> ParseRtmpUrl(const Url& url) {
  if (url.scheme != "rtmp" && url.scheme != "rtmps") {
    return Fail(ErrorCode::kInvalidUrl, "'" + url.scheme + "' is neither rtmp nor rtmps");
  }
  if (!url.user_info.empty()) {
    return Fail(ErrorCode::kUnsupported, "a user name in an RTMP address; use the key or a query");
  }
  const bool is_tls = url.scheme == "rtmps";
  const std::uint16_t default_port = is_tls ? kTlsPort : kPlainPort;
  Name name = Split(url);
  if (name.app.empty() || name.app.starts_with('?')) {
    return Fail(ErrorCode::kInvalidUrl, "the address names no application: rtmp://host/app/key");
  }
  RtmpUrl out;
  out.endpoint = {url.host, url.port.value_or(default_port),
                  is_tls ? Security::kTls : Security::kPlain};
  out.tc_url = url.scheme + "://" + url.Authority(default_port) + "/" + name.app;
  out.app = std::move(name.app);
  out.stream_key = std::move(name.key);
  return out;
}

Result<RtmpUrl> ParseRtmpStreamUrl(const Url& url) {
  auto address = ParseRtmpUrl(url);
  if (address && address->stream_key.empty()) {
    return Fail(ErrorCode::kInvalidUrl, "the address names no stream: rtmp://host/app/key");
  }
  return address;
}

Result<std::string> RedirectTarget(const std::string& address, const RtmpUrl& from) {
  const auto url = ParseUrl(address);
  if (!url) return Fail(ErrorCode::kRtmpRejected, "redirected to an address that is none");
  const auto target = ParseRtmpUrl(*url);
  const bool is_whole = !target || !target->stream_key.empty();
  if (is_whole) return address;
  return address + (address.ends_with('/') ? "" : "/") + from.stream_key;
}

Result<std::string> ReconnectTarget(const std::string& tc_url, const RtmpUrl& from) {
  auto target = RedirectTarget(Absolute(tc_url, from.tc_url), from);
  if (!target) return target;
  const auto url = ParseUrl(*target);
  const auto parsed = url ? ParseRtmpUrl(*url) : Result<RtmpUrl>(Forward(url));
  if (!parsed) return Fail(ErrorCode::kRtmpRejected, "sent to an address that is none");
  const bool was_secure = from.endpoint.security == Security::kTls;
  if (was_secure && parsed->endpoint.security != Security::kTls) {
    return Fail(ErrorCode::kRtmpRejected, "sent from TLS to a plain connection");
  }
  return target;
}

}  // namespace onair::rtmp
