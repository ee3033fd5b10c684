// SPDX-License-Identifier: Apache-2.0
//
// Sockets that no program inherits which the app starts. A copy in a child keeps a connection that
// was closed here alive, and a port in use. Asio's own ones are inherited.
#pragma once

#include <boost/asio/error.hpp>
#include <boost/system/error_code.hpp>
#include <cerrno>

namespace onair::runtime {

// Descriptors; -1 and errno where there is none.
int OpenUninherited(int family, int type, int protocol);
int AcceptUninherited(int listening);
// One that came from above and was not taken.
void CloseUninherited(int descriptor);

namespace uninherited {

// Gives the descriptor to `socket`, which is not open.
template <typename Socket, typename Protocol>
void Assign(Socket& socket, const Protocol& protocol, int descriptor,
            boost::system::error_code& error) {
  error.clear();
  if (descriptor < 0) {
    error.assign(errno, boost::asio::error::get_system_category());
  } else {
    socket.assign(protocol, descriptor, error);
    if (error) CloseUninherited(descriptor);  // The socket has not become its owner.
  }
}

}  // namespace uninherited

// As `socket.open(protocol, error)`; also of acceptors.
template <typename Socket, typename Protocol>
void Open(Socket& socket, const Protocol& protocol, boost::system::error_code& error) {
  uninherited::Assign(socket, protocol,
                      OpenUninherited(protocol.family(), protocol.type(), protocol.protocol()),
                      error);
}

// As `acceptor.accept(socket, error)`, which waits for nobody: the acceptor is non-blocking.
template <typename Acceptor, typename Socket, typename Protocol>
void Accept(Acceptor& acceptor, Socket& socket, const Protocol& protocol,
            boost::system::error_code& error) {
  uninherited::Assign(socket, protocol, AcceptUninherited(acceptor.native_handle()), error);
}

}  // namespace onair::runtime
