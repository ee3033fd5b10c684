// SPDX-License-Identifier: Apache-2.0
//
// Our rule for datagrams. Each picture leaves as a train that measures the line; what it carries,
// less what drains the queue, is the rate, in one step. Losses beside a short queue are asked about
// before they are believed; a queue that others hold is not given way to.
//
//   fates -> base delay -> queue --+
//         -> service rate ---------+-> line -> rate, pacing, most of a picture, probes
//         -> loss trial, rivalry --+
//         -> repairs
#pragma once

#include "core/api/congestion_control.h"
#include "transport/cc/base_delay.h"
#include "transport/cc/free_pace.h"
#include "transport/cc/line_estimate.h"
#include "transport/cc/loss_trial.h"
#include "transport/cc/parameters.h"
#include "transport/cc/queue_ahead.h"
#include "transport/cc/reading.h"
#include "transport/cc/repair_rule.h"
#include "transport/cc/rivalry.h"
#include "transport/cc/service_rate.h"
#include "transport/cc/train_probe.h"

namespace onair::cc {

// Pure. `config` is valid.
class DatagramRule {
 public:
  explicit DatagramRule(const ControllerConfig& config,
                        const OnairDatagramParameters& parameters = {});

  // Times of reports do not decrease.
  [[nodiscard]] CongestionDecision OnReport(const FeedbackReport& report);

 private:
  struct Seen {
    int packets = 0;
    int lost = 0;
    LineEstimate::Queue queue;
    Timestamp newest_sent = Timestamp::Zero();

    bool has_arrivals() const { return packets > lost; }
  };
  FeedbackReport SinceClockStep(FeedbackReport report);
  Seen Read(const FeedbackReport& report, Timestamp now);
  void ReadArrivals(const FeedbackReport& report, Timestamp now, Seen& seen);
  void Steer(const FeedbackReport& report, const Seen& seen, Timestamp now);
  void Watch(const Seen& seen, Timestamp now);
  void Limit();
  void Foresee(const FeedbackReport& report, const Seen& seen, Timestamp now);
  void Wait(const FeedbackReport& report, Timestamp now);
  CongestionDecision Answer(Timestamp now);
  std::optional<ProbePlan> Probe(Timestamp now);
  bool MayGrow() const;
  double Least() const;
  double Most() const;
  double Use() const;     // Of the line.
  double Pace() const;    // Times the line.
  double Beside() const;  // With the video, for each byte of it.
  double Drain() const;
  void LearnInterval(const Seen& seen, Timestamp now);
  TimeDelta Silence(Timestamp now) const;
  Timestamp HearableSince() const;
  bool IsPatient(Timestamp now) const { return now < patient_until_; }
  TimeDelta SilenceAfter(bool is_patient) const;
  bool TriesSilence(Timestamp now) const;
  Timestamp Again(Timestamp now) const;
  double PacingBps(Timestamp now);
  DataSize FrameLimit() const;
  Intake NextIntake(Timestamp now);
  TimeDelta round_trip() const { return trip_.least(); }

  ControllerConfig config_;
  OnairDatagramParameters parameters_;
  BaseDelay base_;
  BaseDelay trip_;
  ServiceRate service_;
  LineEstimate line_;
  LossTrial trial_;
  RepairRule repairs_;
  Rivalry rivalry_;
  TrainProbe probe_;
  QueueAhead ahead_;
  FreePace pace_;

  bool is_starting_ = true;  // Nothing was heard of the line's end yet.
  std::optional<Timestamp> first_heard_at_;
  bool is_silent_ = false;               // A report is late: the line stalls.
  int blind_probes_ = 0;                 // Before that.
  double alone_bps_ = 0;                 // What the line carried while nobody else held its queue.
  TimeDelta queue_ = TimeDelta::Zero();  // That stands: the least of the last report.
  Timestamp heard_at_ = Timestamp::MinusInfinity();
  Timestamp broken_at_ = Timestamp::MinusInfinity();  // Reports or pictures were missing.
  Timestamp idle_at_ = Timestamp::MinusInfinity();    // Nothing was under way.
  TimeDelta interval_ = TimeDelta::Millis(50);        // Between reports.
  // Until then reports are waited for so long, as some were late while nothing was held up.
  Timestamp patient_until_ = Timestamp::MinusInfinity();
  TimeDelta patient_gap_ = TimeDelta::Zero();
  double told_bps_ = 0;
  double pacing_bps_ = 0;
  double sent_bps_ = 0;  // Pacing while something was heard: what is under way left so.
  Intake intake_ = Intake::kOpen;
  Cause cause_ = Cause::kNone;
  const char* reason_ = "start";
};

}  // namespace onair::cc
