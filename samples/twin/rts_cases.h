// SPDX-License-Identifier: Apache-2.0
//
// Cases that need no file, for media over datagrams above all: what TCP mends by itself is to be
// seen there.
#pragma once

#include <string_view>
#include <vector>

#include "samples/twin/push_case.h"

namespace onair::samples {

// "startup": from 300 kbit/s on 4 Mbit/s.
std::vector<PushCase> StartPushCases(TimeDelta one_way);

// "loss2" to "loss30": that percentage of the packets on 4 Mbit/s, of which 3 are wanted.
std::vector<PushCase> LossPushCases(TimeDelta one_way);

// RFC 8868: losses, delays and queues in all combinations, with its jitter.
std::vector<PushCase> GridPushCases();

// Nothing for 1 and 3 s, a longer way, another network.
std::vector<PushCase> MobilityPushCases(TimeDelta one_way);

// Three alike, beside long TCP, and beside another controller where the registry has it.
std::vector<PushCase> FairnessPushCases(TimeDelta one_way);

// An hour at a low rate on a line that is never full.
std::vector<PushCase> IdlePushCases(TimeDelta one_way);

// Eight generated LTE networks, for want of recordings.
std::vector<PushCase> LtePushCases(TimeDelta one_way);

// Whether a recording belongs to the eight of transport facts section 1.5.
bool IsOfLte8(std::string_view name);

}  // namespace onair::samples
