// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/nada_delay.h"

#include <algorithm>

namespace onair::cc {
namespace {

// RFC 8698 section 3: LOGWIN, QEPS; section 5.1.1: "a minimum filter with a window size of 15
// samples", "a relatively long period (e.g., tens of minutes)"
constexpr TimeDelta kWindow = TimeDelta::Millis(500);
constexpr TimeDelta kWaited = TimeDelta::Millis(10);
constexpr std::size_t kFilter = 15;
constexpr TimeDelta kStretch = TimeDelta::Seconds(600);
// Half a second at 50 Mbit/s.
constexpr std::size_t kMostArrivals = 3000;
// A rate over less says nothing.
constexpr TimeDelta kLeastSpan = TimeDelta::Millis(100);
// No packet is overtaken by so much: the receiver's clock was set back.
constexpr TimeDelta kClockStep = TimeDelta::Seconds(1);

}  // namespace

void NadaDelay::OnPacket(const PacketFate& packet, Timestamp now) {
  const TimeDelta delay = *packet.arrived_at - packet.sent_at;
  TrackBase(delay, now);
  last_.push_back(delay);
  if (last_.size() > kFilter) last_.pop_front();
  if (queue() >= kWaited) waited_at_ = now;
  NoteArrival(packet);
}

void NadaDelay::TrackBase(TimeDelta delay, Timestamp now) {
  if (!base_now_ || now - base_began_ >= kStretch) {
    base_before_ = base_now_;
    base_now_ = delay;
    base_began_ = now;
  }
  base_now_ = std::min(*base_now_, delay);
}

TimeDelta NadaDelay::base() const {
  return base_before_ ? std::min(*base_now_, *base_before_) : *base_now_;
}

TimeDelta NadaDelay::queue() const {
  if (last_.empty()) return TimeDelta::Zero();
  return *std::min_element(last_.begin(), last_.end()) - base();
}

bool NadaDelay::is_free(Timestamp now) const {
  return !waited_at_.is_finite() || now - waited_at_ >= kWindow;
}

void NadaDelay::NoteArrival(const PacketFate& packet) {
  if (!arrivals_.empty() && *packet.arrived_at < arrivals_.back().at - kClockStep) {
    arrivals_.clear();
    arrived_ = DataSize::Zero();
    first_arrived_.reset();
  }
  if (!first_arrived_) first_arrived_ = *packet.arrived_at;
  if (!arrivals_.empty() && *packet.arrived_at < arrivals_.back().at) {
    arrivals_.back().size += packet.size;  // Overtaken on its way.
  } else {
    arrivals_.push_back({*packet.arrived_at, packet.size});
  }
  arrived_ += packet.size;
  while (arrivals_.size() > kMostArrivals || arrivals_.back().at - arrivals_.front().at > kWindow) {
    arrived_ -= arrivals_.front().size;
    arrivals_.pop_front();
  }
}

std::optional<DataRate> NadaDelay::received() const {
  if (arrivals_.empty()) return std::nullopt;
  return arrived_ / std::clamp(arrivals_.back().at - *first_arrived_, kLeastSpan, kWindow);
}

}  // namespace onair::cc
