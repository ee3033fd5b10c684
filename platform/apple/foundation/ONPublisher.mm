// SPDX-License-Identifier: Apache-2.0
#import <Onair/ONPublisher.h>

#include <memory>
#include <utility>
#include <vector>

#include "platform/apple/bridge/endings.h"
#include "platform/apple/bridge/publisher_handle.h"
#import "platform/apple/foundation/configuration.h"
#import "platform/apple/foundation/ear.h"
#import "platform/apple/foundation/picture.h"
#import "platform/apple/foundation/publisher.h"
#import "platform/apple/foundation/statistics.h"

using namespace onair;
using namespace onair::apple;

namespace {

const Error kClosed{ErrorCode::kInvalidState, "closed"};
const Error kAlreadyStarted{ErrorCode::kInvalidState, "already started"};

struct Core {
  Core(id delegate, NSOperationQueue* queue, std::size_t destinations)
      : ear(delegate, queue), endings(destinations) {}

  Ear ear;
  std::unique_ptr<PublisherHandle> handle;

  runtime::Mutex mutex;
  Endings endings ONAIR_GUARDED_BY(mutex);
  bool is_started ONAIR_GUARDED_BY(mutex) = false;
  Completion started ONAIR_GUARDED_BY(mutex);
  // One for each time that the app asks, until the end.
  std::vector<Completion> stopped ONAIR_GUARDED_BY(mutex);
};

// Tells the delegate one event; the answer is whether it raised nothing.
struct Teller {
  ONPublisher* publisher;
  id<ONPublisherDelegate> delegate;

  BOOL Hears(SEL message) const { return [delegate respondsToSelector:message]; }

  BOOL operator()(const PublishStateEvent& event) const {
    if (!Hears(@selector(publisher:destination:didChangeState:error:retryDelay:))) return YES;
    const auto state = static_cast<ONPublishState>(event.state);
    const NSUInteger destination = event.destination;
    NSError* error = ErrorOf(event.error);
    const NSTimeInterval delay = SecondsOf(event.retry_in);
    return ONContained(^{
      [delegate publisher:publisher
              destination:destination
           didChangeState:state
                    error:error
               retryDelay:delay];
    });
  }
  BOOL operator()(const HandOverFailedEvent& event) const {
    if (!Hears(@selector(publisher:destination:didFailToHandOver:))) return YES;
    const NSUInteger destination = event.destination;
    NSError* error = ErrorOf(event.error);
    return ONContained(^{
      [delegate publisher:publisher destination:destination didFailToHandOver:error];
    });
  }
  BOOL operator()(const FirstFrameSentEvent& event) const {
    if (!Hears(@selector(publisher:destination:didSendFirstFrameAfter:))) return YES;
    const NSUInteger destination = event.destination;
    const NSTimeInterval delay = SecondsOf(event.since_start);
    return ONContained(^{
      [delegate publisher:publisher destination:destination didSendFirstFrameAfter:delay];
    });
  }
  BOOL operator()(const FramesDroppedEvent& event) const {
    if (!Hears(@selector(publisher:destination:didDropFrames:))) return YES;
    const NSUInteger destination = event.destination;
    const int64_t frames = event.frames;
    return ONContained(^{
      [delegate publisher:publisher destination:destination didDropFrames:frames];
    });
  }
  BOOL operator()(const NetworkQualityEvent& event) const {
    if (!Hears(@selector(publisher:destination:didChangeNetworkQuality:))) return YES;
    const NSUInteger destination = event.destination;
    const auto quality = static_cast<ONNetworkQuality>(event.quality);
    return ONContained(^{
      [delegate publisher:publisher destination:destination didChangeNetworkQuality:quality];
    });
  }
  BOOL operator()(const RateChangedEvent& event) const {
    if (!Hears(@selector(publisher:destination:didChangeVideoRate:))) return YES;
    const NSUInteger destination = event.destination;
    const int64_t rate = event.video_rate.bps();
    return ONContained(^{
      [delegate publisher:publisher destination:destination didChangeVideoRate:rate];
    });
  }
  BOOL operator()(const AudioRefusedEvent& event) const {
    if (!Hears(@selector(publisher:destinationDidRefuseAudio:))) return YES;
    const NSUInteger destination = event.destination;
    return ONContained(^{
      [delegate publisher:publisher destinationDidRefuseAudio:destination];
    });
  }
  BOOL operator()(const SourceEndedEvent& event) const {
    if (!Hears(@selector(publisher:sourceDidEndWithError:))) return YES;
    NSError* error = ErrorOf(event.error);
    return ONContained(^{
      [delegate publisher:publisher sourceDidEndWithError:error];
    });
  }
  // Of what this face does not offer: policies, optional devices, faces.
  template <typename Other>
  BOOL operator()(const Other&) const {
    return YES;
  }
};

// Both that are due by now; told behind the delegate.
void TellCompletions(Core& core, const PublishStateEvent& event) {
  Completion started;
  std::vector<Completion> stopped;
  std::optional<Error> start_error;
  std::optional<Error> stop_error;
  {
    const runtime::MutexLock lock(core.mutex);
    core.endings.Hear(event);
    start_error = core.endings.start_error();
    stop_error = core.endings.stop_error();
    if (core.endings.has_start_ended()) started = std::move(core.started);
    if (core.endings.has_all_ended()) stopped.swap(core.stopped);
  }
  core.ear.Count(started.Tell(start_error));
  core.ear.TellNow(std::move(stopped), stop_error);
}

// On the strand. `publisher` is there: it waits for us before it goes.
void Hear(ONPublisher* publisher, Core& core, const PublishEvent& event) {
  [publisher retain];  // The delegate may let go of it.
  const Teller teller{publisher, core.ear.delegate()};
  core.ear.Count(std::visit(teller, event));
  if (const auto* state = std::get_if<PublishStateEvent>(&event)) TellCompletions(core, *state);
  [publisher release];
}

Status ClosedStatus() {
  return Fail(kClosed);
}

}  // namespace

namespace onair::apple {

PublisherHandle& HandleOf(ONPublisher* publisher) {
  return [publisher handle];
}

}  // namespace onair::apple

@implementation ONPublisher

- (Core&)core {
  return *static_cast<Core*>(_core);
}
- (PublisherHandle&)handle {
  return *[self core].handle;
}

- (instancetype)initWithConfiguration:(ONPublisherConfiguration*)configuration
                             delegate:(id<ONPublisherDelegate>)delegate
                        delegateQueue:(NSOperationQueue*)queue
                                error:(NSError**)error {
  if (!(self = [super init])) return nil;
  const auto config = ReadPublisher(configuration);
  Core* core = new Core(delegate, queue, config ? config->urls.size() : 0);
  _core = core;
  auto handle = config ? PublisherHandle::Open(*config, core->ear.strand().executor(),
                                               [publisher = self, core](const PublishEvent& event) {
                                                 Hear(publisher, *core, event);
                                               })
                       : Result<std::unique_ptr<PublisherHandle>>(Forward(config));
  if (handle) {
    core->handle = std::move(*handle);
    return self;
  }
  if (error != nullptr) *error = ErrorOf(handle.error());
  [self release];
  return nil;
}

- (NSOperationQueue*)delegateQueue {
  return [self core].ear.strand().queue();
}
- (int64_t)containedExceptions {
  return [self core].ear.raised();
}

// Only the first call's completion waits; the others are told by themselves.
- (Status)begin:(Completion)completion {
  Core& core = [self core];
  if (core.ear.is_closed()) return ClosedStatus();
  bool is_first = false;
  {
    const runtime::MutexLock lock(core.mutex);
    is_first = !std::exchange(core.is_started, true);
    if (is_first) core.started = std::move(completion);
  }
  auto status = is_first ? core.handle->Start() : Status(Fail(kAlreadyStarted));
  if (status) return status;
  Completion refused = std::move(completion);
  if (is_first) {
    const runtime::MutexLock lock(core.mutex);
    refused = std::move(core.started);
  }
  core.ear.Tell(std::move(refused), status.error());
  return status;
}

- (BOOL)start:(NSError**)error {
  return Answer([self begin:Completion()], error);
}

- (void)startWithCompletion:(ONCompletion)block {
  Core& core = [self core];
  if (core.ear.is_closed()) return core.ear.Tell(Completion(block), kClosed);
  (void)[self begin:Completion(block)];
}

- (void)stop {
  if (![self core].ear.is_closed()) [self handle].Stop();
}

- (void)stopWithCompletion:(ONCompletion)block {
  Core& core = [self core];
  Completion now;
  std::optional<Error> outcome;
  {
    const runtime::MutexLock lock(core.mutex);
    const bool is_over = !core.is_started || core.endings.has_all_ended();
    if (is_over || core.ear.is_closed()) {
      now = Completion(block);
      outcome = core.endings.stop_error();
    } else {
      core.stopped.emplace_back(block);
    }
  }
  [self stop];
  core.ear.Tell(std::move(now), outcome);
}

- (void)close {
  Core& core = [self core];
  if (!core.ear.BeginClose()) return;
  if (core.handle) core.handle->Close();
  core.ear.ReleaseDelegate();
  Completion started;
  std::vector<Completion> stopped;
  std::optional<Error> outcome;
  {
    const runtime::MutexLock lock(core.mutex);
    started = std::move(core.started);
    stopped.swap(core.stopped);
    outcome = core.endings.stop_error();
  }
  core.ear.Tell(std::move(started), kClosed);
  core.ear.TellAll(std::move(stopped), outcome);
}

- (void)pushPicture:(ONPicture*)picture
         capturedAt:(NSTimeInterval)time
           rotation:(ONRotation)rotation {
  if (picture == nil || [self core].ear.is_closed()) return;
  [self handle].PushPicture(FrameOf(picture), time, RotationOf(rotation));
}

- (BOOL)pushSound:(const float*)samples
       frameCount:(NSUInteger)frameCount
       sampleRate:(NSInteger)sampleRate
         channels:(NSInteger)channels
       capturedAt:(NSTimeInterval)time
            error:(NSError**)error {
  if ([self core].ear.is_closed()) return Answer(ClosedStatus(), error);
  return Answer([self handle].PushSound({samples, frameCount, sampleRate, channels, time}), error);
}

- (void)setMuted:(BOOL)muted {
  [self handle].SetMuted(muted ? Mute::kOn : Mute::kOff);
}
- (void)pause {
  [self handle].Pause();
}
- (void)resume {
  [self handle].Resume();
}

- (BOOL)limitBitsPerSecond:(int64_t)bitsPerSecond
           framesPerSecond:(double)framesPerSecond
                     error:(NSError**)error {
  return Answer([self handle].SetLimits(bitsPerSecond, framesPerSecond), error);
}

- (BOOL)setBeautySmooth:(float)smooth
                 whiten:(float)whiten
                  ruddy:(float)ruddy
                sharpen:(float)sharpen
                  error:(NSError**)error {
  return Answer([self handle].SetBeauty(
                    {.smooth = smooth, .whiten = whiten, .ruddy = ruddy, .sharpen = sharpen}),
                error);
}

- (BOOL)networkChangedToAddress:(NSString*)address error:(NSError**)error {
  if ([self core].ear.is_closed()) return Answer(ClosedStatus(), error);
  return Answer([self handle].NetworkChanged(TextOf(address)), error);
}

- (ONPublisherStatistics*)statistics {
  return StatisticsOf([self handle].stats().value_or(PublisherStats{}));
}

- (void)dealloc {
  if (_core != nullptr) [self close];
  delete static_cast<Core*>(_core);
  [super dealloc];
}

@end
