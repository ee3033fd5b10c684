// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <utility>

#include "core/api/events.h"

namespace onair::apple {

// What became of a start and of a stop, from the state events of all destinations. Pure.
class Endings {
 public:
  explicit Endings(std::size_t destinations) : left_(destinations) {}

  void Hear(const PublishStateEvent& event) {
    if (event.state == PublishState::kLive) is_live_ = true;
    if (event.state != PublishState::kEnded || left_ == 0) return;
    --left_;
    if (!event.error) return;
    last_ = event.error;
    if (!first_) first_ = event.error;
  }

  // The first one is live, or all have ended.
  bool has_start_ended() const { return is_live_ || left_ == 0; }
  // Empty: it is live, or was.
  std::optional<Error> start_error() const {
    if (is_live_) return std::nullopt;
    return last_ ? last_ : Error{ErrorCode::kInvalidState, "stopped before it was live"};
  }

  bool has_all_ended() const { return left_ == 0; }
  // Of the first that ended by itself.
  const std::optional<Error>& stop_error() const { return first_; }

 private:
  std::size_t left_;
  bool is_live_ = false;
  std::optional<Error> first_;
  std::optional<Error> last_;
};

}  // namespace onair::apple
