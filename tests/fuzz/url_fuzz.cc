// SPDX-License-Identifier: Apache-2.0
//
// Any text gives an address or an error, and what was understood reads back the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "core/base/url.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto url = onair::ParseUrl(text);
  if (!url) return 0;
  const std::string user = url->user_info.empty() ? "" : url->user_info + "@";
  const std::string again = url->scheme + "://" + user + url->Authority(0) + url->Target();
  const auto second = onair::ParseUrl(again);
  const bool is_longer = again.size() > 8192;  // "/" or a port's zeros may be added or dropped.
  if (!second) {
    if (!is_longer) std::abort();
    return 0;
  }
  if (second->host != url->host || second->port != url->port) std::abort();
  if (second->Target() != url->Target()) std::abort();
  const std::string log = onair::Redact(*url);
  if (!url->user_info.empty() && log.find("<private>@") == std::string::npos) std::abort();
  return 0;
}
