// SPDX-License-Identifier: Apache-2.0
#include "platform/runtime/local_addresses.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>
#include <system_error>

namespace onair::runtime {
namespace {

constexpr std::size_t kMost = 64;

std::optional<IpAddress> FromNative(const sockaddr* native) {
  IpAddress ip;
  if (native->sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, native, sizeof v4);
    std::memcpy(ip.bytes.data(), &v4.sin_addr, sizeof v4.sin_addr);
    return ip;
  }
  if (native->sa_family != AF_INET6) return std::nullopt;
  sockaddr_in6 v6{};
  std::memcpy(&v6, native, sizeof v6);
  ip.family = IpAddress::Family::kV6;
  std::memcpy(ip.bytes.data(), &v6.sin6_addr, sizeof v6.sin6_addr);
  ip.scope_id = v6.sin6_scope_id;
  return ip;
}

}  // namespace

Result<std::vector<LocalAddress>> ListLocalAddresses(Loopback loopback) {
  ifaddrs* first = nullptr;
  if (getifaddrs(&first) != 0) {
    const int code = errno;
    return Fail(Error{ErrorCode::kSocket,
                      "list of local addresses: " + std::generic_category().message(code), code});
  }
  const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> owner(first, &freeifaddrs);
  std::vector<LocalAddress> found;
  for (const ifaddrs* at = first; at != nullptr && found.size() < kMost; at = at->ifa_next) {
    if (at->ifa_addr == nullptr || (at->ifa_flags & IFF_UP) == 0) continue;
    const auto ip = FromNative(at->ifa_addr);
    if (!ip || ip->is_link_local()) continue;
    if (ip->is_loopback() && loopback == Loopback::kLeaveOut) continue;
    found.push_back({at->ifa_name, *ip});
  }
  return found;
}

}  // namespace onair::runtime
