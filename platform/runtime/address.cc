// SPDX-License-Identifier: Apache-2.0
#include "platform/runtime/address.h"

#include <algorithm>

#include "platform/runtime/asio_address.h"

namespace onair::runtime {

std::optional<IpAddress> ParseAddress(const std::string& text) {
  boost::system::error_code error;
  const auto native = boost::asio::ip::make_address(text, error);
  if (error) return std::nullopt;
  return FromAsio(native);
}

IpAddress FromAsio(const boost::asio::ip::address& native) {
  IpAddress address;
  if (native.is_v4()) {
    std::ranges::copy(native.to_v4().to_bytes(), address.bytes.begin());
    return address;
  }
  address.family = IpAddress::Family::kV6;
  std::ranges::copy(native.to_v6().to_bytes(), address.bytes.begin());
  address.scope_id = static_cast<std::uint32_t>(native.to_v6().scope_id());
  return address;
}

boost::asio::ip::address ToAsio(const IpAddress& address) {
  if (address.family == IpAddress::Family::kV4) {
    boost::asio::ip::address_v4::bytes_type bytes{};
    std::copy_n(address.bytes.begin(), bytes.size(), bytes.begin());
    return boost::asio::ip::address_v4(bytes);
  }
  boost::asio::ip::address_v6::bytes_type bytes{};
  std::ranges::copy(address.bytes, bytes.begin());
  return boost::asio::ip::address_v6(bytes, address.scope_id);
}

}  // namespace onair::runtime
