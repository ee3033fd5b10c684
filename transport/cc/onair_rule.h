// SPDX-License-Identifier: Apache-2.0
//
// Our own controller of a push over TCP. It bounds the delay first and uses the line second.
//
//   The line is busy (more waits than it holds by itself): what it carried is its capacity, up or
//   down, at once.
//   The line is not: the estimate grows, fast while nothing is known, slowly where the line was
//   full last, and only as far as what was carried proves.
//   The line stands still: nothing is learnt. What waits is judged as if it stood on as long again;
//   when it goes on, most of what was known still holds.
//
// The encoder gets a little less than the capacity, less what drains the present queue, in one
// step. Before a queue becomes long, pictures are skipped before the encoder: nothing that was
// encoded is thrown away. How much may be in flight follows the capacity, so that the network's
// queue stays short whatever TCP's own window is.
#pragma once

#include <optional>

#include "transport/cc/line_history.h"
#include "transport/cc/parameters.h"
#include "transport/cc/reading.h"

namespace onair::cc {

// Pure. Works with any facts about the socket; the more a system tells, the shorter the queue.
// Losses are TCP's business: they show as capacity.
class OnairRule {
 public:
  explicit OnairRule(const ControllerConfig& config, const OnairStreamParameters& parameters = {});

  [[nodiscard]] CongestionDecision OnReport(const TcpReport& report);

 private:
  void Estimate(Timestamp now);
  void GoOn();
  void Measure(const LineHistory::BusySpan& busy, Timestamp now);
  void Grow(Timestamp now);
  bool IsNearCeiling(Timestamp now) const;
  // Of a picture that would be encoded now, beyond what an empty line takes.
  TimeDelta Wait() const;
  Intake NextIntake(TimeDelta wait) const;
  Cause CauseOf(TimeDelta wait) const;
  CongestionDecision Answer(Timestamp now);

  const ControllerConfig config_;
  const OnairStreamParameters parameters_;
  const double least_;  // Bounds of the estimate, bytes per second.
  const double most_;
  ReportClock clock_;
  LineHistory line_;
  double capacity_;     // Bytes per second that the line is held to take, sound included.
  double steady_;       // The same, as far as it is not of the present moments only.
  double ceiling_ = 0;  // Where the line was last seen to be full.
  Timestamp ceiling_at_ = Timestamp::MinusInfinity();
  TimeDelta silence_ = TimeDelta::Zero();  // Of a line that stands still, so far.
  std::optional<Timestamp> last_at_;
  bool is_unproven_ = false;  // Growth waits for an encoder that gives more.
  Intake intake_ = Intake::kOpen;
};

}  // namespace onair::cc
