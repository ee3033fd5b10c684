// SPDX-License-Identifier: Apache-2.0
#include "samples/edge/viewer_pace.h"

#include <algorithm>
#include <utility>

namespace onair::edge {
namespace {

// A packet that waited so long had others before it all that time. Source: ours; half of that is
// the jitter of a quiet Wi-Fi.
constexpr TimeDelta kBusy = TimeDelta::Millis(10);
// A run shorter than this tells more of how the line is shared than of what it carries. Source:
// ours; LTE schedules by 10 ms, and key frames of 16 kB shall tell 4 Mbit/s from 2.
constexpr TimeDelta kLeastRun = TimeDelta::Millis(25);
constexpr int kLeastPackets = 8;
// Above this what waits on the line shall get less.
constexpr TimeDelta kLongQueue = TimeDelta::Millis(80);
constexpr double kDrain = 0.85;
// Else a little below the line: what waits does so here, where resends overtake it. Source: ours;
// tests/scenario/rts_join_scenario.cc, 20 ms less at 5 % loss than at the line's own rate.
constexpr double kBelowLine = 0.98;
// A run that arrived over no more than this longer than it left is our own pace, unless it waited
// behind a queue. Source: ours; half of what Wi-Fi and LTE move packets by, a tenth of the run.
constexpr TimeDelta kApart = TimeDelta::Millis(5);
constexpr int kHole = 3;  // Packets in a row that are missing: too much of the run is unknown.
constexpr double kWeight = 0.5;  // Of a new measurement.

// A second's growth while nothing queues: so that the next key frame shows what the line takes
// now, and where the stream does not fit at all.
constexpr double kUp = 0.05;
constexpr double kFastUp = 1.0;
constexpr TimeDelta kMostStep = TimeDelta::Millis(500);
// A measurement stands so long.
constexpr TimeDelta kProven = TimeDelta::Seconds(5);
constexpr TimeDelta kTried = TimeDelta::Millis(500);

constexpr TimeDelta kStretch = TimeDelta::Seconds(10);
// Below it no stream is worth a line's time.
constexpr DataRate kLeast = DataRate::KilobitsPerSec(300);
constexpr double kLossMemory = 500;  // Packets.

// Peers' clocks may stand anywhere; further away is a lie that would overflow sums.
bool IsSane(const cc::PacketFate& packet) {
  constexpr std::int64_t kMost = std::int64_t{1} << 60;
  const auto is_near = [](Timestamp at) { return at.us() < kMost && at.us() > -kMost; };
  return is_near(packet.sent_at) && (!packet.arrived_at || is_near(*packet.arrived_at));
}

}  // namespace

void ViewerPace::OnReport(const cc::FeedbackReport& report, DataRate needed, Timestamp now) {
  std::int64_t packets = 0;
  std::int64_t lost = 0;
  int lost_in_row = 0;
  for (const cc::PacketFate& packet : report.packets) {
    if (!IsSane(packet)) continue;
    ++packets;
    lost_in_row = packet.arrived_at ? 0 : lost_in_row + 1;
    if (!packet.arrived_at) ++lost;
    if (lost_in_row >= kHole) run_.reset();
    if (packet.arrived_at) NoteArrival(packet, *packet.arrived_at, now);
  }
  EndRun(now);  // What lies before the next report may be untold: one in between was lost.
  if (packets == 0) return;
  told_ += packets;
  const double weight = std::min(1.0, static_cast<double>(packets) / kLossMemory);
  loss_ += (static_cast<double>(lost) / static_cast<double>(packets) - loss_) * weight;
  Grow(needed, now);
}

DataRate ViewerPace::rate() const {
  if (!line_) return start_;
  return std::max(line_->Scaled(queue_ > kLongQueue ? kDrain : kBelowLine), kLeast);
}

void ViewerPace::NoteArrival(const cc::PacketFate& packet, Timestamp arrived, Timestamp now) {
  NoteLeast(arrived - packet.sent_at, now);
  queue_ = arrived - packet.sent_at - least();
  const TimeDelta gap = arrived - last_arrived_;
  const bool is_next = packet.sent_at >= last_sent_ && gap >= TimeDelta::Zero() && gap <= queue_;
  last_sent_ = packet.sent_at;
  last_arrived_ = arrived;
  if (!is_next || queue_ < kBusy) EndRun(now);
  if (queue_ < kBusy) return;
  if (!run_) {
    run_ = Run{packet.sent_at, packet.sent_at, arrived, arrived, queue_};
    return;
  }
  run_->sent_to = packet.sent_at;
  run_->arrived_to = arrived;
  run_->least_queue = std::min(run_->least_queue, queue_);
  run_->size += packet.size;
  ++run_->packets;
}

// Measures, where the run was long enough and not at our own pace.
void ViewerPace::EndRun(Timestamp now) {
  if (!run_) return;
  const Run run = *std::exchange(run_, std::nullopt);
  const TimeDelta span = run.arrived_to - run.arrived_from;
  if (span < kLeastRun || run.packets < kLeastPackets) return;
  const TimeDelta sent = run.sent_to - run.sent_from;
  const bool is_drawn_apart = span - sent > std::max(kApart, sent / 10);
  if (!is_drawn_apart && run.least_queue < kLongQueue) return;
  const DataRate seen = run.size / span;
  line_ = std::min(line_ ? line_->Scaled(1 - kWeight) + seen.Scaled(kWeight) : seen, kMost);
  measured_at_ = now;
}

void ViewerPace::Grow(DataRate needed, Timestamp now) {
  const TimeDelta step = grown_at_.is_finite() ? std::min(now - grown_at_, kMostStep) : kMostStep;
  grown_at_ = now;
  if (!line_ || queue_ > kLongQueue) return;
  const bool is_narrow = *line_ < needed;
  if (now - measured_at_ < (is_narrow ? kTried : kProven)) return;
  const double up = is_narrow ? kFastUp : kUp;
  line_ = std::min(line_->Scaled(1 + up * step.seconds_f()), kMost);
}

// A busy receiver tells packets earlier than they came, some in a row at most.
void ViewerPace::NoteLeast(TimeDelta delay, Timestamp now) {
  recent_[recent_at_++ % recent_.size()] = delay;
  const TimeDelta held = *std::max_element(recent_.begin(), recent_.end());
  if (!least_now_ || now - stretch_began_ >= kStretch) {
    least_before_ = least_now_;
    least_now_ = held;
    stretch_began_ = now;
  }
  least_now_ = std::min(*least_now_, held);
}

TimeDelta ViewerPace::least() const {
  return least_before_ ? std::min(*least_now_, *least_before_) : *least_now_;
}

}  // namespace onair::edge
