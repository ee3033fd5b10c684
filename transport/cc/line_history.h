// SPDX-License-Identifier: Apache-2.0
//
// What a byte stream took over the last seconds: how fast, and with how much behind it. All of it
// comes from three counters of one connection, so that it works on any system.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "core/units/data.h"
#include "core/units/time.h"
#include "transport/cc/reading.h"

namespace onair::cc {

// Pure.
class LineHistory {
 public:
  // A span in which the line was never without work, and what it carried.
  struct BusySpan {
    TimeDelta span = TimeDelta::Zero();  // Zero: there was none.
    double bytes_per_second = 0;
  };

  // `at` must not fall. Bytes written that fall begin a new connection.
  void Add(const TcpReport& report, Timestamp at);

  // The longest span up to now in which more waited than a line of `bytes_per_second` holds
  // while it is not full.
  BusySpan Busy(double bytes_per_second) const;
  // Of the last `span` (up to 2 s), or since the beginning.
  double BytesPerSecond(TimeDelta span) const;
  // Bytes that came from the encoders and are not confirmed by the peer, as far as the system
  // tells; else: not yet with the system.
  std::int64_t waiting() const { return moments_.empty() ? 0 : moments_.back().waiting(); }
  // Since something was last confirmed, while something waited for it.
  TimeDelta silence() const;
  // What an empty line takes from the socket to the confirmation.
  TimeDelta base() const { return base_.value_or(TimeDelta::Zero()); }
  // The base was not seen for long: the way may have become longer, or the line may never be
  // empty. Only an emptied line tells: send less. For how long that was asked for; zero: it is
  // not. Given up after kLongestEmptying.
  TimeDelta emptying() const;
  static constexpr TimeDelta kLongestEmptying = TimeDelta::Seconds(2);

 private:
  // Counters of bytes: entered >= given >= carried.
  struct Moment {
    Timestamp at;
    std::int64_t entered;  // Came from the encoders.
    std::int64_t given;    // Of these, left our queue for the socket.
    std::int64_t carried;  // Of these, confirmed.

    std::int64_t waiting() const { return entered - carried; }
  };

  Moment Read(const TcpReport& report, Timestamp at);
  void Restart();
  void Keep(const Moment& moment);
  void TrackSilence(const Moment& moment, bool has_carried);
  void TrackBase(const Moment& moment);
  void TrackEmptying(const Moment& moment);
  bool WasBusy(Timestamp from, Timestamp to, double idle_bytes) const;
  // The latest moment at or before `at`; the oldest where there is none.
  const Moment& MomentAt(Timestamp at) const;

  std::deque<Moment> moments_;  // Oldest first; bounded in time and number.
  GrowthMeter written_;
  std::int64_t written_total_ = 0;
  DataSize last_written_ = DataSize::Zero();
  Timestamp progress_at_ = Timestamp::Zero();          // Confirmed, or nothing waited.
  Timestamp resumed_at_ = Timestamp::MinusInfinity();  // After the latest silence.
  std::optional<TimeDelta> base_;
  Timestamp base_seen_at_ = Timestamp::Zero();  // Or the search for it ended.
  std::optional<Timestamp> emptying_since_;
  bool is_base_stale_ = false;  // The next confirmation replaces it.
};

}  // namespace onair::cc
