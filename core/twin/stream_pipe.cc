// SPDX-License-Identifier: Apache-2.0
#include "core/twin/stream_pipe.h"

#include <algorithm>
#include <utility>

namespace onair::twin {

StreamPipe::StreamPipe(World& world, const PipeConfig& config, Hooks hooks)
    : world_(world),
      config_(config),
      hooks_(std::move(hooks)),
      sent_(world, "pipe.sent", [this] { FinishSegment(); }),
      arrived_(world, "pipe.arrived", [this] { Deliver(); }) {}

void StreamPipe::Write(Bytes bytes) {
  if (bytes.empty() || is_finished_ || has_ended_) return;
  const auto size = static_cast<std::int64_t>(bytes.size());
  queue_.push_back(std::move(bytes));
  queued_ += size;
  written_ += size;
  StartSegment();
}

void StreamPipe::Finish() {
  if (is_finished_ || has_ended_) return;
  is_finished_ = true;
  StartSegment();
}

void StreamPipe::Reset() {
  queue_.clear();
  flight_.clear();
  queued_ = sending_ = in_flight_ = 0;
  front_offset_ = 0;
  has_ended_ = true;
  sent_.Stop();
  arrived_.Stop();
}

void StreamPipe::ChangeRate(DataRate rate) {
  config_.rate.Change(world_.now(), rate);
  if (sending_ > 0) {
    sent_.Set(config_.rate.FinishOf(DataSize::Bytes(sending_), sending_since_));
  }
}

void StreamPipe::ResumeReading() {
  is_reading_ = true;
  if (!flight_.empty()) arrived_.Set(flight_.front().arrives);
}

DataSize StreamPipe::unsent() const {
  return DataSize::Bytes(std::max<std::int64_t>(0, queued_ - config_.send_buffer.bytes()));
}

void StreamPipe::StartSegment() {
  if (sending_ > 0 || has_ended_) return;
  const std::int64_t window = config_.receive_buffer.bytes() - in_flight_;
  const std::int64_t size = std::min({queued_, config_.segment.bytes(), window});
  if (size > 0) {
    sending_ = size;
    sending_since_ = world_.now();
    sent_.Set(config_.rate.FinishOf(DataSize::Bytes(size), sending_since_));
  } else if (is_finished_ && queued_ == 0 && !has_sent_end_) {
    has_sent_end_ = true;  // An empty segment tells the end.
    flight_.push_back({world_.now() + config_.delay, {}});
    if (is_reading_ && flight_.size() == 1) arrived_.Set(flight_.front().arrives);
  }
}

void StreamPipe::FinishSegment() {
  const DataSize unsent_before = unsent();
  const std::int64_t size = std::exchange(sending_, 0);
  flight_.push_back({world_.now() + config_.delay, TakeFront(static_cast<std::size_t>(size))});
  in_flight_ += size;
  if (is_reading_ && flight_.size() == 1) arrived_.Set(flight_.front().arrives);
  StartSegment();
  if (unsent() < unsent_before && hooks_.on_unsent) hooks_.on_unsent();
}

void StreamPipe::Deliver() {
  while (is_reading_ && !flight_.empty() && flight_.front().arrives <= world_.now()) {
    const Bytes bytes = std::move(flight_.front().bytes);
    flight_.pop_front();
    if (!flight_.empty()) arrived_.Set(flight_.front().arrives);
    const auto size = static_cast<std::int64_t>(bytes.size());
    in_flight_ -= size;
    delivered_ += size;
    has_ended_ = size == 0;
    StartSegment();
    if (has_ended_) return hooks_.on_end();
    hooks_.on_bytes(bytes);
  }
}

Bytes StreamPipe::TakeFront(std::size_t count) {
  queued_ -= static_cast<std::int64_t>(count);
  Bytes& front = queue_.front();
  if (front_offset_ == 0 && front.size() == count) {
    Bytes whole = std::move(front);
    queue_.pop_front();
    return whole;
  }
  Bytes out;
  out.reserve(count);
  while (out.size() < count) {
    Bytes& chunk = queue_.front();
    const std::size_t part = std::min(count - out.size(), chunk.size() - front_offset_);
    const auto begin = chunk.begin() + static_cast<std::ptrdiff_t>(front_offset_);
    out.insert(out.end(), begin, begin + static_cast<std::ptrdiff_t>(part));
    front_offset_ += part;
    if (front_offset_ == chunk.size()) {
      queue_.pop_front();
      front_offset_ = 0;
    }
  }
  return out;
}

}  // namespace onair::twin
