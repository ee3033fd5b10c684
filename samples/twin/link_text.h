// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "samples/twin/push_case.h"

namespace onair::samples {

// "rate=2000,delay=25,loss=2,queue=300": kbit/s, ms one way, percent, ms. `rate` may change:
// "rate=4000/2000@20/4000@40", each at its second. jitter=1 adds that of RFC 8868; ecn=1 lets TCP
// ask for ECN, which queueing=codel, fq_codel or pie answer with marks.
// kInvalidConfig naming the part.
Result<PushCase> ParseLink(const std::string& text, TimeDelta duration);

inline constexpr const char* kLinkHelp =
    "rate=KBIT[/KBIT@SECOND...],delay=MS (25, one way),loss=PERCENT (0),queue=MS (300),jitter=0|1,"
    "queueing=tail_drop|codel|fq_codel|pie,ecn=0|1";

}  // namespace onair::samples
