// SPDX-License-Identifier: Apache-2.0
//
// What the TLS clients of a process have in common: whom they believe, and the tickets that
// make their next connections short.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "core/base/result.h"
#include "core/machine/endpoint.h"
#include "platform/runtime/mutex.h"
#include "transport/tls/stream.h"

namespace onair::runtime {

// Thread-safe.
class SharedTrust {
 public:
  explicit SharedTrust(tls::Trust trust) : trust_(std::move(trust)) {}

  const tls::Trust& trust() const { return trust_; }

  // The newest ticket of this server; one for single use is given once.
  std::optional<tls::SessionTicket> TakeTicket(const Endpoint& server);
  void KeepTicket(const Endpoint& server, tls::SessionTicket ticket);

  // Servers remembered; one more takes the place of the one that was heard of longest ago.
  // Source: ours; an app talks to a handful, and a ticket holds a certificate chain.
  static constexpr std::size_t kMaxTickets = 32;

 private:
  using Key = std::pair<std::string, std::uint16_t>;  // Host and port.
  struct Row {
    tls::SessionTicket ticket;
    std::uint64_t kept;  // Rises with each ticket.
  };

  const tls::Trust trust_;
  Mutex mutex_;
  std::map<Key, Row> tickets_ ONAIR_GUARDED_BY(mutex_);
  std::uint64_t kept_ ONAIR_GUARDED_BY(mutex_) = 0;
};

// The process's own for these settings, loaded with the first call: the system's store costs
// tens of milliseconds, too much for every connection. The system's is loaded once; a file is
// loaded again when it changed. 8 settings are kept. Thread-safe; blocks while a file is read.
// Errors as tls::Trust::Load().
Result<std::shared_ptr<SharedTrust>> TrustOfProcess(const std::string& ca_file,
                                                    tls::VerifyPeer verify);

}  // namespace onair::runtime
