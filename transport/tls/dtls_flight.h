// SPDX-License-Identifier: Apache-2.0
//
// When a DTLS flight is sent again, decided by our time and not by the library's.
//
// The library asks the system's clock whether a flight is late and only then makes it again,
// with new record numbers, as it must be. So it is told that every flight is late at once, as
// often as the schedule can want, and the copies wait here until our timer wants them. A copy
// is some hundred bytes of framing; nothing is signed again.
#pragma once

#include <cstddef>
#include <vector>

#include "core/units/time.h"
#include "transport/tls/datagram_queue.h"

namespace onair::dtls {

// Of one end: the flight that its peer has not answered yet. Single-owner.
class Flight {
 public:
  Flight();

  // The library is about to work: what it sends goes out at once, until it asks.
  void BeginWork() { copy_written_ = 0; }
  // Its timer callback: the wait in microseconds; `last_us` is 0 where a flight begins.
  unsigned int OnTimerQuestion(unsigned int last_us);
  // Where what it sends now belongs; null: it goes out at once.
  DatagramQueue* copy_written() {
    return copy_written_ == 0 ? nullptr : &copies_[copy_written_ - 1];
  }

  // True once per flight: it began, and its first copy is wanted `wait()` later.
  [[nodiscard]] bool TakeBegun(TimeDelta round_trip);
  // The copy that is wanted now; the next one is wanted `wait()` later, while has_next().
  DatagramQueue& TakeNext();
  bool has_next() const { return next_ < copies_.size(); }
  TimeDelta wait() const { return wait_; }

  // Whether the library ever took its peer serious enough to answer.
  bool has_begun_once() const { return has_begun_once_; }

 private:
  std::vector<DatagramQueue> copies_;
  std::size_t next_ = 0;
  std::size_t copy_written_ = 0;  // By the library now, from 1 on; 0: what goes out at once.
  bool is_new_ = false;
  bool has_begun_once_ = false;
  TimeDelta wait_ = TimeDelta::Zero();
};

}  // namespace onair::dtls
