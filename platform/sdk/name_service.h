// SPDX-License-Identifier: Apache-2.0
//
// Host names for players: the app's own name service, an HTTPDNS service, or the system; cached,
// asked again before they expire, and served stale rather than not at all.
//
//   auto names = NameService::Create({.source = my_https_dns});   // or {.http_dns = "https://…"}
//   (*names)->Prefetch("live.example.com");                       // with the list of rooms
//   config.names = *names;                                        // of every player
#pragma once

#include <memory>
#include <string>

#include "core/api/name_source.h"
#include "platform/sdk/tls_config.h"

namespace onair {

namespace runtime {
class Resolver;
}

// Who is asked, and how answers are kept. Read once, by Create().
struct NameServiceConfig {
  // The app's name service. Null: `http_dns`, and where that is empty too, the system.
  std::shared_ptr<NameSource> source = nullptr;

  // "http(s)://address[:port]/account" of an HTTPDNS service that speaks the form of
  // transport/http/http_dns.h; by address, so that it needs no name itself.
  std::string http_dns = {};
  TlsConfig tls = {};

  // After this long, or a failure, the system is asked instead. Range [0.1 s, 30 s].
  // Source: ours; three round trips of a slow network.
  TimeDelta source_timeout = TimeDelta::Millis(1500);

  NameCacheConfig cache = {};  // How long answers serve.

  // Ok, or kInvalidConfig or kInvalidUrl whose detail names the first field out of range.
  [[nodiscard]] Status Validate() const;
};

// Counters only grow.
struct NameServiceStats {
  std::int64_t hits = 0;          // Answered by a fresh answer.
  std::int64_t misses = 0;        // Had to wait for one.
  std::int64_t stale = 0;         // Found one past its lifetime only.
  std::int64_t refreshes = 0;     // Asked ahead of time.
  std::int64_t failures = 0;      // Questions without an answer.
  std::int64_t asked_source = 0;  // Questions to the app's source or to HTTPDNS.
  std::int64_t asked_system = 0;  // Also in place of a source that failed.
  std::size_t names = 0;          // Now.
};

// thread-safe. One for an app; it has a thread of its own, onair.names.
class NameService {
 public:
  // Asks nothing yet. Errors of NameServiceConfig::Validate(); kSocket, kOutOfMemory.
  static Result<std::shared_ptr<NameService>> Create(const NameServiceConfig& config);
  ~NameService();

  // Asks now and keeps fresh for NameCacheConfig::keep_fresh.
  void Prefetch(const std::string& host);
  // The device has another network: what was learnt on the old one is asked again.
  void NetworkChanged();

  // A snapshot.
  NameServiceStats stats() const;

  // What streams ask. Valid for ever. At this object's end whoever waits is answered with
  // kInvalidState, and who asks later too.
  std::shared_ptr<runtime::Resolver> resolver() const;

 private:
  class Core;
  explicit NameService(std::shared_ptr<Core> core);
  std::shared_ptr<Core> core_;
};

}  // namespace onair
