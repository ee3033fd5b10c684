// SPDX-License-Identifier: Apache-2.0
//
// What Identity holds of the TLS library, and the library's way to us. Inside this room only.
#pragma once

#include <openssl/bio.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <memory>
#include <optional>

#include "transport/tls/context.h"
#include "transport/tls/dtls_identity.h"

namespace onair::dtls {

struct FreeBioMethod {
  void operator()(BIO_METHOD* method) const { BIO_meth_free(method); }
};
using BioMethodPtr = std::unique_ptr<BIO_METHOD, FreeBioMethod>;

// Nobody changes it once it is shared; the library counts references under its own locks.
struct Identity::Context {
  tls::ContextPtr context;
  BioMethodPtr datagrams;  // Dies after the associations that use it: each holds this Context.
};

// One end of the library's traffic. Called from inside its functions, on the owner's thread.
class LibraryUser {
 public:
  virtual ~LibraryUser() = default;

  // The datagram that waits to be read, once; nothing otherwise.
  virtual std::optional<ByteView> TakeInput() = 0;
  virtual void KeepOutput(ByteView datagram) = 0;
  // The peer showed this certificate. True: it is the announced one.
  virtual bool IsAnnounced(const X509& certificate) = 0;
};

// For both directions of `session`, which then owns it; null when memory ran out.
BIO* NewDatagramBio(const BIO_METHOD& method, LibraryUser& user);
BioMethodPtr NewDatagramMethod();

// `certificate` hashed; nothing when the library fails.
std::optional<Fingerprint> FingerprintOf(const X509& certificate, FingerprintHash hash);

}  // namespace onair::dtls
