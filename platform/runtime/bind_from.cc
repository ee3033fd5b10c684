// SPDX-License-Identifier: Apache-2.0
#include "platform/runtime/bind_from.h"

#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <optional>
#include <string>

#include "platform/runtime/asio_address.h"
#include "platform/runtime/local_addresses.h"
#include "platform/runtime/uninherited_socket.h"

namespace onair::runtime {
namespace {

using boost::asio::ip::tcp;

// The interface with address `from`; empty where it does not decide the way: to one of this
// device's own addresses, and for link-local ones, which name theirs.
std::optional<std::string> LinkOf(const IpAddress& from, const IpAddress& to) {
  const auto own = ListLocalAddresses();
  if (!own || to.is_loopback()) return std::nullopt;
  std::optional<std::string> link;
  for (const LocalAddress& address : *own) {
    if (address.ip == to) return std::nullopt;
    if (address.ip == from) link = address.interface;
  }
  return link;
}

// Best effort: the address is bound in any case.
void BindToLink([[maybe_unused]] int socket, [[maybe_unused]] const std::string& link,
                [[maybe_unused]] const IpAddress& from) {
#if defined(SO_BINDTODEVICE)
  // Linux before 5.7 asks for CAP_NET_RAW.
  static_cast<void>(setsockopt(socket, SOL_SOCKET, SO_BINDTODEVICE, link.c_str(),
                               static_cast<socklen_t>(link.size() + 1)));
#elif defined(IP_BOUND_IF)
  const unsigned index = if_nametoindex(link.c_str());
  const int level = from.is_v4() ? IPPROTO_IP : IPPROTO_IPV6;
  const int option = from.is_v4() ? IP_BOUND_IF : IPV6_BOUND_IF;
  static_cast<void>(setsockopt(socket, level, option, &index, sizeof index));
#endif
}

}  // namespace

Status BindFrom(tcp::socket& socket, const IpAddress& from, const IpAddress& to) {
  const tcp::endpoint local(ToAsio(from), 0);
  boost::system::error_code error;
  Open(socket, local.protocol(), error);
  if (error) return Fail(ErrorCode::kSocket, error.message(), error.value());
  if (const auto link = LinkOf(from, to)) BindToLink(socket.native_handle(), *link, from);
  socket.bind(local, error);
  if (error) return Fail(ErrorCode::kLocalAddress, ToString(from), error.value());
  return {};
}

void SendByLink(int socket, const std::string& link, const IpAddress& local) {
  const unsigned index = if_nametoindex(link.c_str());
  if (index == 0 || local.is_loopback()) return;
  const int level = local.is_v4() ? IPPROTO_IP : IPPROTO_IPV6;
#if defined(IP_UNICAST_IF)
  const unsigned wanted = htonl(index);  // ip(7), ipv6(7): both in network byte order.
  const int option = local.is_v4() ? IP_UNICAST_IF : IPV6_UNICAST_IF;
  static_cast<void>(setsockopt(socket, level, option, &wanted, sizeof wanted));
#elif defined(IP_BOUND_IF)
  const int option = local.is_v4() ? IP_BOUND_IF : IPV6_BOUND_IF;
  static_cast<void>(setsockopt(socket, level, option, &index, sizeof index));
#endif
}

}  // namespace onair::runtime
