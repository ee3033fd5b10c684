// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "core/units/data.h"
#include "core/units/time.h"

namespace onair::relay {

// What a viewer gets of the cached group of pictures.
enum class Join {
  kAuto = 1,         // What the rule below says.
  kNewestGroup = 2,  // All from the newest key frame on: a picture at once, live when he caught up.
  kNewestKeyFrame = 3,  // That key frame alone, and the stream from the next one on.
  kNextKeyFrame = 4,    // Nothing old: a picture and live at once, when the next key frame comes.
};

// Where a viewer stands and what his line takes.
struct JoinReport {
  TimeDelta age;  // Of the newest key frame.
  DataSize left;  // From what he gets next to the live edge.
  // Of the key frame, where he has yet to get it; zero: he has it.
  DataSize key = DataSize::Zero();
  // Usual time between key frames; zero: not known.
  TimeDelta group = TimeDelta::Zero();
  DataRate stream = DataRate::Zero();
  // What his line was seen to carry; empty: nothing is known of it.
  std::optional<DataRate> line = {};
};

struct JoinDecision {
  Join join;           // Never kAuto.
  const char* reason;  // For traces and tests.
};

// Catching up within this is no wait at all. Source: ours; what viewers call a stall, and a
// quarter.
inline constexpr TimeDelta kSoonLive = TimeDelta::Millis(250);

// How long his line takes for what is left, while the stream goes on; infinity: for ever, or its
// line is not known.
[[nodiscard]] TimeDelta CatchesUpIn(const JoinReport& report);

// A viewer gets the group wherever it brings him something: his line catches up before the next key
// frame comes, or old pictures move for a while until he goes on with that one. What would be cut
// within half a second is not begun, as it would stand in the way of newer pictures: he gets a
// still of now where his line has time for it, then the next group whole. Without a measured line
// the group is begun, and asked again once the line is known. Pure.
[[nodiscard]] JoinDecision DecideJoin(const JoinReport& report);

}  // namespace onair::relay
