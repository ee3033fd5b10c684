// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/datagram_rule.h"

#include <algorithm>

#include "transport/cc/circuit_breaker.h"
#include "transport/cc/clock_step.h"

namespace onair::cc {
namespace {

// Decisions between reports find silence.
constexpr TimeDelta kAgain = TimeDelta::Millis(50);

// Usual values of OnairDatagramParameters:
// `use`: higher leaves no room for pictures larger than the mean, whose queue then stays; lower
// wastes the line. Source: ours; 0.93 to 0.98 over recorded networks.
// `pace`: no faster than a line that is full: a picture's queue is in the pacer, where later ones
// can be made smaller for it, and pictures measure the line all the same; where the line has room
// FreePace says more. Source: ours; 1.0 to 1.3 through the cases of RFC 8867 and 8868, steps,
// losses and eight LTE lines. `picture`: larger ones freeze the next two. `skip`: from there on a
// small picture would come too late as well.

// On a line that swings (LineSwing) the room that is left for what it will carry, and how much
// faster than it pictures leave. Those measure it as it is now, where pictures paced at a rate of
// before tell that it became slower only by the queue they leave; the wait is the network's in the
// place of the pacer's. Source: ours; eight generated LTE lines and six recorded: with room of 0.08
// packets of T-Mobile's downlink wait 100 ms (95th percentile), pictures of a motorway 135, lines
// carry 0.93; with 0.12 95 ms, 121 ms and 0.92; with 0.25 90 ms, 109 ms and 0.85. Measuring less
// leaves lines of 1.5 Mbit/s above 100 ms.
constexpr double kRoom = 0.12;
constexpr double kLeastUse = 0.5;  // As OnairDatagramParameters.
constexpr double kMeasuring = 0.3;

// Nobody is left without pictures for a queue that drains.
constexpr double kLeastShare = 0.2;
// Where packets get lost resends are in a hurry, and a rival takes the room that is left.
constexpr double kLossyPace = 1.03;  // At least `pace`.
constexpr double kLossy = 0.02;
constexpr TimeDelta kPicture = TimeDelta::Millis(33);
// Of the mean: what resends before it may not take off a picture.
constexpr double kOrdinary = 0.65;
// Of `skip`, where pictures go on.
constexpr double kShortAgain = 0.4;

// Below it no usual queue drops its tail: RFC 8868 has none below 70 ms.
constexpr TimeDelta kShortQueue = TimeDelta::Millis(60);

// What arrives, over which the chance of pictures' sizes evens out.
constexpr TimeDelta kDelivery = TimeDelta::Millis(300);
// RTP, its extensions and protection beside 1200 bytes.
constexpr double kHeaders = 0.03;
// What a pacer may send at once.
constexpr DataSize kGrain = DataSize::Bytes(3000);

// A report that did not come: the line stalls, and what is sent now waits for its end. Source:
// ours; recorded LTE stops for 80 to 900 ms several times a minute, and with 3 reports in the place
// of this one packets of T-Mobile's downlink wait 126 ms and not 109 (95th percentile).
constexpr double kLateReport = 1.5;
// Where packets get lost, reports do: so many missing in a row mean more than chance. Source: ours;
// with 0.01 bursts of losses freeze 1.02 % of the time and not 1 % (rts_repair_scenario.cc).
constexpr double kLosesFeedback = 0.002;
constexpr double kSilentReports = 3;
constexpr TimeDelta kSilenceGrain = TimeDelta::Millis(20);
// A late report that tells of packets that did not wait was lost, or its peer reports seldom: so
// many are waited for from then on. Source: ours; of a way back that loses 5 % one is lost each
// second, and libwebrtc's longest interval is 250 ms.
constexpr TimeDelta kPatient = TimeDelta::Seconds(10);
// What such a report tells of is no older than the way, and pictures that leave slowly.
constexpr TimeDelta kFresh = TimeDelta::Millis(100);
// A picture now and then asks whether a silent line is back, where no sound does.
constexpr TimeDelta kTryEach = TimeDelta::Millis(500);
constexpr TimeDelta kTry = TimeDelta::Millis(60);
// Of intervals between reports.
constexpr TimeDelta kShortInterval = TimeDelta::Millis(10);
constexpr TimeDelta kLongInterval = TimeDelta::Millis(250);
constexpr double kSlower = 1.125;
// A report that comes so much later than usual follows one that was lost.
constexpr double kMissed = 1.6;

// Source: libwebrtc's goog_cc, exponential probing: 3 and 6 times the start rate. Each of ours
// waits for the one before it, so the first may be bolder.
// In which the line's end is asked for, from the first that is heard.
constexpr TimeDelta kStart = TimeDelta::Millis(500);
constexpr double kFirstProbe = 6;
constexpr double kNextProbe = 3;
// More than is wanted would be of no use.
constexpr double kProbeAbove = 1.2;
constexpr TimeDelta kProbeEach = TimeDelta::Millis(500);
// Before anything was heard: a peer that tells nothing shall not be asked for ever.
constexpr int kMostBlindProbes = 2;

// Beyond what is lost anywhere; as LossTrial.
constexpr double kMuchLoss = 0.08;
// A second's loss of what is remembered of the line.
constexpr double kForget = 0.05;

DataSize Sane(DataSize size) {
  return std::clamp(size, DataSize::Zero(), DataSize::Mebibytes(16));
}
double BitsPerSec(DataRate rate) {
  return static_cast<double>(rate.bps());
}
DataRate Rate(double bps) {
  return DataRate::BitsPerSec(static_cast<std::int64_t>(std::clamp(bps, 1e4, 1e9)));
}
double Above(TimeDelta wait, TimeDelta free) {
  return std::max(0.0, (wait - free).seconds_f());
}
}  // namespace

DatagramRule::DatagramRule(const ControllerConfig& config,
                           const OnairDatagramParameters& parameters)
    : config_(config),
      parameters_(parameters),
      line_(BitsPerSec(config.start_rate + config.audio_rate), parameters.growth) {
  pacing_bps_ = sent_bps_ = told_bps_ = line_.bps();
}

double DatagramRule::Least() const {
  return BitsPerSec(config_.min_rate + config_.audio_rate);
}
// The video's most, with all that goes with it.
double DatagramRule::Most() const {
  return (BitsPerSec(config_.max_rate) * Beside() + BitsPerSec(config_.audio_rate)) / Use();
}
double DatagramRule::Use() const {
  // A rival takes the room that is left, and what swings then is what it leaves us.
  if (rivalry_.is_on()) return parameters_.use;
  return std::max(parameters_.use - kRoom * line_.caution(), kLeastUse);
}
double DatagramRule::Pace() const {
  return parameters_.pace + kMeasuring * line_.caution();
}
double DatagramRule::Beside() const {
  return 1 + kHeaders + repairs_.Overhead(round_trip());
}
bool DatagramRule::MayGrow() const {
  return !trial_.is_open() && (trial_.share() < kMuchLoss || trial_.is_the_airs());
}

CongestionDecision DatagramRule::OnReport(const FeedbackReport& report) {
  const Timestamp now = report.at;
  if (!heard_at_.is_finite()) heard_at_ = now;
  const FeedbackReport news = SinceClockStep(report);
  Seen seen = Read(news, now);
  if (seen.has_arrivals()) {
    LearnInterval(seen, now);
    heard_at_ = now;
    is_silent_ = false;
    Steer(news, seen, now);
    Watch(seen, now);
    Limit();
    Foresee(news, seen, now);
  } else {
    Wait(news, now);
  }
  return Answer(now);
}

// What comes before the step says nothing by the new clock, and all that was measured by the old
// one begins anew; the rates stand.
FeedbackReport DatagramRule::SinceClockStep(FeedbackReport report) {
  report.packets =
      report.packets.first(std::min(report.packets.size(), FeedbackReport::kMaxPackets));
  if (!base_.is_known()) return report;
  const auto step = FindClockStep(report, base_.least());
  if (!step) return report;
  report.packets = report.packets.subspan(step->first);
  base_.Restart(step->least, report.at);
  trip_ = BaseDelay();
  service_ = ServiceRate();
  ahead_ = QueueAhead();
  probe_.Drop();
  queue_ = TimeDelta::Zero();
  heard_at_ = report.at;
  intake_ = Intake::kOpen;
  return report;
}

DatagramRule::Seen DatagramRule::Read(const FeedbackReport& report, Timestamp now) {
  Seen seen;
  const std::size_t count = std::min(report.packets.size(), FeedbackReport::kMaxPackets);
  for (const PacketFate& packet : report.packets.first(count)) {
    if (!IsCredible(packet)) continue;
    ++seen.packets;
    const bool is_lost = !packet.arrived_at;
    if (is_lost) ++seen.lost;
    repairs_.Add(is_lost);
    // A probe loses what it asks for too much, and an outage all: less was sent after it because
    // of it, and that losses ended then says nothing of the rate.
    const bool is_outage = is_silent_ && is_lost;
    if (packet.probe == 0 && !is_outage && queue_ <= line_.FreeWait() * 2) {
      trial_.Add(packet.sent_at, is_lost);
    }
    probe_.Add(packet);
    if (!is_lost) base_.Add(*packet.arrived_at - packet.sent_at, now);
  }
  if (seen.has_arrivals()) ReadArrivals(report, now, seen);
  return seen;
}

void DatagramRule::ReadArrivals(const FeedbackReport& report, Timestamp now, Seen& seen) {
  if (now - heard_at_ > interval_.Scaled(kMissed)) {
    service_.Break();
    broken_at_ = now;
  }
  seen.queue.least = TimeDelta::PlusInfinity();
  const std::size_t count = std::min(report.packets.size(), FeedbackReport::kMaxPackets);
  for (const PacketFate& packet : report.packets.first(count)) {
    if (!IsCredible(packet)) continue;
    if (!packet.arrived_at) {
      if (trial_.is_the_airs() && queue_ <= kShortQueue) service_.AddLost(packet.size);
      continue;
    }
    service_.Add(packet, base_.least());
    const TimeDelta wait = *packet.arrived_at - packet.sent_at - base_.least();
    seen.queue.least = std::min(seen.queue.least, wait);
    seen.queue.most = std::max(seen.queue.most, wait);
    seen.queue.newest = wait;
    seen.newest_sent = packet.sent_at;
    const TimeDelta trip = now - packet.sent_at - wait;
    if (trip > TimeDelta::Zero() && trip < TimeDelta::Seconds(10)) trip_.Add(trip, now);
  }
}

void DatagramRule::Steer(const FeedbackReport& report, const Seen& seen, Timestamp now) {
  queue_ = seen.queue.least;
  const bool is_held = report.is_encoder_application_limited || !MayGrow();
  const auto growth = is_held ? LineEstimate::Growth::kHeld : LineEstimate::Growth::kAllowed;
  const auto found = line_.Take(service_, seen.queue, growth, now);
  cause_ = found.cause;
  reason_ = found.reason;
  if (!first_heard_at_) first_heard_at_ = now;
  if (now - *first_heard_at_ > kStart) is_starting_ = false;
  if (const auto result = probe_.Take()) {
    if (result->is_line || result->bps < line_.bps()) is_starting_ = false;
    if (result->bps > line_.bps() && queue_ <= line_.FreeWait()) {
      line_.Set(result->bps);
      reason_ = "a probe came through, up";
    }
  }
}

// Who else is there.
void DatagramRule::Watch(const Seen& seen, Timestamp now) {
  trial_.Judge({.bps = service_.DeliveredBps(kDelivery),
                .is_steady = now - broken_at_ > kDelivery + kAgain,
                .least_bps = Least()},
               now);
  if (line_.is_measured() && !rivalry_.is_on() && queue_ <= line_.FreeWait()) {
    alone_bps_ = std::max(alone_bps_ * (1 - kForget * interval_.seconds_f()), line_.bps());
  }
  // A small share of a fast line: packets do not wait for each other there.
  const TimeDelta free = LineEstimate::FreeWaitAt(std::max(alone_bps_, line_.bps()));
  const auto found = rivalry_.Judge({.at = now,
                                     .sent_at = seen.newest_sent,
                                     .queue = queue_ - free,
                                     .round_trip = round_trip(),
                                     .arriving_bps = service_.DeliveredBps(kDelivery),
                                     .sent_bps = std::max(told_bps_, Least()),
                                     .alone_bps = alone_bps_,
                                     .has_losses = seen.lost > 0});
  if (found == Rivalry::Finding::kLongerWay) {
    base_.Restart(base_.least() + queue_, now);
    queue_ = TimeDelta::Zero();
  }
  if (!rivalry_.is_on()) return;
  base_.Hold(now);
  line_.Set(rivalry_.rate_bps());
  cause_ = Cause::kCongestion;
  reason_ = "somebody else holds the queue";
}

void DatagramRule::Limit() {
  if (trial_.ceiling_bps() && *trial_.ceiling_bps() < line_.bps()) {
    line_.Set(*trial_.ceiling_bps());
    is_starting_ = false;
    cause_ = trial_.is_open() ? Cause::kWirelessLoss : Cause::kCongestion;
    reason_ = trial_.is_open() ? "losses: whose are they?" : "losses are ours, hold";
  } else if (trial_.is_the_airs() && trial_.share() >= kMuchLoss && cause_ == Cause::kNone) {
    cause_ = Cause::kWirelessLoss;
  }
  const auto safe = SafeMostBps(repairs_.share(), round_trip());
  if (safe && line_.bps() > *safe) {
    line_.Set(*safe);
    cause_ = Cause::kCongestion;
    reason_ = "circuit breaker";
  }
  line_.Clamp(Least(), Most());
}

// What is under way may count packets whose feedback was lost: no more can be than left since.
void DatagramRule::Foresee(const FeedbackReport& report, const Seen& seen, Timestamp now) {
  const DataSize most = Rate(sent_bps_) * (now - seen.newest_sent) + kGrain;
  const DataSize under_way = std::min(Sane(report.in_flight), most);
  // What others hold is there whatever we do.
  const TimeDelta wait = rivalry_.is_on() ? TimeDelta::Zero() : seen.queue.newest;
  ahead_.OnReport({seen.newest_sent, wait, under_way + Sane(report.queue_size)}, Rate(line_.bps()),
                  now);
}

void DatagramRule::Wait(const FeedbackReport& report, Timestamp now) {
  if (report.in_flight <= DataSize::Zero()) idle_at_ = now;
  const TimeDelta silence = Silence(now);
  if (report.in_flight <= DataSize::Zero() || silence < SilenceAfter(IsPatient(now))) {
    return ahead_.OnNothing(told_bps_ / line_.bps(), now);
  }
  is_silent_ = true;
  ahead_.OnSilence(silence, now);
  cause_ = Cause::kCongestion;
  reason_ = "silence";
}

// Of a stall and of what began without anything under way nothing is learned, or the next stall
// would be found late.
void DatagramRule::LearnInterval(const Seen& seen, Timestamp now) {
  if (!first_heard_at_ || idle_at_ >= heard_at_) return;
  const TimeDelta gap = now - heard_at_;
  if (gap < SilenceAfter(/*is_patient=*/false)) {
    interval_ = std::clamp(interval_ + (gap - interval_) / 8, kShortInterval, kLongInterval);
    return;
  }
  const bool is_fresh = now - seen.newest_sent <= round_trip() + kFresh;
  const bool is_whole = seen.lost <= seen.packets * kMuchLoss;
  if (seen.queue.most < kShortQueue && is_fresh && is_whole) {
    patient_gap_ = IsPatient(now) ? std::max(patient_gap_, gap) : gap;
    patient_until_ = now + kPatient;
  }
  // A little, as a peer that reports seldom looks the same where a queue stands.
  interval_ = std::min(interval_.Scaled(kSlower), kLongInterval);
}

// Since something under way could have been heard of.
TimeDelta DatagramRule::Silence(Timestamp now) const {
  return now - HearableSince();
}
Timestamp DatagramRule::HearableSince() const {
  return idle_at_.is_finite() ? std::max(heard_at_, idle_at_ + round_trip()) : heard_at_;
}

// After so long without a report the line is silent. Feedback gets lost too.
TimeDelta DatagramRule::SilenceAfter(bool is_patient) const {
  const double patience = trial_.is_the_airs() ? 1 + 4 * repairs_.share() : 1;
  const bool is_lossy = repairs_.share() > kLosesFeedback;
  const double reports = is_lossy || is_patient ? kSilentReports : kLateReport;
  const TimeDelta interval = is_patient ? std::max(interval_, patient_gap_) : interval_;
  return (interval.Scaled(reports) + kSilenceGrain).Scaled(patience);
}

// Less than the line carries while a queue is there: what stands, and what is about to come.
double DatagramRule::Drain() const {
  if (rivalry_.is_on()) return 0;
  const double to_come = Above(ahead_.wait(), parameters_.picture);
  const double stands = Above(std::min(queue_, ahead_.wait()), line_.FreeWait());
  return (to_come + stands) / parameters_.drain.seconds_f();
}

// Ordinary pictures pass unless a queue drains: resends that leave before them are no reason.
DataSize DatagramRule::FrameLimit() const {
  const DataSize room =
      Rate(line_.bps()) * std::max(parameters_.picture - ahead_.wait(), TimeDelta::Zero());
  const double mean = told_bps_ * (Drain() > 0 ? 0 : kOrdinary);
  return std::max({room, Rate(mean) * kPicture, config_.min_rate * kPicture});
}

Intake DatagramRule::NextIntake(Timestamp now) {
  if (ahead_.wait() > parameters_.skip) intake_ = Intake::kPaused;
  if (ahead_.wait() < parameters_.skip.Scaled(kShortAgain)) intake_ = Intake::kOpen;
  if (intake_ == Intake::kPaused) broken_at_ = now;
  return TriesSilence(now) ? Intake::kOpen : intake_;
}
bool DatagramRule::TriesSilence(Timestamp now) const {
  const TimeDelta silence = Silence(now);
  return silence > kTryEach && silence.us() % kTryEach.us() < kTry.us();
}

double DatagramRule::PacingBps(Timestamp now) {
  // A stalled line moves none of it: it waits where later pictures can be made smaller for it. One
  // that is gone for longer is asked at its own rate whether it is back, a picture at a time.
  if (is_silent_ && !TriesSilence(now)) return Least();
  const bool is_lossy = repairs_.share() > kLossy || rivalry_.is_on();
  const bool is_free = !is_lossy && line_.bps() >= Most() && queue_ <= line_.FreeWait();
  const double free = pace_.OnReport({now, line_.bps(), is_free, line_.carried_bps()});
  // Where too much is dropped at once, nothing leaves faster than it may.
  if (trial_.ceiling_bps()) return line_.bps();
  return std::max(free, line_.bps() * (is_lossy ? std::max(kLossyPace, Pace()) : Pace()));
}

CongestionDecision DatagramRule::Answer(Timestamp now) {
  told_bps_ = line_.bps() * std::max(Use() - Drain(), kLeastShare);
  pacing_bps_ = PacingBps(now);
  if (!is_silent_) sent_bps_ = pacing_bps_;
  const double video = (told_bps_ - BitsPerSec(config_.audio_rate)) / Beside();
  return {.target_rate = Within(config_, Rate(video)),
          .pacing_rate = Rate(pacing_bps_),
          .congestion_window = {},
          .frame_limit = FrameLimit(),
          .probe = Probe(now),
          .repair = repairs_.Advice(round_trip()),
          .intake = NextIntake(now),
          .cause = cause_,
          .decide_again_at = Again(now),
          .reason = reason_};
}

// In time for silence.
Timestamp DatagramRule::Again(Timestamp now) const {
  const Timestamp silent = HearableSince() + SilenceAfter(IsPatient(now));
  return silent > now ? std::min(now + kAgain, silent) : now + kAgain;
}

std::optional<ProbePlan> DatagramRule::Probe(Timestamp now) {
  const bool is_full = line_.is_measured() && !is_starting_;
  const bool is_held = trial_.ceiling_bps() || rivalry_.is_on() || !MayGrow();
  if (is_full || is_held || line_.bps() >= Most() || ahead_.wait() > line_.FreeWait())
    return std::nullopt;
  if (probe_.is_under_way(now)) return std::nullopt;
  if (!is_starting_ && now - probe_.planned_at() < kProbeEach) return std::nullopt;
  if (!first_heard_at_ && blind_probes_ >= kMostBlindProbes) return std::nullopt;
  if (!first_heard_at_) ++blind_probes_;
  const double times = !is_starting_                     ? parameters_.probe
                       : probe_.planned_at().is_finite() ? kNextProbe
                                                         : kFirstProbe;
  return probe_.Plan(std::min(line_.bps() * times, Most() * kProbeAbove), now);
}

}  // namespace onair::cc
