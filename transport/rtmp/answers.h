// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <optional>
#include <utility>

#include "core/machine/machine.h"

namespace onair::rtmp {

// What a session machine has to say, in the order of Poll(): events, then the bytes that
// answer the same input in one Transmit, then the last event of all. Single-owner.
template <typename Event>
class Answers {
 public:
  void Push(Event event) { events_.push_back(std::move(event)); }
  // Nothing may be pushed afterwards.
  void End(std::optional<Event> last) {
    is_over_ = true;
    last_ = std::move(last);
  }
  void DropEvents() { events_.clear(); }
  bool is_over() const { return is_over_; }

  Output<Event> Poll(Bytes& outbox, const Idle& idle) {
    if (!events_.empty()) {
      Event event = std::move(events_.front());
      events_.pop_front();
      return event;
    }
    if (!outbox.empty()) return Transmit{std::exchange(outbox, {})};
    if (last_) return *std::exchange(last_, std::nullopt);
    return is_over_ ? Idle{} : idle;
  }

 private:
  std::deque<Event> events_;
  std::optional<Event> last_;
  bool is_over_ = false;
};

}  // namespace onair::rtmp
