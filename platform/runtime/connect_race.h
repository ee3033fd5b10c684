// SPDX-License-Identifier: Apache-2.0
//
// Which address to try when: RFC 8305 (Happy Eyeballs) without sockets or clocks.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "core/base/result.h"
#include "core/units/time.h"
#include "platform/runtime/address.h"

namespace onair::runtime {

// Addresses with the families taking turns, beginning with the first one's.
// RFC 8305 section 4 with a First Address Family Count of 1.
std::vector<IpAddress> InterleaveFamilies(const std::vector<IpAddress>& addresses);

// Those of one family: a connection from a given local address can reach no other.
std::vector<IpAddress> OfFamily(std::vector<IpAddress> addresses, IpAddress::Family family);

// Pure. The driver starts what NextAttempt() names until it names nothing, waits for a result
// or wake_at(), and repeats; the first attempt that connects ends the race.
class ConnectRace {
 public:
  struct Attempt {
    std::size_t index;  // Counts from 0; names the attempt in HandleFailed().
    IpAddress address;
  };

  // At most 16 addresses race: with the usual 250 ms that is 4 s of starts.
  // `attempt_delay` and `timeout` as in ByteStreamConfig.
  ConnectRace(const std::vector<IpAddress>& addresses, TimeDelta attempt_delay, TimeDelta timeout,
              Timestamp now);

  // Attempt `index` failed. RFC 8305 section 5: the next one need not wait then.
  void HandleFailed(std::size_t index, const Error& error, Timestamp now);

  std::optional<Attempt> NextAttempt(Timestamp now);

  // Set when nobody can win any more: all failed, or the time is over.
  std::optional<Error> Lost(Timestamp now) const;

  Timestamp wake_at() const;

 private:
  const std::vector<IpAddress> addresses_;
  const TimeDelta attempt_delay_;
  const Timestamp deadline_;
  Timestamp next_at_;
  std::size_t started_ = 0;
  std::size_t failed_ = 0;
  std::optional<Error> best_error_;
};

}  // namespace onair::runtime
