// SPDX-License-Identifier: Apache-2.0
#include "transport/http/http_dns.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace onair::http {
namespace {

using Json = nlohmann::json;  // Never its exceptions: members are looked at before they are taken.

// RFC 1035 section 2.3.4.
constexpr std::size_t kMaxName = 253;
constexpr std::int64_t kMaxTtlSeconds = 7 * 24 * 3600;  // RFC 8767 section 4.

bool IsNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_';
}

auto Refuse(std::string_view host, const char* why) {
  return Fail(ErrorCode::kResolveFailed, std::string(host) + ": " + why);
}

void TakeAddresses(const Json& answer, const char* member, IpAddress::Family family,
                   std::vector<IpAddress>& out) {
  const auto list = answer.find(member);
  if (list == answer.end() || !list->is_array()) return;
  for (const Json& item : *list) {
    if (out.size() >= kMaxHttpDnsAddresses) return;
    if (!item.is_string()) continue;
    const auto address = IpAddress::Parse(item.get_ref<const std::string&>());
    if (address && address->family == family) out.push_back(*address);
  }
}

}  // namespace

Result<Url> HttpDnsUrl(const Url& service, std::string_view host) {
  if (service.scheme != "http" && service.scheme != "https") {
    return Fail(ErrorCode::kInvalidUrl, "HTTPDNS over " + service.scheme);
  }
  const bool is_name = !host.empty() && host.size() <= kMaxName &&
                       std::all_of(host.begin(), host.end(), IsNameCharacter);
  if (!is_name) return Refuse(host, "not a host name");
  Url url = service;
  while (url.path.ends_with('/')) url.path.pop_back();
  url.path += "/d";
  if (!url.query.empty()) url.query += '&';
  url.query += "host=" + std::string(host) + "&query=4,6";
  return url;
}

Result<NameAnswer> ParseHttpDnsAnswer(std::string_view body, std::string_view host) {
  if (body.size() > kMaxHttpDnsAnswer) return Refuse(host, "the answer is too long");
  const Json answer = Json::parse(body, nullptr, false);
  if (!answer.is_object()) return Refuse(host, "the answer is no JSON object");
  const auto name = answer.find("host");
  const bool is_other = name != answer.end() && name->is_string() &&
                        !std::ranges::equal(name->get_ref<const std::string&>(), host,
                                            [](char a, char b) { return (a | 32) == (b | 32); });
  if (is_other) return Refuse(host, "the answer is for another host");
  NameAnswer result;
  TakeAddresses(answer, "ipsv6", IpAddress::Family::kV6, result.addresses);
  TakeAddresses(answer, "ips", IpAddress::Family::kV4, result.addresses);
  if (result.addresses.empty()) return Refuse(host, "the answer has no address");
  if (const auto ttl = answer.find("ttl"); ttl != answer.end() && ttl->is_number_integer()) {
    const auto seconds = std::clamp<std::int64_t>(ttl->get<std::int64_t>(), 0, kMaxTtlSeconds);
    result.ttl = TimeDelta::Seconds(seconds);
  }
  return result;
}

}  // namespace onair::http
