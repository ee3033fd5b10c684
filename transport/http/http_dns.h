// SPDX-License-Identifier: Apache-2.0
//
// Asking for addresses over HTTP (HTTPDNS), the form that Alibaba Cloud publishes and OpenResty
// Edge serves as well ("Resolve a domain name", HTTP API):
//   GET <service>/d?host=<name>&query=4,6
//   {"host":"..", "ips":["192.0.2.1"], "ipsv6":["2001:db8::1"], "ttl":57, "origin_ttl":120}
// Pure functions on text; who asks is platform/sdk/http_dns_source.h.
#pragma once

#include <string>
#include <string_view>

#include "core/api/name_source.h"
#include "core/base/url.h"

namespace onair::http {

// `service`: "http://203.0.113.5/100000", "https://dns.example/100000". kInvalidUrl for others,
// kResolveFailed for a host that is no name.
Result<Url> HttpDnsUrl(const Url& service, std::string_view host);

// Of a body of at most kMaxHttpDnsAnswer bytes: at most kMaxHttpDnsAddresses, the newer family
// first. kResolveFailed: malformed, for another host, or without an address.
Result<NameAnswer> ParseHttpDnsAnswer(std::string_view body, std::string_view host);

// Source: ours; 16 addresses race at most (platform/runtime/connect_race.h).
inline constexpr std::size_t kMaxHttpDnsAddresses = 16;
inline constexpr std::size_t kMaxHttpDnsAnswer = 16 * 1024;

}  // namespace onair::http
