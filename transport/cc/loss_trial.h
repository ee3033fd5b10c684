// SPDX-License-Identifier: Apache-2.0
//
// Whose losses are they? The air loses at any rate; a policer, or a queue too short to show as
// delay, loses what is above its rate. The line is asked: send less for a moment, and see whether
// losses end.
#pragma once

#include <optional>

#include "core/units/time.h"

namespace onair::cc {

// Pure. Rates in bit/s, of all that is sent.
class LossTrial {
 public:
  // Fates of packets that were sent at `sent_at`, in order, while the queue was short.
  void Add(Timestamp sent_at, bool is_lost);
  // What comes out at the other end now.
  struct Arriving {
    double bps = 0;
    // Nothing was missing lately, neither reports nor pictures: what arrived says what would.
    bool is_steady = true;
    double least_bps = 0;  // Less is never sent, nor asked for.
  };
  // After each report.
  void Judge(const Arriving& arriving, Timestamp now);

  // Above it nothing may be sent now.
  std::optional<double> ceiling_bps() const { return ceiling_bps_; }
  // Losses are there, and nobody knows yet whose they are.
  bool is_open() const { return state_ == State::kAsking; }
  // They come at any rate.
  bool is_the_airs() const { return state_ == State::kAir; }
  // Share of the last hundred packets or so that were lost.
  double share() const { return share_; }

 private:
  enum class State { kCalm = 1, kAsking, kAir, kOurs };
  bool HasEnough(Timestamp now) const;
  void Ask(const Arriving& arriving, Timestamp now);
  void Answer(Timestamp now);

  State state_ = State::kCalm;
  double share_ = 0;
  // Over some seconds, questions left out: a question is asked at a peak of `share_`, to which what
  // comes afterwards must not be held.
  double usual_share_ = 0;
  int usual_packets_ = 0;
  double usual_bursts_ = 0;  // Share of packets that begin a burst of losses.
  bool is_in_burst_ = false;
  double share_before_ = 0;  // Of the question, or of the answer that holds.
  Arriving before_;
  int asked_packets_ = 0;
  int asked_lost_ = 0;
  int rounds_ = 0;
  std::optional<double> ceiling_bps_;
  double up_ = 0;
  Timestamp asked_at_ = Timestamp::MinusInfinity();
  Timestamp holds_until_ = Timestamp::MinusInfinity();
  Timestamp judged_at_ = Timestamp::MinusInfinity();
  TimeDelta hold_ = TimeDelta::Zero();
};

}  // namespace onair::cc
