// SPDX-License-Identifier: Apache-2.0
#import <Onair/ONPlayer.h>

#include <memory>
#include <utility>

#include "platform/apple/bridge/app_call.h"
#include "platform/apple/bridge/player_handle.h"
#import "platform/apple/foundation/configuration.h"
#import "platform/apple/foundation/picture.h"
#import "platform/apple/foundation/player_teller.h"
#import "platform/apple/foundation/statistics.h"
#import "platform/apple/foundation/stops.h"

using namespace onair;
using namespace onair::apple;

namespace {

struct Core {
  Core(id delegate, NSOperationQueue* queue) : ear(delegate, queue) {}

  Ear ear;
  std::unique_ptr<PlayerHandle> handle;
  Stops stops;
};

// On the strand. `player` is there: it waits for us before it goes.
void Hear(ONPlayer* player, Core& core, const PlayEvent& event) {
  core.ear.Hear(player, [&] {
    core.ear.Count(TellPlayer(player, core.ear.delegate(), event));
    const auto* state = std::get_if<PlayStateEvent>(&event);
    if (state == nullptr) return;
    if (state->state != PlayState::kEnded) return core.stops.Begin();
    core.stops.End(core.ear, state->error);
  });
}

// Of a display. The source is the player's, which lives as long.
struct Surface {
  ONPlayer* player = nil;
  std::shared_ptr<PictureSource> pictures;
};

}  // namespace

@interface ONPictureSurface (Player)
- (instancetype)initWithPlayer:(ONPlayer*)player;
@end

@implementation ONPlayer

- (Core&)core {
  return *static_cast<Core*>(_core);
}
- (PlayerHandle&)handle {
  return *[self core].handle;
}

- (instancetype)initWithConfiguration:(ONPlayerConfiguration*)configuration
                             delegate:(id<ONPlayerDelegate>)delegate
                        delegateQueue:(NSOperationQueue*)queue
                                error:(NSError**)error {
  if (!(self = [super init])) return nil;
  const auto config = ReadPlayer(configuration);
  Core* core = new Core(delegate, queue);
  _core = core;
  const Sound sound = configuration.playsSound ? Sound::kPulled : Sound::kNone;
  auto handle = config ? PlayerHandle::Open(*config, sound, core->ear.strand().executor(),
                                            [player = self, core](const PlayEvent& event) {
                                              Hear(player, *core, event);
                                            })
                       : Result<std::unique_ptr<PlayerHandle>>(Forward(config));
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

- (BOOL)start:(NSError**)error {
  Core& core = [self core];
  auto status = core.ear.CheckOpen();
  if (status) status = core.handle->Start();
  if (status) core.stops.Begin();
  return Answer(status, error);
}

- (void)stop {
  if (![self core].ear.is_closed()) [self handle].Stop();
}

- (void)stopWithCompletion:(void (^)(NSError*))block {
  [self stop];
  [self core].stops.Add([self core].ear, Completion(block));
}

- (void)close {
  Core& core = [self core];
  if (!core.ear.BeginClose()) return;
  if (!AppCall::IsUnderWay()) return [self finish];
  core.ear.Deafen();
  [self retain];
  Elsewhere([player = self] {
    [player finish];
    [player release];
  });
}

// What -close may have to wait for.
- (void)finish {
  Core& core = [self core];
  if (core.handle) core.handle->Close();
  core.ear.ReleaseDelegate();
  core.stops.Close(core.ear, std::nullopt);
}

- (ONPicture*)takePictureAt:(NSTimeInterval)time {
  if ([self core].ear.is_closed()) return nil;
  auto frame = [self handle].TakePicture(time);
  return frame ? PictureOf(std::move(*frame)) : nil;
}

- (ONPicture*)shownPicture {
  auto frame = [self handle].ShownPicture();
  return frame ? PictureOf(std::move(*frame)) : nil;
}

- (ONPictureSurface*)handOverPictures {
  return [[[ONPictureSurface alloc] initWithPlayer:self] autorelease];
}

- (BOOL)switchToURL:(NSString*)url error:(NSError**)error {
  if (const auto open = [self core].ear.CheckOpen(); !open) return Answer(open, error);
  return Answer([self handle].SwitchTo(TextOf(url)), error);
}
- (BOOL)pinQuality:(NSUInteger)index error:(NSError**)error {
  if (const auto open = [self core].ear.CheckOpen(); !open) return Answer(open, error);
  return Answer([self handle].PinQuality(index), error);
}
- (BOOL)chooseQuality:(NSError**)error {
  if (const auto open = [self core].ear.CheckOpen(); !open) return Answer(open, error);
  return Answer([self handle].ChooseQuality(), error);
}

- (BOOL)pullSound:(float*)samples
         capacity:(NSUInteger)capacity
       frameCount:(NSUInteger)frameCount
          heardAt:(NSTimeInterval)time
       sampleRate:(NSInteger*)sampleRate
         channels:(NSInteger*)channels
            error:(NSError**)error {
  AudioFormat format;
  const auto status = [self handle].PullSound({samples, capacity}, frameCount, time, format);
  *sampleRate = format.sample_rate;
  *channels = format.channels;
  return Answer(status, error);
}

- (void)setVolume:(double)gain {
  [self handle].SetVolume(gain);
}
- (void)setMuted:(BOOL)muted {
  [self handle].SetMuted(muted ? Mute::kOn : Mute::kOff);
}
- (BOOL)pause:(NSError**)error {
  return Answer([self handle].Pause(), error);
}
- (BOOL)resume:(NSError**)error {
  return Answer([self handle].Resume(), error);
}
- (BOOL)seekToPosition:(NSTimeInterval)position error:(NSError**)error {
  return Answer([self handle].Seek(position), error);
}
- (BOOL)setRepeats:(BOOL)repeats error:(NSError**)error {
  return Answer([self handle].SetRepeat(repeats ? Repeat::kForever : Repeat::kOnce), error);
}

- (void)snapshotToFile:(NSString*)path {
  [self handle].TakeSnapshot(TextOf(path));
}
- (BOOL)startRecordingToFile:(NSString*)path error:(NSError**)error {
  return Answer([self handle].StartRecording(TextOf(path)), error);
}
- (void)stopRecording {
  [self handle].StopRecording();
}

- (BOOL)networkChangedToAddress:(NSString*)address error:(NSError**)error {
  if (const auto open = [self core].ear.CheckOpen(); !open) return Answer(open, error);
  return Answer([self handle].NetworkChanged(TextOf(address)), error);
}

- (ONPlayerStatistics*)statistics {
  return StatisticsOf([self handle].stats().value_or(PlayerStats{}));
}

- (void)dealloc {
  // Called once more, where it may wait. Nobody but ourselves has it any more meanwhile.
  if (_core != nullptr && AppCall::IsUnderWay()) {
    [self core].ear.Deafen();
    return Elsewhere([player = self] { [player dealloc]; });
  }
  if (_core != nullptr) [self close];
  delete static_cast<Core*>(_core);
  [super dealloc];
}

@end

@implementation ONPictureSurface

- (instancetype)initWithPlayer:(ONPlayer*)player {
  if ((self = [super init])) {
    _core = new Surface{[player retain], [player handle].HandOverPictures()};
  }
  return self;
}

- (ONPicture*)takePictureAt:(NSTimeInterval)time {
  const auto* surface = static_cast<Surface*>(_core);
  if (surface == nullptr || surface->pictures == nullptr) return nil;
  auto frame = TakeFrom(*surface->pictures, time);
  return frame ? PictureOf(std::move(*frame)) : nil;
}

- (void)dealloc {
  auto* surface = static_cast<Surface*>(_core);
  if (surface != nullptr) {
    surface->pictures.reset();
    [surface->player release];
  }
  delete surface;
  [super dealloc];
}

@end
