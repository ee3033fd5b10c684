// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <utility>

#include "core/base/result.h"
#include "transport/tls/fingerprint.h"

namespace onair::dtls {

// A key (ECDSA P-256) and a certificate that it signed itself: whom a peer recognises by the
// fingerprint that signalling carried. Made once for many associations, a fresh one whenever
// peers shall not see that they talk to the same party. Copies share it; thread-safe.
class Identity {
 public:
  // Takes a fraction of a millisecond. kUnsupported in a build without TLS; kInternal.
  static Result<Identity> Generate();

  // SHA-256 of the certificate, for our SDP.
  const Fingerprint& fingerprint() const { return fingerprint_; }

 private:
  friend class Association;
  struct Context;
  Identity(std::shared_ptr<const Context> context, Fingerprint fingerprint)
      : context_(std::move(context)), fingerprint_(std::move(fingerprint)) {}

  std::shared_ptr<const Context> context_;
  Fingerprint fingerprint_;
};

}  // namespace onair::dtls
