// SPDX-License-Identifier: Apache-2.0
#include "transport/tls/dtls_flight.h"

#include <algorithm>
#include <utility>

namespace onair::dtls {
namespace {

// Source: libwebrtc, p2p/dtls/dtls_transport.cc, ComputeRetransmissionTimeout: twice ICE's RTT
// within these bounds.
constexpr TimeDelta kShortestWait = TimeDelta::Millis(50);
constexpr TimeDelta kLongestWait = TimeDelta::Seconds(3);
// From 50 ms on they last 15 s, from 1 s on 24 s. The library gives a flight up after twelve.
constexpr std::size_t kCopies = 10;
// Of one flight: both chains of 16 KiB would fit.
constexpr std::size_t kCopyBytes = 32 * 1024;
// What the library calls "now" and "never" (over an hour), in its microseconds.
constexpr unsigned int kLate = 1;
constexpr unsigned int kNotLate = 4'000'000'000U;

}  // namespace

Flight::Flight() : copies_(kCopies, DatagramQueue(kCopyBytes)) {}

unsigned int Flight::OnTimerQuestion(unsigned int last_us) {
  if (last_us == 0) {
    for (DatagramQueue& copy : copies_) copy.Clear();
    copy_written_ = 0;
    is_new_ = has_begun_once_ = true;
    return kLate;
  }
  copy_written_ = std::min(copy_written_ + 1, kCopies);
  return copy_written_ < kCopies ? kLate : kNotLate;
}

bool Flight::TakeBegun(TimeDelta round_trip) {
  if (!std::exchange(is_new_, false)) return false;
  next_ = 0;
  wait_ = std::clamp(round_trip * 2, kShortestWait, kLongestWait);
  return true;
}

DatagramQueue& Flight::TakeNext() {
  wait_ = std::min(wait_ * 2, kLongestWait);
  return copies_[next_++];
}

}  // namespace onair::dtls
