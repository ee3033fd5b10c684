// SPDX-License-Identifier: Apache-2.0
#include "platform/runtime/uninherited_socket.h"

#include <fcntl.h>
#include <sys/socket.h>

namespace onair::runtime {

void CloseUninherited(int descriptor) {
  static_cast<void>(close(descriptor));
}

#if defined(__linux__)

int OpenUninherited(int family, int type, int protocol) {
  return socket(family, type | SOCK_CLOEXEC, protocol);
}

int AcceptUninherited(int listening) {
  return accept4(listening, nullptr, nullptr, SOCK_CLOEXEC);
}

#else

namespace {

// In two steps: a program that another thread starts between them inherits it still.
int Keep(int descriptor) {
  if (descriptor < 0) return descriptor;
  static_cast<void>(fcntl(descriptor, F_SETFD, FD_CLOEXEC));
#if defined(SO_NOSIGPIPE)
  // As Asio does with those that it opens.
  const int on = 1;
  static_cast<void>(setsockopt(descriptor, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on));
#endif
  return descriptor;
}

}  // namespace

int OpenUninherited(int family, int type, int protocol) {
  return Keep(socket(family, type, protocol));
}

int AcceptUninherited(int listening) {
  return Keep(accept(listening, nullptr, nullptr));
}

#endif

}  // namespace onair::runtime
