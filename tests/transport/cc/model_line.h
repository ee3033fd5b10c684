// SPDX-License-Identifier: Apache-2.0
//
// A line of a given capacity and delay with an encoder that obeys at once, millisecond by
// millisecond: what a controller does to it without TCP's own mind.
#pragma once

#include <algorithm>
#include <cmath>
#include <deque>

#include "tests/transport/cc/words.h"

namespace onair::cc {

class ModelLine {
 public:
  explicit ModelLine(Controller& controller) : controller_(controller) { Decide(); }

  double capacity_kbps = 2000;
  int delay_ms = 50;
  bool tells_unacked = true;
  double encoder_share = 1;  // Of what it is asked for.
  double key_factor = 1;     // Each 60th picture.

  void Run(int ms) {
    for (int i = 0; i < ms; ++i) Step();
  }
  const CongestionDecision& decision() const { return *decision_; }
  double kbps() const { return decision_->target_rate.kbps_f(); }
  // What waits at the narrow place.
  double queue_ms() const { return queue_ * 8 / std::max(capacity_kbps, 1.0); }
  double worst_queue_ms = 0;  // May be set back.
  int skipped = 0;

 private:
  void Step() {
    ++ms_;
    if (ms_ % 33 == 0) TakePicture();
    const double leaves = std::min(queue_, capacity_kbps / 8);
    queue_ -= leaves;
    left_ += leaves;
    underway_.push_back(left_);
    while (static_cast<int>(underway_.size()) > delay_ms) {
      carried_ = underway_.front();
      underway_.pop_front();
    }
    worst_queue_ms = std::max(worst_queue_ms, queue_ms());
    if (At(ms_) >= decision_->decide_again_at) Decide();
  }
  void TakePicture() {
    if (decision_->intake == Intake::kPaused) {
      ++skipped;
      return;
    }
    const double weight = ++pictures_ % 60 == 0 ? key_factor : 1;
    const double bytes = std::floor(kbps() * 33 / 8 * encoder_share * weight);
    queue_ += bytes;
    entered_ += bytes;
    Decide();
  }
  void Decide() {
    const auto whole = [](double bytes) {
      return DataSize::Bytes(static_cast<std::int64_t>(bytes));
    };
    TcpReport report{.at = At(ms_)};
    report.socket.unsent = DataSize::Zero();
    if (tells_unacked) {
      report.written = whole(entered_);
      report.socket.unacked = whole(entered_) - whole(carried_);
    } else {
      report.written = whole(left_);
      report.socket.unsent = whole(entered_) - whole(left_);
    }
    decision_ = controller_.OnReport(report);
  }

  Controller& controller_;
  std::optional<CongestionDecision> decision_;
  std::int64_t ms_ = 0;
  std::int64_t pictures_ = 0;
  double entered_ = 0;
  double queue_ = 0;
  double left_ = 0;
  double carried_ = 0;
  std::deque<double> underway_;
};

}  // namespace onair::cc
