// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/ip/address.hpp>

#include "platform/runtime/address.h"

namespace onair::runtime {

IpAddress FromAsio(const boost::asio::ip::address& native);
boost::asio::ip::address ToAsio(const IpAddress& address);

}  // namespace onair::runtime
