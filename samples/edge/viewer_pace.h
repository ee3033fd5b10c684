// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/api/congestion_control.h"

namespace onair::edge {

// How fast a stream leaves for one viewer. It cannot be made smaller for him, so there is no target
// to find, only what his line carries: read off packets that queued on it one behind the other.
// Losses beside a short queue say nothing of that, whatever their number. Pure; `now` does not
// decrease.
class ViewerPace {
 public:
  // Leaves at `start` until the first feedback. Rates below are of the whole line.
  explicit ViewerPace(DataRate start) : start_(start) {}

  // `needed`: what the stream takes, its resends included.
  void OnReport(const cc::FeedbackReport& report, DataRate needed, Timestamp now);

  // To send at from now on.
  DataRate rate() const;
  // What the line was seen to carry; nothing where it took all that came without queueing.
  std::optional<DataRate> line() const { return line_; }
  // Feedback tells of enough packets to judge the line by.
  bool is_heard() const { return line_ || told_ >= kLeastTold; }
  // Share of packets over some seconds that came to nothing.
  double loss() const { return loss_; }

  static constexpr DataRate kMost = DataRate::KilobitsPerSec(50'000);
  // Source: ours; 16 kB in one burst queue for 30 ms on a line of half its rate.
  static constexpr std::int64_t kLeastTold = 16;

 private:
  // Packets that waited on the line one behind the other.
  struct Run {
    Timestamp sent_from, sent_to;
    Timestamp arrived_from, arrived_to;
    TimeDelta least_queue;
    DataSize size = DataSize::Zero();  // Behind the first packet.
    int packets = 0;                   // The same.
  };

  void NoteArrival(const cc::PacketFate& packet, Timestamp arrived, Timestamp now);
  void NoteLeast(TimeDelta delay, Timestamp now);
  void EndRun(Timestamp now);
  void Grow(DataRate needed, Timestamp now);
  TimeDelta least() const;

  const DataRate start_;
  std::optional<DataRate> line_;
  std::optional<Run> run_;
  Timestamp last_sent_ = Timestamp::MinusInfinity();
  Timestamp last_arrived_ = Timestamp::MinusInfinity();
  TimeDelta queue_ = TimeDelta::Zero();  // Of the newest packet.
  double loss_ = 0;
  std::int64_t told_ = 0;  // Packets.
  Timestamp grown_at_ = Timestamp::MinusInfinity();
  Timestamp measured_at_ = Timestamp::MinusInfinity();
  std::array<TimeDelta, 4> recent_{TimeDelta::MinusInfinity(), TimeDelta::MinusInfinity(),
                                   TimeDelta::MinusInfinity(),
                                   TimeDelta::MinusInfinity()};  // Delays.
  std::size_t recent_at_ = 0;
  // Least delay of this stretch and of the one before: base delays change.
  std::optional<TimeDelta> least_now_;
  std::optional<TimeDelta> least_before_;
  Timestamp stretch_began_ = Timestamp::MinusInfinity();
};

}  // namespace onair::edge
