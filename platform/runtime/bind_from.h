// SPDX-License-Identifier: Apache-2.0
//
// A connection that begins at one of this device's addresses. By the address alone systems still
// choose the interface by the peer's route, so the socket is bound to the interface as well
// where the system lets everybody do that.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <string>

#include "core/base/result.h"
#include "platform/runtime/address.h"

namespace onair::runtime {

// `socket` is not open yet; it is for a connection to `to`, of the same family. kLocalAddress when
// this device has no such address.
Status BindFrom(boost::asio::ip::tcp::socket& socket, const IpAddress& from, const IpAddress& to);

// What the datagram socket with address `local` sends leaves by the interface of this name. It
// still hears peers on this very device, which come by another one. Best effort.
void SendByLink(int socket, const std::string& link, const IpAddress& local);

}  // namespace onair::runtime
