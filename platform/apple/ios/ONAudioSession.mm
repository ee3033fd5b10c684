// SPDX-License-Identifier: Apache-2.0
#import <AVFoundation/AVFoundation.h>
#import <OnairApple/ONAudioSession.h>
#import <UIKit/UIKit.h>

#include <atomic>

#include "platform/apple/policy/audio_session_plan.h"
#include "platform/runtime/clock.h"

using namespace onair;
using namespace onair::apple;

namespace {

struct Core {
  ONAudioUse use = ONAudioUsePlay;
  NSArray* devices = nil;
  dispatch_queue_t queue = nullptr;  // The plan and the devices are its alone.
  AudioSessionPlan plan;
  std::atomic<bool> is_running{false};
};

// The system has one session for the whole app: the last of ours gives it back.
std::atomic<int> g_started{0};

NSString* CategoryOf(ONAudioUse use) {
  return use == ONAudioUsePublish ? AVAudioSessionCategoryPlayAndRecord
                                  : AVAudioSessionCategoryPlayback;
}

bool Configure(ONAudioUse use) {
  AVAudioSession* session = [AVAudioSession sharedInstance];
  const bool publishes = use == ONAudioUsePublish;
  return
      [session setCategory:CategoryOf(use)
                      mode:publishes ? AVAudioSessionModeVideoChat : AVAudioSessionModeMoviePlayback
                   options:publishes ? AVAudioSessionCategoryOptionAllowBluetooth |
                                           AVAudioSessionCategoryOptionDefaultToSpeaker
                                     : 0
                     error:NULL];
}

void StartDevices(NSArray* devices) {
  for (id<ONSoundDevice> device in devices) {
    NSError* error = nil;
    if (![device startDevice:&error]) NSLog(@"Onair: a sound device did not start: %@", error);
  }
}
void StopDevices(NSArray* devices) {
  for (id<ONSoundDevice> device in devices) [device stopDevice];
}

// On the queue, or where nobody else is left. Apps that fell silent for ours may go on.
void Stop(Core& core) {
  if (core.plan.state() == AudioSessionPlan::State::kOff) return;
  core.plan.Stop();
  if (!core.plan.TakeActions().empty()) StopDevices(core.devices);
  core.is_running = false;
  if (--g_started != 0) return;
  [[AVAudioSession sharedInstance] setActive:NO
                                 withOptions:AVAudioSessionSetActiveOptionNotifyOthersOnDeactivation
                                       error:NULL];
}

RouteChange ChangeOf(NSNotification* notification, ONAudioUse use) {
  NSNumber* reason = [[notification userInfo] objectForKey:AVAudioSessionRouteChangeReasonKey];
  switch ([reason unsignedIntegerValue]) {
    case AVAudioSessionRouteChangeReasonNewDeviceAvailable:
      return RouteChange::kDeviceAdded;
    case AVAudioSessionRouteChangeReasonOldDeviceUnavailable:
      return RouteChange::kDeviceRemoved;
    case AVAudioSessionRouteChangeReasonCategoryChange:
      return [[AVAudioSession sharedInstance].category isEqualToString:CategoryOf(use)]
                 ? RouteChange::kOther
                 : RouteChange::kTakenOver;
    default:
      return RouteChange::kOther;
  }
}

}  // namespace

@implementation ONAudioSession

- (Core&)core {
  return *static_cast<Core*>(_core);
}

- (instancetype)initWithUse:(ONAudioUse)use devices:(NSArray<id<ONSoundDevice>>*)devices {
  if (!(self = [super init])) return nil;
  Core* core = new Core;
  core->use = use;
  core->devices = [devices copy];
  core->queue = dispatch_queue_create("onair.session", DISPATCH_QUEUE_SERIAL);
  _core = core;
  return self;
}

- (BOOL)isRunning {
  return [self core].is_running;
}

// On the queue: does what the plan says, until it says nothing more.
- (void)obey {
  Core& core = [self core];
  for (auto actions = core.plan.TakeActions(); !actions.empty();
       actions = core.plan.TakeActions()) {
    for (const AudioAction action : actions) [self obeyOne:action];
  }
  core.is_running = core.plan.state() == AudioSessionPlan::State::kRunning;
  [self wakeLater];
}

- (void)obeyOne:(AudioAction)action {
  Core& core = [self core];
  switch (action) {
    case AudioAction::kStopDevices:
      return StopDevices(core.devices);
    case AudioAction::kConfigure:
      if (!Configure(core.use)) NSLog(@"Onair: the audio session refuses its category");
      return;
    case AudioAction::kActivate: {
      const bool is_done = [[AVAudioSession sharedInstance] setActive:YES error:NULL];
      return core.plan.HandleActivation(is_done ? Activation::kDone : Activation::kRefused,
                                        runtime::Now());
    }
    case AudioAction::kStartDevices:
      return StartDevices(core.devices);
  }
}

- (void)wakeLater {
  Core& core = [self core];
  const Timestamp wake_at = core.plan.wake_at();
  if (wake_at == Timestamp::PlusInfinity()) return;
  const std::int64_t wait_us = (wake_at - runtime::Now()).us();
  const dispatch_time_t when = dispatch_time(DISPATCH_TIME_NOW, (wait_us < 0 ? 0 : wait_us) * 1000);
  dispatch_after(when, core.queue, ^{
    [self core].plan.HandleTimeout(runtime::Now());
    [self obey];
  });
}

- (void)start {
  NSNotificationCenter* center = [NSNotificationCenter defaultCenter];
  [center removeObserver:self];  // Of a start before.
  AVAudioSession* session = [AVAudioSession sharedInstance];
  [center addObserver:self
             selector:@selector(interrupted:)
                 name:AVAudioSessionInterruptionNotification
               object:session];
  [center addObserver:self
             selector:@selector(rerouted:)
                 name:AVAudioSessionRouteChangeNotification
               object:session];
  [center addObserver:self
             selector:@selector(servicesReset:)
                 name:AVAudioSessionMediaServicesWereResetNotification
               object:session];
  [center addObserver:self
             selector:@selector(cameToFront:)
                 name:UIApplicationDidBecomeActiveNotification
               object:nil];
  dispatch_async([self core].queue, ^{
    Core& core = [self core];
    if (core.plan.state() != AudioSessionPlan::State::kOff) return;
    ++g_started;
    core.plan.Start(runtime::Now());
    [self obey];
  });
}

- (void)stop {
  [[NSNotificationCenter defaultCenter] removeObserver:self];
  dispatch_sync([self core].queue, ^{
    Stop([self core]);
  });
}

- (void)interrupted:(NSNotification*)notification {
  NSDictionary* info = [notification userInfo];
  NSNumber* type = [info objectForKey:AVAudioSessionInterruptionTypeKey];
  NSNumber* options = [info objectForKey:AVAudioSessionInterruptionOptionKey];
  const bool has_begun = [type unsignedIntegerValue] == AVAudioSessionInterruptionTypeBegan;
  const bool may_resume =
      ([options unsignedIntegerValue] & AVAudioSessionInterruptionOptionShouldResume) != 0;
  dispatch_async([self core].queue, ^{
    AudioSessionPlan& plan = [self core].plan;
    if (has_begun) {
      plan.HandleInterruptionBegan(runtime::Now());
    } else {
      plan.HandleInterruptionEnded(may_resume ? Resumption::kAllowed : Resumption::kNotSaid,
                                   runtime::Now());
    }
    [self obey];
  });
}

- (void)rerouted:(NSNotification*)notification {
  const RouteChange change = ChangeOf(notification, [self core].use);
  dispatch_async([self core].queue, ^{
    [self core].plan.HandleRouteChange(change, runtime::Now());
    [self obey];
  });
}

- (void)servicesReset:(NSNotification*)notification {
  dispatch_async([self core].queue, ^{
    [self core].plan.HandleServicesReset(runtime::Now());
    [self obey];
  });
}

- (void)cameToFront:(NSNotification*)notification {
  dispatch_async([self core].queue, ^{
    [self core].plan.HandleForeground(runtime::Now());
    [self obey];
  });
}

- (void)dealloc {
  // Blocks of the queue retain self: none is left.
  [[NSNotificationCenter defaultCenter] removeObserver:self];
  Core& core = [self core];
  Stop(core);
  [core.devices release];
  dispatch_release(core.queue);
  delete &core;
  [super dealloc];
}

@end
