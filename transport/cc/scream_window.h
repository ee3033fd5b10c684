// SPDX-License-Identifier: Apache-2.0
//
// Of `scream`: the reference window, bytes that may be under way. It grows by a packet and 5 % each
// round trip, carefully where it had to shrink the last times and while something waits, and
// shrinks by losses, marks and a long queue.
#pragma once

#include <array>
#include <cstddef>

#include "transport/cc/scream_delay.h"

namespace onair::cc {

// Pure. Times do not decrease. Bytes, as floating numbers that are never turned into whole ones
// unbounded.
class ScreamWindow {
 public:
  enum class Event { kNone = 1, kLoss = 2, kMark = 3, kDelay = 4 };
  enum class Growth { kAllowed = 1, kUseless = 2 };

  struct Feedback {
    double acked = 0;      // Bytes newly told of, without marked ones.
    double in_flight = 0;  // Before it.
    bool has_loss = false;
    bool has_mark = false;
  };

  // `loss_beta`: of it, after a loss.
  explicit ScreamWindow(double bytes, double loss_beta = 0.7);

  // `growth`: kUseless at the highest rate. What made it smaller, if anything did.
  Event OnFeedback(const Feedback& feedback, const ScreamDelay& delay, Growth growth,
                   Timestamp now);
  // Nothing is told any more.
  void Shrink(double factor);
  // At the highest rate more than this is never used.
  void Limit(double bytes);

  double bytes() const { return bytes_; }
  // Of it, one packet.
  double packet_share() const { return kPacket / bytes_; }

  static constexpr double kPacket = 1200;

 private:
  Event Judge(const Feedback& feedback, const ScreamDelay& delay, Timestamp now);
  void React(Event event, const ScreamDelay& delay, Timestamp now);
  void NoteInflection(TimeDelta round_trip, Timestamp now);
  void Remember(double bytes);
  double Increment(double acked, const ScreamDelay& delay, Timestamp now) const;
  double Nearness() const;
  void TrackInFlight(double bytes, Timestamp now);
  void Set(double bytes);

  double loss_beta_;
  double bytes_;
  double inflection_;  // Where it had to shrink, the median of the last times.
  std::array<double, 5> inflections_ = {};
  std::size_t next_inflection_ = 0;
  double virtual_marks_ = 0;  // What a line that marks would have, from the queue.
  Timestamp event_at_ = Timestamp::MinusInfinity();
  Timestamp shrunk_at_ = Timestamp::MinusInfinity();
  Timestamp inflected_at_ = Timestamp::MinusInfinity();
  double in_flight_now_ = 0;  // Most of the present 50 ms and of those before.
  double in_flight_before_ = 0;
  Timestamp in_flight_began_ = Timestamp::MinusInfinity();
};

}  // namespace onair::cc
