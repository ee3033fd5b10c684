// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/line_swing.h"

#include <algorithm>

namespace onair::cc {
namespace {

// What a line carried before, which what it carries now is held against. As long as it takes until
// pictures that follow a decision are told of (a round trip, a report and a picture: 50 to 130 ms),
// several times over. Source: ours, by that reason alone; not searched.
constexpr double kUsual = 0.5;  // Seconds.
// Of it one look says no more, or it would be held against itself where it is measured seldom.
constexpr double kStep = 0.2;  // Seconds.
// Over which distances are averaged. Source: README.md of recordings that are raced: cells that
// move fall to a half 3 to 7 times a minute, so at their calmest each 20 s; after 5 s without any a
// third is left of the last, and a step's memory is gone before the next is due.
constexpr double kMemory = 5;  // Seconds.
// A fall to a third is no worse sign than one to two thirds: it is one, and an outage would be
// remembered longer than kMemory. Source: ours, by that reason.
constexpr double kMost = 0.5;
// Source: ours; medians (5th to 95th percentile) over recorded and generated networks: alone on a
// line that stands 0.01 to 0.05, on the steps of RFC 8867 5.1 0.05 (0.03 to 0.12), HSDPA on a bus
// 0.05, LTE at rest 0.11 (0.08 to 0.18), LTE on the move 0.2 to 0.35 (never below 0.12).
constexpr double kStands = 0.09;
constexpr double kSwings = 0.15;

}  // namespace

void LineSwing::Add(double carried_bps, double seconds) {
  const double carried = std::max(carried_bps, 1.0);
  if (usual_bps_ <= 0) usual_bps_ = carried;
  usual_bps_ += (carried - usual_bps_) * std::min(seconds, kStep) / kUsual;
  const double off = std::max(carried, usual_bps_) / std::min(carried, usual_bps_) - 1;
  share_ += (std::min(off, kMost) - share_) * std::min(1.0, seconds / kMemory);
}

double LineSwing::caution() const {
  return std::clamp((share_ - kStands) / (kSwings - kStands), 0.0, 1.0);
}

}  // namespace onair::cc
