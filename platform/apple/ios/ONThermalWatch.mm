// SPDX-License-Identifier: Apache-2.0
#import <OnairApple/ONWatches.h>
#include <dispatch/dispatch.h>

#include "platform/apple/policy/thermal_plan.h"
#include "platform/runtime/clock.h"

using namespace onair;
using namespace onair::apple;

namespace {

struct Core {
  ONPublisher* publisher = nil;
  std::int64_t bits_per_second = 0;
  double frames_per_second = 0;
  dispatch_queue_t queue = nullptr;  // The plan is its alone.
  ThermalSwitch plan;
};

Heat HeatNow() {
  switch ([[NSProcessInfo processInfo] thermalState]) {
    case NSProcessInfoThermalStateFair:
      return Heat::kFair;
    case NSProcessInfoThermalStateSerious:
      return Heat::kSerious;
    case NSProcessInfoThermalStateCritical:
      return Heat::kCritical;
    default:
      return Heat::kNominal;
  }
}

}  // namespace

@implementation ONThermalWatch

- (Core&)core {
  return *static_cast<Core*>(_core);
}

- (instancetype)initWithPublisher:(ONPublisher*)publisher
                    bitsPerSecond:(int64_t)bitsPerSecond
                  framesPerSecond:(double)framesPerSecond {
  if (!(self = [super init])) return nil;
  Core* core = new Core;
  core->publisher = [publisher retain];
  core->bits_per_second = bitsPerSecond;
  core->frames_per_second = framesPerSecond;
  core->queue = dispatch_queue_create("onair.heat", DISPATCH_QUEUE_SERIAL);
  _core = core;
  return self;
}

// On the queue.
- (void)decide {
  Core& core = [self core];
  const Timestamp now = runtime::Now();
  const auto decision = core.plan.OnHeat(HeatNow(), now);
  if (!decision) return;
  const auto rate = static_cast<double>(core.bits_per_second) * decision->limit.rate_share;
  [core.publisher limitBitsPerSecond:static_cast<int64_t>(rate)
                     framesPerSecond:core.frames_per_second * decision->limit.frame_share
                               error:NULL];
  if (decision->decide_again_at == Timestamp::PlusInfinity()) return;
  const std::int64_t wait_us = (decision->decide_again_at - now).us();
  dispatch_after(dispatch_time(DISPATCH_TIME_NOW, wait_us * 1000), core.queue, ^{
    [self decide];
  });
}

- (void)start {
  [self stop];  // No second observer.
  [[NSNotificationCenter defaultCenter] addObserver:self
                                           selector:@selector(heatChanged:)
                                               name:NSProcessInfoThermalStateDidChangeNotification
                                             object:nil];
  dispatch_async([self core].queue, ^{
    [self core].plan.Start();
    [self decide];
  });
}

- (void)heatChanged:(NSNotification*)notification {
  dispatch_async([self core].queue, ^{
    [self decide];
  });
}

- (void)stop {
  [[NSNotificationCenter defaultCenter] removeObserver:self];
  dispatch_sync([self core].queue, ^{
    [self core].plan.Stop();
  });
}

- (void)dealloc {
  [[NSNotificationCenter defaultCenter] removeObserver:self];
  [[self core].publisher release];
  dispatch_release([self core].queue);
  delete static_cast<Core*>(_core);
  [super dealloc];
}

@end
