// SPDX-License-Identifier: Apache-2.0
//
// Which of the paths that work is the better one, and when one is given up. Pure.
#pragma once

#include <optional>

#include "transport/ice/agent_config.h"
#include "transport/ice/check_list.h"

namespace onair::ice {

// After a restart the new paths, then cheap networks, then RFC 8445's priorities.
bool IsBetter(const Pair& a, const Pair& b);

// Worth leaving a path that works: a dearer network, a relay for a direct way.
bool IsWorthLeaving(const Pair& used, const Pair& better);

// Nothing comes by `pair` any more. `suspected_at`: somebody who knows more of the media said so.
bool IsQuiet(const Pair& pair, const AgentConfig& config, std::optional<Timestamp> suspected_at,
             Timestamp now);
// The moment when that may become true without another ping; infinity: it will not.
Timestamp QuietAt(const Pair& pair, const AgentConfig& config,
                  std::optional<Timestamp> suspected_at);

// The best one that answered since `since`; nothing without any.
const Pair* BestAliveSince(const CheckList& list, Timestamp since);

// The best one that has answered its latest request; nothing without any.
const Pair* BestAnswering(const CheckList& list);

// Marks the selected pair and at most `backups` others, first those from other sockets.
void MarkKept(CheckList& list, std::uint32_t selected, int backups);

// When the next request should leave on a pair that works. `all_hands`: the selected path may be
// failing, every other way is asked.
enum class Alarmed { kNo = 1, kYes = 2 };
Timestamp NextPingAt(const Pair& pair, bool is_selected, Alarmed alarmed,
                     const AgentConfig& config);

// Source: ours; three in a row are lost by chance in 1 of 8000 cases at 5 % loss.
inline constexpr int kPingsToDoubt = 3;
// A better path must have worked for this long before a working one is left for it.
// Source: libwebrtc's switching dampening, 1 s, in reports about it.
inline constexpr TimeDelta kBetterFor = TimeDelta::Seconds(1);

}  // namespace onair::ice
