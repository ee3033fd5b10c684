// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/train_probe.h"

#include <algorithm>

namespace onair::cc {
namespace {

// Source: libwebrtc's goog_cc, least probe: 15 ms and 5 packets.
constexpr double kSeconds = 0.015;
constexpr double kLeastBytes = 2400;
constexpr int kLeastPackets = 5;
// A train of 15 ms, begun with the next picture at the latest.
constexpr TimeDelta kLongest = TimeDelta::Millis(25);
// Then it is not waited for any longer.
constexpr TimeDelta kPatience = TimeDelta::Millis(400);
// A train that came out at less than that share of how it went in was drawn apart.
constexpr double kApart = 0.85;
// Padding's own headers, and what was lost, make a train that is almost through whole.
constexpr double kWhole = 0.7;
constexpr double kLeastSpan = 0.001;  // Seconds.

}  // namespace

ProbePlan TrainProbe::Plan(double bps, Timestamp now) {
  is_open_ = true;
  asked_bps_ = bps;
  planned_at_ = now;
  packets_ = 0;
  bytes_ = seen_bytes_ = 0;
  planned_bytes_ = std::max(bps / 8 * kSeconds, kLeastBytes);
  return {.rate = DataRate::BitsPerSec(static_cast<std::int64_t>(bps)),
          .size = DataSize::Bytes(static_cast<std::int64_t>(planned_bytes_))};
}

void TrainProbe::Add(const PacketFate& packet) {
  if (!is_open_) return;
  has_numbers_ |= packet.probe != 0;
  const bool is_since = packet.sent_at >= planned_at_;
  // By time where the sender does not number its probes, and beside numbers: each transport begins
  // to count anew.
  const bool is_of_it =
      is_since && (has_numbers_ ? packet.probe != 0 : packet.sent_at <= planned_at_ + kLongest);
  if (is_of_it) {
    const auto bytes = static_cast<double>(packet.size.bytes());
    seen_bytes_ += bytes;
    if (packet.arrived_at) {
      if (++packets_ == 1) {
        first_sent_ = packet.sent_at;
        first_arrived_ = last_arrived_ = *packet.arrived_at;
      } else {
        bytes_ += bytes;
      }
      last_sent_ = packet.sent_at;
      last_arrived_ = std::max(last_arrived_, *packet.arrived_at);
    }
  }
  const bool is_past = !is_of_it && packets_ > 0 && seen_bytes_ >= planned_bytes_ * kWhole;
  if (is_past || seen_bytes_ >= planned_bytes_) Judge();
}

void TrainProbe::Judge() {
  is_open_ = false;
  if (packets_ < kLeastPackets) return;
  const double sent = std::max((last_sent_ - first_sent_).seconds_f(), kLeastSpan);
  const double arrived = std::max((last_arrived_ - first_arrived_).seconds_f(), kLeastSpan);
  const double in = bytes_ * 8 / sent;
  const double out = bytes_ * 8 / arrived;
  const bool is_line = out < std::min(in, asked_bps_) * kApart;
  result_ = Result{std::min(out, asked_bps_), is_line};
}

std::optional<TrainProbe::Result> TrainProbe::Take() {
  const auto result = result_;
  result_.reset();
  return result;
}

bool TrainProbe::is_under_way(Timestamp now) const {
  return is_open_ && now - planned_at_ < kPatience;
}

}  // namespace onair::cc
