// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "transport/tls/stream.h"

namespace onair {

// How rtmps:// and https:// check their peer.
struct TlsConfig {
  // PEM file with the trusted issuers; empty: the system's.
  std::string ca_file;

  // kNo accepts anybody, for a test bench only.
  tls::VerifyPeer verify = tls::VerifyPeer::kYes;
};

}  // namespace onair
