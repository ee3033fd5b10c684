// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/rivalry.h"

#include <algorithm>

namespace onair::cc {
namespace {

// A queue of ours is gone within half a second: this one stands.
constexpr TimeDelta kStands = TimeDelta::Millis(25);
// Source: ours; on LTE queues of our own stand for 1 s behind a fall, and 1.5 s leaves half of the
// fair share to us beside BBR.
constexpr TimeDelta kPatience = TimeDelta::Millis(1250);
// In which ours goes. Both of the time in which packets left.
constexpr TimeDelta kOurs = TimeDelta::Millis(500);
// Longer than feedback waits, jitter included. Source: libwebrtc cd6792e5
// transport_sequence_number_feedback_generator.cc kMaxInterval (250 ms), and half of it.
constexpr TimeDelta kSilence = TimeDelta::Millis(375);
// A queue of others grows and falls with their rates.
constexpr TimeDelta kBreath = TimeDelta::Millis(4);
// Looks in a row that found it empty.
constexpr int kGone = 2;
// On a line too weak for the least that is sent, less arrives.
constexpr double kArrives = 0.8;
// What to begin with: one rival is the likeliest number, and TCP takes its loss for the sign to
// make room. Source: ours; CUBIC and Reno on queues of 100 ms to 1 s.
constexpr double kShare = 0.6;
// Softer than CUBIC's 0.7, as our losses come in trains.
constexpr double kDown = 0.8;
// A second's growth at least; else that of TCP: a packet for each round trip.
constexpr double kUp = 0.15;
constexpr double kPacketBits = 1200 * 8;
constexpr double kLeastTrip = 0.02;  // Seconds.

}  // namespace

Rivalry::Finding Rivalry::Judge(const Look& look) {
  if (look.queue < kStands) {
    stands_since_.reset();
    if (is_on_ && ++empty_ >= kGone) is_on_ = false;
    looked_at_ = look.at;
    return Finding::kNothing;
  }
  empty_ = 0;
  if (is_on_) Compete(look);
  const TimeDelta stood = Stood(look);
  looked_at_ = look.at;
  if (stood < kPatience) return Finding::kNothing;
  if (most_ - least_ < kBreath) {
    stands_since_.reset();
    is_on_ = false;
    return Finding::kLongerWay;
  }
  if (!is_on_ && look.arriving_bps >= look.sent_bps * kArrives) Begin(look);
  if (!is_on_) return Finding::kNothing;
  return Finding::kRival;
}

// Of the room that was made only packets tell that left after it, and where all waits long they
// come late. A line that was silent moved nothing meanwhile.
TimeDelta Rivalry::Stood(const Look& look) {
  if (!stands_since_ || look.at - looked_at_ > kSilence) stands_since_ = look.at;
  const TimeDelta stood = look.sent_at - *stands_since_;
  if (stood < kOurs) least_ = most_ = look.queue;
  least_ = std::min(least_, look.queue);
  most_ = std::max(most_, look.queue);
  return stood;
}

void Rivalry::Begin(const Look& look) {
  is_on_ = true;
  rate_bps_ = std::max(look.arriving_bps, look.alone_bps * kShare);
}

void Rivalry::Compete(const Look& look) {
  const double seconds = std::clamp((look.at - looked_at_).seconds_f(), 0.0, 0.2);
  const double trip = std::max((look.round_trip + look.queue).seconds_f(), kLeastTrip);
  if (look.has_losses) {
    if (look.at - cut_at_ < look.round_trip + look.queue) return;
    cut_at_ = look.at;
    rate_bps_ *= kDown;
    return;
  }
  rate_bps_ = std::min(rate_bps_, look.arriving_bps / kArrives);
  rate_bps_ += std::max(rate_bps_ * kUp, kPacketBits / (trip * trip)) * seconds;
}

}  // namespace onair::cc
