// SPDX-License-Identifier: Apache-2.0
#import <Onair/ONPlayer.h>

#include <memory>
#include <utility>
#include <vector>

#include "platform/apple/bridge/player_handle.h"
#import "platform/apple/foundation/configuration.h"
#import "platform/apple/foundation/ear.h"
#import "platform/apple/foundation/picture.h"
#import "platform/apple/foundation/statistics.h"

using namespace onair;
using namespace onair::apple;

namespace {

const Error kClosed{ErrorCode::kInvalidState, "closed"};

struct Core {
  Core(id delegate, NSOperationQueue* queue) : ear(delegate, queue) {}

  Ear ear;
  std::unique_ptr<PlayerHandle> handle;

  runtime::Mutex mutex;
  bool is_started ONAIR_GUARDED_BY(mutex) = false;
  bool has_ended ONAIR_GUARDED_BY(mutex) = false;
  std::optional<Error> end ONAIR_GUARDED_BY(mutex);
  // One for each time that the app asks, until the end.
  std::vector<Completion> stopped ONAIR_GUARDED_BY(mutex);
};

// Tells the delegate one event; the answer is whether it raised nothing.
struct Teller {
  ONPlayer* player;
  id<ONPlayerDelegate> delegate;

  BOOL Hears(SEL message) const { return [delegate respondsToSelector:message]; }

  BOOL operator()(const PlayStateEvent& event) const {
    if (!Hears(@selector(player:didChangeState:error:retryDelay:))) return YES;
    const auto state = static_cast<ONPlayState>(event.state);
    NSError* error = ErrorOf(event.error);
    const NSTimeInterval delay = SecondsOf(event.retry_in);
    return ONContained(^{
      [delegate player:player didChangeState:state error:error retryDelay:delay];
    });
  }
  BOOL operator()(const FirstPictureEvent& event) const {
    if (!Hears(@selector(player:didShowFirstPictureAfter:))) return YES;
    const NSTimeInterval delay = SecondsOf(event.since_start);
    return ONContained(^{
      [delegate player:player didShowFirstPictureAfter:delay];
    });
  }
  BOOL operator()(const TracksEvent& event) const {
    if (!Hears(@selector(player:didFindTracksWithWidth:height:))) return YES;
    const auto& video = event.tracks.video;
    const NSInteger width = video ? video->size.width : 0;
    const NSInteger height = video ? video->size.height : 0;
    return ONContained(^{
      [delegate player:player didFindTracksWithWidth:width height:height];
    });
  }
  BOOL operator()(const SoundFailedEvent& event) const {
    if (!Hears(@selector(player:soundDidFail:))) return YES;
    NSError* error = ErrorOf(event.error);
    return ONContained(^{
      [delegate player:player soundDidFail:error];
    });
  }
  BOOL operator()(const SnapshotEvent& event) const {
    if (!Hears(@selector(player:didSnapshotToFile:error:))) return YES;
    NSString* path = TextOf(event.path);
    NSError* error = ErrorOf(event.error);
    return ONContained(^{
      [delegate player:player didSnapshotToFile:path error:error];
    });
  }
  BOOL operator()(const RecordingEvent& event) const {
    NSString* path = TextOf(event.path);
    NSError* error = ErrorOf(event.error);
    if (event.state == RecordingState::kBegan) {
      if (!Hears(@selector(player:didBeginRecordingFile:))) return YES;
      return ONContained(^{
        [delegate player:player didBeginRecordingFile:path];
      });
    }
    if (!Hears(@selector(player:didEndRecordingFile:error:))) return YES;
    return ONContained(^{
      [delegate player:player didEndRecordingFile:path error:error];
    });
  }
  BOOL operator()(const StreamDataEvent& event) const {
    if (!Hears(@selector(player:didReceiveData:kind:))) return YES;
    NSData* data = [NSData dataWithBytes:event.payload.data() length:event.payload.size()];
    const NSInteger kind = event.kind;
    return ONContained(^{
      [delegate player:player didReceiveData:data kind:kind];
    });
  }
  // Of what this face does not offer: seeking, switching between addresses.
  template <typename Other>
  BOOL operator()(const Other&) const {
    return YES;
  }
};

void TellCompletion(Core& core, const PlayStateEvent& event) {
  if (event.state != PlayState::kEnded) return;
  std::vector<Completion> stopped;
  {
    const runtime::MutexLock lock(core.mutex);
    core.has_ended = true;
    core.end = event.error;
    stopped.swap(core.stopped);
  }
  core.ear.TellNow(std::move(stopped), event.error);
}

// On the strand. `player` is there: it waits for us before it goes.
void Hear(ONPlayer* player, Core& core, const PlayEvent& event) {
  [player retain];  // The delegate may let go of it.
  const Teller teller{player, core.ear.delegate()};
  core.ear.Count(std::visit(teller, event));
  if (const auto* state = std::get_if<PlayStateEvent>(&event)) TellCompletion(core, *state);
  [player release];
}

}  // namespace

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
  if (core.ear.is_closed()) return Answer(Fail(kClosed), error);
  {
    const runtime::MutexLock lock(core.mutex);
    core.is_started = true;
  }
  return Answer(core.handle->Start(), error);
}

- (void)stop {
  if (![self core].ear.is_closed()) [self handle].Stop();
}

- (void)stopWithCompletion:(void (^)(NSError*))block {
  Core& core = [self core];
  Completion now;
  std::optional<Error> outcome;
  {
    const runtime::MutexLock lock(core.mutex);
    if (!core.is_started || core.has_ended || core.ear.is_closed()) {
      now = Completion(block);
      outcome = core.end;
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
  std::vector<Completion> stopped;
  {
    const runtime::MutexLock lock(core.mutex);
    stopped.swap(core.stopped);
  }
  core.ear.TellAll(std::move(stopped), std::nullopt);
}

- (ONPicture*)takePictureAt:(NSTimeInterval)time {
  if ([self core].ear.is_closed()) return nil;
  auto frame = [self handle].TakePicture(time);
  return frame ? PictureOf(std::move(*frame)) : nil;
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
  if ([self core].ear.is_closed()) return Answer(Fail(kClosed), error);
  return Answer([self handle].NetworkChanged(TextOf(address)), error);
}

- (ONPlayerStatistics*)statistics {
  return StatisticsOf([self handle].stats().value_or(PlayerStats{}));
}

- (void)dealloc {
  if (_core != nullptr) [self close];
  delete static_cast<Core*>(_core);
  [super dealloc];
}

@end
