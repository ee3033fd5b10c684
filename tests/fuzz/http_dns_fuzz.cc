// SPDX-License-Identifier: Apache-2.0
//
// Any answer of an HTTPDNS service gives addresses within the bounds, or an error.
#include <cstdlib>

#include "transport/http/http_dns.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace onair;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto answer = http::ParseHttpDnsAnswer(text, "live.example");
  if (!answer) return 0;
  if (answer->addresses.empty() || answer->addresses.size() > http::kMaxHttpDnsAddresses) abort();
  if (answer->ttl && (*answer->ttl < TimeDelta::Zero() || !answer->ttl->is_finite())) abort();
  return 0;
}
