// SPDX-License-Identifier: Apache-2.0
//
// The cases that need no file.
#pragma once

#include <vector>

#include "samples/twin/push_case.h"

namespace onair::samples {

// RFC 8867 5.1 to 5.8 and 6.1 to 6.3 with its rates; "5.1@100ms" for its other delays,
// "5.6/1000ms" for its other queues, "5.1+udp" with the capacity taken by datagrams. "6.2/5.1" and
// so on are the same cases with ECN: all TCP asks for it and the bottlenecks are CoDel queues that
// mark; without "+udp" and other queues. Queues are of the mean capacity.
std::vector<PushCase> Rfc8867PushCases();

// One flow, one way `one_way`: to a half, to a fifth, an outage of 5 s, ramps.
std::vector<PushCase> StepPushCases(TimeDelta one_way);

// Three networks of the presets of MakeSyntheticTrace(), two minutes each; always the same.
std::vector<PushCase> SyntheticPushCases(TimeDelta one_way);

// A recording as a case: once through, at most ten minutes. Its own round trip wins over `one_way`.
PushCase TracePushCase(std::string name, twin::NetworkTrace trace, TimeDelta one_way);

}  // namespace onair::samples
