// SPDX-License-Identifier: Apache-2.0
#include "core/relay/join_rule.h"

#include <algorithm>

namespace onair::relay {
namespace {

// A still for longer is worse than old pictures that move. Source: ours; what Agora calls a stall.
constexpr TimeDelta kShortStill = TimeDelta::Millis(500);

// A still picture for less than this is a flash. Source: ours; what viewers call a stall.
constexpr TimeDelta kLeastStill = TimeDelta::Millis(200);

}  // namespace

TimeDelta CatchesUpIn(const JoinReport& report) {
  if (!report.line || *report.line <= report.stream) return TimeDelta::PlusInfinity();
  return report.left / (*report.line - report.stream);
}

JoinDecision DecideJoin(const JoinReport& report) {
  if (!report.line) return {Join::kNewestGroup, "line not known"};
  if (report.group <= TimeDelta::Zero()) return {Join::kNewestGroup, "group not known"};
  // A key frame that is late says nothing of when it comes.
  if (report.age >= report.group) return {Join::kNewestGroup, "next key frame is late"};
  const TimeDelta until_next = report.group - report.age;
  if (CatchesUpIn(report) <= std::max(until_next, kSoonLive))
    return {Join::kNewestGroup, "catches up"};
  const TimeDelta until_picture = report.key / *report.line;
  if (until_next > kShortStill) return {Join::kNewestGroup, "cut at the next key frame"};
  // The old key frame is a picture sooner by all of `until_next`, and stands for as long: the next
  // one takes its time as well. Where it is through by then it holds nobody up.
  if (until_picture <= until_next && until_next >= kLeastStill) {
    return {Join::kNewestKeyFrame, "next group is there soon"};
  }
  return {Join::kNextKeyFrame, "next key frame is nearly there"};
}

}  // namespace onair::relay
