// SPDX-License-Identifier: Apache-2.0
//
// Of `nada`: how long packets wait in the network, and how much of them arrives.
// RFC 8698 sections 5.1.1 and 5.1.3.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>

#include "core/api/congestion_control.h"

namespace onair::cc {

// Pure.
class NadaDelay {
 public:
  // A packet that arrived, in order of sending; `now` is when that was told.
  void OnPacket(const PacketFate& packet, Timestamp now);

  // The least of the last 15 packets, above the least of minutes.
  TimeDelta queue() const;
  // Whether none waited for long within the last 500 ms.
  bool is_free(Timestamp now) const;
  // Of the last 500 ms; nothing before something arrived.
  std::optional<DataRate> received() const;

 private:
  struct Arrival {
    Timestamp at;
    DataSize size;
  };

  void TrackBase(TimeDelta delay, Timestamp now);
  TimeDelta base() const;
  void NoteArrival(const PacketFate& packet);

  std::deque<TimeDelta> last_;  // At most 15.
  std::optional<TimeDelta> base_now_, base_before_;
  Timestamp base_began_ = Timestamp::MinusInfinity();
  Timestamp waited_at_ = Timestamp::MinusInfinity();
  std::deque<Arrival> arrivals_;  // Of the last 500 ms, at most kMostArrivals.
  DataSize arrived_ = DataSize::Zero();
  std::optional<Timestamp> first_arrived_;
};

}  // namespace onair::cc
