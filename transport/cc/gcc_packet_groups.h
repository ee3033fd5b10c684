// SPDX-License-Identifier: Apache-2.0
//
// Of `gcc`: packets that left together are one group, and what is looked at is how the time between
// two groups grew on their way.
#pragma once

#include <optional>

#include "core/units/time.h"

namespace onair::cc {

// Between the two latest whole groups.
struct GccGroupDeltas {
  TimeDelta sent;     // > 0 but for hostile reports.
  TimeDelta arrived;  // >= 0.
  Timestamp arrived_at;
};

// Pure.
class GccPacketGroups {
 public:
  // A packet that arrived, in order of arrival; `now` is when that was told. Deltas when it began
  // a new group and two are whole.
  std::optional<GccGroupDeltas> Add(Timestamp sent_at, Timestamp arrived_at, Timestamp now);

 private:
  struct Group {
    Timestamp first_sent, last_sent;
    Timestamp first_arrived, last_arrived;
    Timestamp told_at;
  };

  bool Belongs(Timestamp sent_at, Timestamp arrived_at) const;
  std::optional<GccGroupDeltas> Compare();
  void Reset();

  std::optional<Group> present_, before_;
  int overtakes_ = 0;  // In a row.
};

}  // namespace onair::cc
