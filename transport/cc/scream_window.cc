// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/scream_window.h"

#include <algorithm>
#include <cstdint>

namespace onair::cc {
namespace {

// Source: draft-johansson-ccwg-rfc8298bis-screamv2 and EricssonResearch/scream code/ScreamV2Tx.cpp:
// ecnCeBeta, kMinCwndMss, kMinCongestionBackOffInterval_ntp, kSrttVirtual,
// multiplicativeIncreaseScalefactor, bytesInFlightHeadRoom; POST_CONGESTION_DELAY_RTT of the draft
constexpr double kMarkBeta = 0.9;
constexpr double kLeastPackets = 3;
constexpr TimeDelta kBackOff = TimeDelta::Millis(30);
constexpr double kVirtualTrip = 0.025;
constexpr double kMultiplicative = 0.05;
constexpr double kHeadRoom = 2;
constexpr std::int64_t kCarefulTrips = 100;
// updateCwnd() and incomingStandardizedFeedback() of that file
constexpr TimeDelta kLossInflection = TimeDelta::Millis(500);
constexpr std::int64_t kLongAgoTrips = 5;
constexpr double kNearGain = 8;
constexpr double kLeastNear = 0.1;
constexpr double kLeastNearGrowth = 0.25;
constexpr double kMostDeviation = 0.1;
constexpr TimeDelta kInFlightStep = TimeDelta::Millis(50);

// 50 Mbit/s over 2 s: growth that multiplies has an end, however long nothing stands against it.
constexpr double kMost = 12'500'000;

}  // namespace

ScreamWindow::ScreamWindow(double bytes, double loss_beta)
    : loss_beta_(loss_beta), bytes_(bytes), inflection_(bytes) {
  Set(bytes);
  Remember(bytes_);
}

ScreamWindow::Event ScreamWindow::OnFeedback(const Feedback& feedback, const ScreamDelay& delay,
                                             Growth growth, Timestamp now) {
  TrackInFlight(feedback.in_flight, now);
  const Event event = Judge(feedback, delay, now);
  if (event != Event::kNone) React(event, delay, now);
  const double grown = bytes_ + Increment(feedback.acked, delay, now);
  const double most = kPacket + std::max(in_flight_now_, in_flight_before_) * kHeadRoom;
  if (growth == Growth::kAllowed && grown <= most) Set(grown);
  return event;
}

ScreamWindow::Event ScreamWindow::Judge(const Feedback& feedback, const ScreamDelay& delay,
                                        Timestamp now) {
  const auto is_past = [&](TimeDelta span) {
    return !event_at_.is_finite() || now - event_at_ > span;
  };
  const TimeDelta back_off = std::min(kBackOff, delay.round_trip());
  if (feedback.has_loss && is_past(delay.round_trip())) return Event::kLoss;
  if (feedback.has_mark && is_past(back_off)) return Event::kMark;
  const double half = ScreamDelay::kTarget / 2;
  if (delay.average() <= half || !is_past(back_off)) return Event::kNone;
  virtual_marks_ = std::clamp((delay.average() - half) / half, 0.0, 1.0);
  return Event::kDelay;
}

void ScreamWindow::React(Event event, const ScreamDelay& delay, Timestamp now) {
  NoteInflection(event == Event::kLoss ? kLossInflection : delay.round_trip(), now);
  event_at_ = shrunk_at_ = now;
  if (event == Event::kLoss) return Set(bytes_ * loss_beta_);
  if (event == Event::kMark) return Set(bytes_ * kMarkBeta);
  // Several of these come in a long round trip: the draft divides both the marks and the step.
  const double events = std::max(1.0, delay.round_trip().seconds_f() / kBackOff.seconds_f());
  const double step = virtual_marks_ / 2 / (events * events);
  Set(bytes_ * (1 - step * std::max(0.5, 1 - packet_share())));
}

void ScreamWindow::NoteInflection(TimeDelta least_gap, Timestamp now) {
  if (inflected_at_.is_finite() && now - inflected_at_ <= least_gap) return;
  inflected_at_ = now;
  const bool is_long_ago = !shrunk_at_.is_finite() || now - shrunk_at_ > least_gap * kLongAgoTrips;
  if (is_long_ago) inflections_.fill(bytes_);
  Remember(bytes_);
}

void ScreamWindow::Remember(double bytes) {
  if (inflections_[0] <= 0) inflections_.fill(bytes);
  inflections_[next_inflection_++ % inflections_.size()] = bytes;
  auto sorted = inflections_;
  std::sort(sorted.begin(), sorted.end());
  inflection_ = sorted[sorted.size() / 2];
}

// How far from where it had to shrink, 1 being far. Range [0.1, 1].
double ScreamWindow::Nearness() const {
  const double off = (bytes_ - inflection_) / inflection_ * kNearGain;
  return std::clamp(off * off, kLeastNear, 1.0);
}

double ScreamWindow::Increment(double acked, const ScreamDelay& delay, Timestamp now) const {
  const double share = packet_share();
  const double far = Nearness();
  double increment = acked * share * std::max(kLeastNearGrowth, far);
  increment *= std::min(1.0, delay.round_trip().seconds_f() / kVirtualTrip);
  increment *= std::max(0.5, 1 - share);
  increment *= std::max(0.1, 1 - delay.average() / (ScreamDelay::kTarget / 4));
  increment *= std::clamp((kMostDeviation - delay.deviation()) / kMostDeviation, 0.1, 1.0);
  const double careful = (delay.round_trip() * kCarefulTrips).seconds_f();
  const double since = shrunk_at_.is_finite() ? (now - shrunk_at_).seconds_f() : careful;
  const double calm = std::clamp(since / careful, 0.0, 1.0);
  return increment * (1 + kMultiplicative / share * calm * far);
}

void ScreamWindow::TrackInFlight(double bytes, Timestamp now) {
  if (!in_flight_began_.is_finite()) in_flight_began_ = now;
  if (now - in_flight_began_ > kInFlightStep) {
    in_flight_before_ = in_flight_now_;
    in_flight_now_ = 0;
    in_flight_began_ = now;
  }
  in_flight_now_ = std::max(in_flight_now_, std::clamp(bytes, 0.0, kMost));
}

void ScreamWindow::Shrink(double factor) {
  Set(bytes_ * factor);
}

void ScreamWindow::Limit(double bytes) {
  Set(std::min(bytes_, bytes));
}

void ScreamWindow::Set(double bytes) {
  bytes_ = std::clamp(bytes, kLeastPackets * kPacket, kMost);
}

}  // namespace onair::cc
