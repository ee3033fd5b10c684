// SPDX-License-Identifier: Apache-2.0
#include "core/twin/codel.h"

#include <cmath>
#include <utility>

namespace onair::twin {

void CodelFifo::Push(Packet packet, Timestamp now) {
  size_ += packet.size();
  queue_.push_back({now, std::move(packet)});
}

// RFC 8289 section 5.5, dequeue().
std::optional<Packet> CodelFifo::Pop(Timestamp now) {
  Taken taken = Take(now);
  if (!taken.packet) {
    is_dropping_ = false;
  } else if (is_dropping_) {
    GoOnDropping(taken, now);
  } else if (taken.is_late) {
    BeginDropping(taken, now);
  }
  return std::move(taken.packet);
}

void CodelFifo::DropHead() {
  size_ -= queue_.front().packet.size();
  queue_.pop_front();
  ++dropped_;
}

// RFC 8289 section 5.6, dodequeue().
CodelFifo::Taken CodelFifo::Take(Timestamp now) {
  if (queue_.empty()) {
    first_above_ = Timestamp::PlusInfinity();
    return {};
  }
  const Timestamp since = queue_.front().since;
  Taken taken{std::move(queue_.front().packet)};
  queue_.pop_front();
  size_ -= taken.packet->size();
  if (now - since < config_.target || size_ <= config_.largest_packet) {
    first_above_ = Timestamp::PlusInfinity();
  } else if (!first_above_.is_finite()) {
    first_above_ = now + config_.interval;
  } else {
    taken.is_late = now >= first_above_;
  }
  return taken;
}

bool CodelFifo::MarkOrDrop(Taken& taken) {
  if (taken.packet->ecn != Ecn::kNotEct) {
    taken.packet->ecn = Ecn::kCe;
    ++marked_;
    return true;
  }
  ++dropped_;
  return false;
}

void CodelFifo::GoOnDropping(Taken& taken, Timestamp now) {
  if (!taken.is_late) is_dropping_ = false;
  while (is_dropping_ && now >= drop_next_) {
    ++count_;
    if (MarkOrDrop(taken)) {
      drop_next_ = Next(drop_next_);
      return;
    }
    taken = Take(now);
    if (!taken.is_late) {
      is_dropping_ = false;
    } else {
      drop_next_ = Next(drop_next_);
    }
  }
}

// RFC 8289 section 5.5: "If min went above target close to when it last went below, assume
// that the drop rate that controlled the queue on the last cycle is a good starting point".
void CodelFifo::BeginDropping(Taken& taken, Timestamp now) {
  if (!MarkOrDrop(taken)) taken = Take(now);
  is_dropping_ = true;
  const std::int64_t delta = count_ - last_count_;
  count_ = delta > 1 && now - drop_next_ < config_.interval * 16 ? delta : 1;
  drop_next_ = Next(now);
  last_count_ = count_;
}

Timestamp CodelFifo::Next(Timestamp from) const {
  return from + config_.interval.Scaled(1 / std::sqrt(static_cast<double>(count_)));
}

void Codel::Push(Packet packet, Timestamp now) {
  if (fifo_.size() + packet.size() > limit_) {
    ++refused_;
    return;
  }
  fifo_.Push(std::move(packet), now);
}

}  // namespace onair::twin
