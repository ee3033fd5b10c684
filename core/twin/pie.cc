// SPDX-License-Identifier: Apache-2.0
#include "core/twin/pie.h"

#include <algorithm>
#include <utility>

#include "core/twin/chance.h"

namespace onair::twin {
namespace {

// RFC 8033 section 4.2: smaller steps while the chance is small.
double StepScale(double chance) {
  struct Row {
    double below;
    double scale;
  };
  constexpr Row kRows[] = {{0.000001, 1.0 / 2048}, {0.00001, 1.0 / 512}, {0.0001, 1.0 / 128},
                           {0.001, 1.0 / 32},      {0.01, 1.0 / 8},      {0.1, 1.0 / 2}};
  for (const Row& row : kRows) {
    if (chance < row.below) return row.scale;
  }
  return 1;
}

}  // namespace

void Pie::Push(Packet packet, Timestamp now) {
  UpdateTo(now);
  if (size_ + packet.size() > config_.limit || Refuses(packet)) {
    ++dropped_;
    return;
  }
  size_ += packet.size();
  queue_.push_back({now, std::move(packet)});
}

std::optional<Packet> Pie::Pop(Timestamp now) {
  UpdateTo(now);
  if (queue_.empty()) return std::nullopt;
  Waiting first = std::move(queue_.front());
  queue_.pop_front();
  size_ -= first.packet.size();
  delay_ = now - first.since;
  if (queue_.empty()) delay_ = TimeDelta::Zero();
  return std::move(first.packet);
}

// RFC 8033 section 5.1: a packet that can be marked is, while the chance is low.
bool Pie::Refuses(Packet& packet) {
  if (burst_left_ > TimeDelta::Zero() || !Draws()) return false;
  if (packet.ecn == Ecn::kNotEct || chance_ > config_.mark_limit) return true;
  packet.ecn = Ecn::kCe;
  ++marked_;
  return false;
}

// RFC 8033 section 4.1 and 5.4: never while the queue is short, and spread evenly.
bool Pie::Draws() {
  const bool is_light = last_delay_ < config_.target / 2 && chance_ < 0.2;
  if (is_light || size_ <= config_.mean_packet + config_.mean_packet) return false;
  gathered_ = chance_ == 0 ? 0 : gathered_ + chance_;
  if (gathered_ < 0.85) return false;
  if (gathered_ < 8.5 && !Happens(chance_, rng_)) return false;
  gathered_ = 0;
  return true;
}

void Pie::UpdateTo(Timestamp now) {
  if (!update_at_.is_finite()) update_at_ = now + config_.update;
  // After this many idle periods everything has decayed; the rest of a long gap is skipped.
  constexpr int kMostUpdates = 1000;
  for (int i = 0; update_at_ <= now; ++i) {
    if (i == kMostUpdates) {
      update_at_ = now + config_.update;
      return;
    }
    Update();
    update_at_ += config_.update;
  }
}

// RFC 8033 section 4.2, and 4.4 for bursts.
void Pie::Update() {
  const double step = config_.alpha * (delay_ - config_.target).seconds_f() +
                      config_.beta * (delay_ - last_delay_).seconds_f();
  chance_ += std::min(step * StepScale(chance_), chance_ >= 0.1 ? 0.02 : 1.0);
  if (delay_ > TimeDelta::Millis(250)) chance_ += 0.02;
  if (delay_ == TimeDelta::Zero() && last_delay_ == TimeDelta::Zero()) chance_ *= 0.98;
  chance_ = std::clamp(chance_, 0.0, 1.0);
  burst_left_ = std::max(TimeDelta::Zero(), burst_left_ - config_.update);
  const TimeDelta half = config_.target / 2;
  if (chance_ == 0 && delay_ < half && last_delay_ < half) burst_left_ = config_.burst;
  last_delay_ = delay_;
}

}  // namespace onair::twin
