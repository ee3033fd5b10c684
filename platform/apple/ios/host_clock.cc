// SPDX-License-Identifier: Apache-2.0
#include "platform/apple/ios/host_clock.h"

#include "platform/apple/bridge/media.h"
#include "platform/apple/policy/sample_clock.h"
#include "platform/runtime/clock.h"

namespace onair::apple {
namespace {

TimeDelta SpanOf(CMTime time) {
  return TimeDelta::Micros(
      CMTimeConvertScale(time, 1'000'000, kCMTimeRoundingMethod_Default).value);
}

}  // namespace

double CapturedAtOf(CMSampleBufferRef sample) {
  const CMTime at = CMSampleBufferGetPresentationTimeStamp(sample);
  if ((at.flags & kCMTimeFlags_Valid) == 0) return 0;
  const CMTime host_now = CMClockGetTime(CMClockGetHostTimeClock());
  return SecondsOf(SampleClock::At(SpanOf(at), SpanOf(host_now), runtime::Now()));
}

}  // namespace onair::apple
