// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/pacer.h"

#include <algorithm>

namespace onair::rtp {
namespace {

// In force until a controller speaks. Source: libwebrtc's start bitrate, 300 kbit/s, times 2.5.
constexpr DataRate kFirstRate = DataRate::KilobitsPerSec(750);

// A backlog whose wake-up came late catches up, else a busy machine paces slower than the line. For
// so much at most: it leaves at once. Source: ours; threads of two cores with load 15 wake 10 to
// 30 ms late.
constexpr TimeDelta kMostLate = TimeDelta::Millis(30);

PacketClass ClassOf(const void* queue, const void* retransmits) {
  return queue == retransmits ? PacketClass::kRetransmit : PacketClass::kVideo;
}

}  // namespace

Status PacerConfig::Validate() const {
  if (!(burst_factor >= 1.0 && burst_factor <= 5.0)) {
    return Fail(ErrorCode::kInvalidConfig, "pacer.burst_factor");
  }
  if (queue_limit < TimeDelta::Millis(100) || queue_limit > TimeDelta::Seconds(5)) {
    return Fail(ErrorCode::kInvalidConfig, "pacer.queue_limit");
  }
  if (send_burst < TimeDelta::Zero() || send_burst > TimeDelta::Millis(40)) {
    return Fail(ErrorCode::kInvalidConfig, "pacer.send_burst");
  }
  return {};
}

Pacer::Pacer(const PacerConfig& config) : config_(config), pacing_rate_(kFirstRate) {}

void Pacer::SetRates(DataRate target, std::optional<DataRate> pacing_rate, Timestamp now) {
  pacing_rate_ = pacing_rate.value_or(target.Scaled(config_.burst_factor));
  pacing_rate_ = std::max(pacing_rate_, DataRate::KilobitsPerSec(10));
  // What left at a lower rate is through sooner now: one packet at the least would hold up a whole
  // picture.
  if (const DataRate rate_now = rate(now); rate_now > owed_at_ && free_at_ > now) {
    free_at_ = now + (owed_at_ * (free_at_ - now)) / rate_now;
    owed_at_ = rate_now;
  }
}

void Pacer::StartProbe(const cc::ProbePlan& plan, Padding padding, Timestamp now) {
  if (plan.rate <= DataRate::Zero() || plan.size <= DataSize::Zero()) return;
  const bool pads = padding == Padding::kPossible;
  probe_ = Probe{.rate = plan.rate,
                 .left = plan.size,
                 .until = pads ? Timestamp::PlusInfinity() : now + kProbeWait};
  ++probe_number_;
}

bool Pacer::Push(PacketClass packet_class, const QueuedPacket& packet) {
  RingQueue<QueuedPacket>& queue = packet_class == PacketClass::kAudio        ? audio_
                                   : packet_class == PacketClass::kRetransmit ? retransmits_
                                                                              : video_;
  const bool was_idle = First() == nullptr;
  if (!queue.Push(packet)) return false;
  // What an idle line did not send is no credit.
  if (was_idle) free_at_ = std::max(free_at_, packet.queued_at);
  queue_size_ += DataSize::Bytes(packet.size_bytes);
  return true;
}

RingQueue<QueuedPacket>* Pacer::First() {
  return !retransmits_.empty() ? &retransmits_ : !video_.empty() ? &video_ : nullptr;
}
const RingQueue<QueuedPacket>* Pacer::First() const {
  return !retransmits_.empty() ? &retransmits_ : !video_.empty() ? &video_ : nullptr;
}

std::optional<Pacer::Departure> Pacer::Take(Timestamp now) {
  if (probe_ && now >= probe_->until) EndProbe();
  if (now < wake_at()) return std::nullopt;
  is_waiting_ = false;
  RingQueue<QueuedPacket>* const queue = audio_.empty() ? First() : &audio_;
  if (queue == nullptr) {
    const auto left = static_cast<std::size_t>(probe_->left.bytes());
    return Departure{.packet = std::nullopt, .padding_bytes = left};
  }
  const Departure departure{
      .packet = queue->front(),
      .packet_class = queue == &audio_ ? PacketClass::kAudio : ClassOf(queue, &retransmits_)};
  queue->Pop();
  queue_size_ -= DataSize::Bytes(departure.packet->size_bytes);
  return departure;
}

void Pacer::OnSent(DataSize size, Timestamp now) {
  owed_at_ = rate(now);
  free_at_ = std::max(free_at_, now - kMostLate) + size / owed_at_;
  last_sent_at_ = now;
  is_waiting_ = free_at_ - now > (probe_ ? TimeDelta::Zero() : config_.send_burst);
  if (!probe_) return;
  probe_->left -= size;
  if (probe_->left <= DataSize::Zero()) EndProbe();
}

Timestamp Pacer::wake_at() const {
  if (!audio_.empty()) return Timestamp::MinusInfinity();
  if (First() == nullptr && !pads()) return Timestamp::PlusInfinity();
  const Timestamp paced = is_waiting_ ? free_at_ : Timestamp::MinusInfinity();
  return is_window_full() ? std::max(paced, last_sent_at_ + kStuckAfter) : paced;
}

TimeDelta Pacer::queue_span(Timestamp now) const {
  TimeDelta longest = TimeDelta::Zero();
  for (const auto* queue : {&audio_, &retransmits_, &video_}) {
    if (!queue->empty()) longest = std::max(longest, now - queue->front().queued_at);
  }
  return longest;
}

TimeDelta Pacer::video_span(Timestamp now) const {
  return video_.empty() ? TimeDelta::Zero() : now - video_.front().queued_at;
}

// Those in the queue have waited half as long as its oldest, on average: what is left to them
// decides. Without that the rate would fall with the queue and its tail wait for ever.
DataRate Pacer::rate(Timestamp now) const {
  if (probe_) return std::max(probe_->rate, pacing_rate_);
  if (queue_size_ <= DataSize::Zero()) return pacing_rate_;
  const TimeDelta left = config_.queue_limit - queue_span(now) / 2;
  return std::max(pacing_rate_, queue_size_ / std::max(left, config_.queue_limit / 4));
}

}  // namespace onair::rtp
