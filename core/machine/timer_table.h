// SPDX-License-Identifier: Apache-2.0
//
// All deadlines of one machine in one place, each with its name.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "core/machine/machine.h"
#include "core/units/time.h"

namespace onair {

// `Timer` is an enum class counting from 0; `names` has one static name per value.
// Single-owner.
template <typename Timer, std::size_t kCount>
class TimerTable {
 public:
  explicit constexpr TimerTable(const std::array<std::string_view, kCount>& names) : names_(names) {
    deadlines_.fill(Timestamp::PlusInfinity().us());
  }

  void Set(Timer timer, Timestamp at) { deadlines_[Index(timer)] = at.us(); }
  void Stop(Timer timer) { Set(timer, Timestamp::PlusInfinity()); }
  void StopAll() { deadlines_.fill(Timestamp::PlusInfinity().us()); }
  bool is_set(Timer timer) const { return deadline(timer).is_finite(); }
  Timestamp deadline(Timer timer) const { return Timestamp::Micros(deadlines_[Index(timer)]); }

  // True once per deadline: a due timer is stopped by asking.
  [[nodiscard]] bool TakeDue(Timer timer, Timestamp now) {
    if (!is_set(timer) || now < deadline(timer)) return false;
    Stop(timer);
    return true;
  }

  // The earliest deadline with its name.
  Idle Next() const {
    std::size_t first = 0;
    for (std::size_t i = 1; i < kCount; ++i) {
      if (deadlines_[i] < deadlines_[first]) first = i;
    }
    const Timestamp at = Timestamp::Micros(deadlines_[first]);
    return at.is_finite() ? Idle{at, names_[first]} : Idle{};
  }

 private:
  static constexpr std::size_t Index(Timer timer) { return static_cast<std::size_t>(timer); }

  std::array<std::int64_t, kCount> deadlines_{};
  std::array<std::string_view, kCount> names_;
};

// The earlier of two answers, for a machine that owns others.
constexpr Idle Earlier(const Idle& a, const Idle& b) {
  return b.wake_at < a.wake_at ? b : a;
}

}  // namespace onair
