// SPDX-License-Identifier: Apache-2.0
#import <Onair/ONPublisher.h>

#include <map>
#include <memory>
#include <utility>

#include "platform/apple/bridge/app_call.h"
#include "platform/apple/bridge/endings.h"
#include "platform/apple/bridge/guarded.h"
#include "platform/apple/bridge/publisher_handle.h"
#import "platform/apple/foundation/app_filter.h"
#import "platform/apple/foundation/configuration.h"
#import "platform/apple/foundation/effects.h"
#import "platform/apple/foundation/encoded.h"
#import "platform/apple/foundation/picture.h"
#import "platform/apple/foundation/publisher.h"
#import "platform/apple/foundation/publisher_teller.h"
#import "platform/apple/foundation/refresher.h"
#import "platform/apple/foundation/statistics.h"
#import "platform/apple/foundation/stops.h"

using namespace onair;
using namespace onair::apple;

namespace {

const Error kAlreadyStarted{ErrorCode::kInvalidState, "already started"};

struct Core {
  Core(id delegate, NSOperationQueue* queue, std::size_t destinations)
      : ear(delegate, queue), endings(destinations) {}

  Ear ear;
  std::unique_ptr<PublisherHandle> handle;
  Stops stops;

  runtime::Mutex mutex;
  Endings endings ONAIR_GUARDED_BY(mutex);
  bool is_started ONAIR_GUARDED_BY(mutex) = false;
  Completion started ONAIR_GUARDED_BY(mutex);
  std::map<const void*, FilterId> filters ONAIR_GUARDED_BY(mutex);
};

// Both that are due by now; told behind the delegate.
void TellCompletions(Core& core, const PublishStateEvent& event) {
  Completion started;
  std::optional<Error> start_error;
  std::optional<Error> stop_error;
  bool has_all_ended = false;
  {
    const runtime::MutexLock lock(core.mutex);
    core.endings.Hear(event);
    start_error = core.endings.start_error();
    stop_error = core.endings.stop_error();
    has_all_ended = core.endings.has_all_ended();
    if (core.endings.has_start_ended()) started = std::move(core.started);
  }
  core.ear.Count(started.Tell(start_error));
  if (has_all_ended) core.stops.End(core.ear, stop_error);
}

// On the strand. `publisher` is there: it waits for us before it goes.
void Hear(ONPublisher* publisher, Core& core, const PublishEvent& event) {
  core.ear.Hear(publisher, [&] {
    core.ear.Count(TellPublisher(publisher, core.ear.delegate(), event));
    if (const auto* state = std::get_if<PublishStateEvent>(&event)) TellCompletions(core, *state);
  });
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
  auto config = ReadPublisher(configuration);
  Core* core = new Core(delegate, queue, config ? config->urls.size() : 0);
  _core = core;
  if (config && configuration.URLRefresher != nil) {
    config->refresh_url =
        [publisher = self, core, refresher = Refresher(configuration.URLRefresher)](
            const PublisherConfig::UrlRequest& request, const PublisherConfig::AnswerUrl& answer) {
          // The block may let go of the publisher, and this with it.
          const Refresher held = refresher;
          Core* const heart = core;
          heart->ear.Hear(publisher, [&] { heart->ear.Count(held.Ask(request, answer)); });
        };
  }
  const std::string policy = TextOf(configuration.policy);
  auto handle = config ? PublisherHandle::Open(*config, policy, core->ear.strand().executor(),
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
  if (const auto open = core.ear.CheckOpen(); !open) return open;
  bool is_first = false;
  {
    const runtime::MutexLock lock(core.mutex);
    is_first = !std::exchange(core.is_started, true);
    if (is_first) core.started = std::move(completion);
  }
  auto status = is_first ? core.handle->Start() : Status(Fail(kAlreadyStarted));
  if (status) {
    core.stops.Begin();
    return status;
  }
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
  const auto open = core.ear.CheckOpen();
  if (!open) return core.ear.Tell(Completion(block), open.error());
  (void)[self begin:Completion(block)];
}

- (void)stop {
  if (![self core].ear.is_closed()) [self handle].Stop();
}

- (void)stopWithCompletion:(ONCompletion)block {
  [self stop];
  [self core].stops.Add([self core].ear, Completion(block));
}

- (void)close {
  Core& core = [self core];
  if (!core.ear.BeginClose()) return;
  if (!AppCall::IsUnderWay()) return [self finish];
  core.ear.Deafen();
  [self retain];
  Elsewhere([publisher = self] {
    [publisher finish];
    [publisher release];
  });
}

// What -close may have to wait for.
- (void)finish {
  Core& core = [self core];
  if (core.handle) core.handle->Close();
  core.ear.ReleaseDelegate();
  Completion started;
  std::optional<Error> outcome;
  {
    const runtime::MutexLock lock(core.mutex);
    started = std::move(core.started);
    outcome = core.endings.stop_error();
  }
  core.ear.Tell(std::move(started), core.ear.CheckOpen().error());
  core.stops.Close(core.ear, outcome);
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
  if (const auto open = [self core].ear.CheckOpen(); !open) return Answer(open, error);
  return Answer([self handle].PushSound({samples, frameCount, sampleRate, channels, time}), error);
}

- (BOOL)pushEncodedFrame:(ONEncodedFrame*)frame error:(NSError**)error {
  if (const auto open = [self core].ear.CheckOpen(); !open) return Answer(open, error);
  if (frame == nil) return Answer(Refuse("frame"), error);
  return Answer([self handle].PushEncoded(GivenOf(frame)), error);
}

- (void)setMuted:(BOOL)muted {
  [self handle].SetMuted(muted ? Mute::kOn : Mute::kOff);
}
- (void)pause {
  [self handle].Pause(nullptr);
}
- (void)pauseWithPicture:(ONPicture*)picture {
  [self handle].Pause(picture == nil ? nullptr : &FrameOf(picture));
}
- (void)resume {
  [self handle].Resume();
}

- (BOOL)limitBitsPerSecond:(int64_t)bitsPerSecond
           framesPerSecond:(double)framesPerSecond
                     error:(NSError**)error {
  return Answer([self handle].SetLimits(bitsPerSecond, framesPerSecond), error);
}

- (BOOL)setBeauty:(ONBeauty)beauty error:(NSError**)error {
  if (const auto open = [self core].ear.CheckOpen(); !open) return Answer(open, error);
  return Answer([self handle].SetBeauty(BeautyOf(beauty)), error);
}
- (BOOL)setColourTable:(ONColourTable*)table strength:(float)strength error:(NSError**)error {
  if (const auto open = [self core].ear.CheckOpen(); !open) return Answer(open, error);
  return Answer([self handle].SetColourTable({LutOf(table), strength}), error);
}
- (BOOL)setWatermark:(ONWatermark*)watermark error:(NSError**)error {
  if (const auto open = [self core].ear.CheckOpen(); !open) return Answer(open, error);
  if (watermark == nil) return Answer([self handle].SetWatermark(std::nullopt), error);
  auto mark = WatermarkOf(watermark);
  if (!mark) return Answer(Forward(mark), error);
  return Answer([self handle].SetWatermark(std::move(*mark)), error);
}
- (BOOL)setRegions:(NSArray*)regions error:(NSError**)error {
  if (const auto open = [self core].ear.CheckOpen(); !open) return Answer(open, error);
  auto all = RegionsOf(regions);
  if (!all) return Answer(Forward(all), error);
  return Answer([self handle].SetRegions(std::move(*all)), error);
}
- (void)setMirrored:(BOOL)mirrored {
  [self handle].SetMirror(mirrored ? beauty::Mirror::kLeftRight : beauty::Mirror::kOff);
}
- (BOOL)addFilter:(id<ONPictureFilter>)filter error:(NSError**)error {
  Core& core = [self core];
  if (const auto open = core.ear.CheckOpen(); !open) return Answer(open, error);
  const runtime::MutexLock lock(core.mutex);
  if (filter == nil || core.filters.count(filter) != 0) return Answer(Refuse("filter"), error);
  const auto id = core.handle->AddFilter(FilterOf(filter));
  if (!id) return Answer(Forward(id), error);
  core.filters.emplace(filter, *id);
  return YES;
}
- (void)removeFilter:(id<ONPictureFilter>)filter {
  Core& core = [self core];
  const runtime::MutexLock lock(core.mutex);
  const auto known = core.filters.find(filter);
  if (known == core.filters.end()) return;
  core.handle->RemoveFilter(known->second);
  core.filters.erase(known);
}

- (BOOL)networkChangedToAddress:(NSString*)address error:(NSError**)error {
  if (const auto open = [self core].ear.CheckOpen(); !open) return Answer(open, error);
  return Answer([self handle].NetworkChanged(TextOf(address), std::nullopt), error);
}
- (BOOL)networkChangedToAddress:(NSString*)address kind:(ONNetworkKind)kind error:(NSError**)error {
  if (const auto open = [self core].ear.CheckOpen(); !open) return Answer(open, error);
  const bool is_one = kind >= ONNetworkKindUnknown && kind <= ONNetworkKindEthernet;
  if (!is_one) return Answer(Refuse("kind"), error);
  return Answer([self handle].NetworkChanged(TextOf(address), static_cast<NetworkKind>(kind)),
                error);
}

- (ONPublisherStatistics*)statistics {
  return StatisticsOf([self handle].stats().value_or(PublisherStats{}));
}

- (void)dealloc {
  // Called once more, where it may wait. Nobody but ourselves has it any more meanwhile.
  if (_core != nullptr && AppCall::IsUnderWay()) {
    [self core].ear.Deafen();
    return Elsewhere([publisher = self] { [publisher dealloc]; });
  }
  if (_core != nullptr) [self close];
  delete static_cast<Core*>(_core);
  [super dealloc];
}

@end
