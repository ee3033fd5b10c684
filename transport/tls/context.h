// SPDX-License-Identifier: Apache-2.0
//
// What Trust, ServerIdentity and SessionTicket hold of the TLS library. Inside this room only.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <utility>

#include "core/base/result.h"
#include "transport/tls/stream.h"

namespace onair::tls {

struct FreeContext {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
struct FreeTicket {
  void operator()(SSL_SESSION* session) const { SSL_SESSION_free(session); }
};
using ContextPtr = std::unique_ptr<SSL_CTX, FreeContext>;
using TicketPtr = std::unique_ptr<SSL_SESSION, FreeTicket>;

// The library counts references to both under its own locks, and nobody changes them once they
// are shared.
struct Trust::Context {
  ContextPtr context;
};
struct ServerIdentity::Context {
  ContextPtr context;
};
struct SessionTicket::Session {
  TicketPtr session;
};

// The newest ticket that `session` receives goes to `place`, which outlives it.
void PutTicketsInto(SSL* session, TicketPtr& place);

// The oldest message on the library's error queue and its reason's number; empties the queue.
std::pair<std::string, int> TakeLibraryError();

}  // namespace onair::tls
