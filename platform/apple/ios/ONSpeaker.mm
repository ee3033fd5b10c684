// SPDX-License-Identifier: Apache-2.0
#import <AVFoundation/AVFoundation.h>
#import <OnairApple/ONSoundDevice.h>

#include <atomic>
#include <cstring>

#import "platform/apple/foundation/error.h"

using namespace onair;
using namespace onair::apple;

namespace {

// Source: ours; a device that another app gives back is asked for again soon enough.
constexpr std::int64_t kRetryNanoseconds = 1'000'000'000;

// The session's queue and the main thread both come here: what is not atomic is touched under
// @synchronized on the speaker, and by the device's thread as long as the engine runs.
struct Core {
  ONPlayer* player = nil;
  bool is_on = false;  // Wanted by the session, though a restart may have failed.
  AVAudioEngine* engine = nil;
  AVAudioSourceNode* source = nil;
  // What the device plays; what a stream had instead when the two differed.
  NSInteger sample_rate = 48000;
  NSInteger channels = 2;
  std::atomic<NSInteger> wanted_rate{0};
  std::atomic<NSInteger> wanted_channels{0};
};

// Fills the device's buffer; silence where the sound is of another format. On the device's thread:
// no allocation, no lock but the player's for a moment. Whether it was of another one.
bool Render(Core& core, AVAudioFrameCount frames, AudioBufferList* out) {
  auto* samples = static_cast<float*>(out->mBuffers[0].mData);
  const std::size_t capacity = out->mBuffers[0].mDataByteSize / sizeof(float);
  NSInteger rate = 0;
  NSInteger channels = 0;
  [core.player pullSound:samples
                capacity:capacity
              frameCount:frames
                 heardAt:0
              sampleRate:&rate
                channels:&channels
                   error:NULL];
  if (rate == 0 || (rate == core.sample_rate && channels == core.channels)) return false;
  std::memset(samples, 0, out->mBuffers[0].mDataByteSize);
  core.wanted_channels = channels;
  core.wanted_rate = rate;
  return true;
}

}  // namespace

@implementation ONSpeaker

- (Core&)core {
  return *static_cast<Core*>(_core);
}

- (instancetype)initWithPlayer:(ONPlayer*)player {
  if (!(self = [super init])) return nil;
  Core* core = new Core;
  core->player = [player retain];
  _core = core;
  return self;
}

- (BOOL)startDevice:(NSError**)error {
  @synchronized(self) {
    [self closeEngine];
    Core& core = [self core];
    core.wanted_rate = 0;  // Asked for again where it is still so.
    core.is_on = [self openEngine:error];
    return core.is_on;
  }
}

- (BOOL)openEngine:(NSError**)error {
  Core* core = static_cast<Core*>(_core);
  const double rate = static_cast<double>(core->sample_rate);
  const auto channels = static_cast<AVAudioChannelCount>(core->channels);
  AVAudioFormat* given = [[[AVAudioFormat alloc] initWithCommonFormat:AVAudioPCMFormatFloat32
                                                           sampleRate:rate
                                                             channels:channels
                                                          interleaved:YES] autorelease];
  AVAudioFormat* mixed =
      [[[AVAudioFormat alloc] initStandardFormatWithSampleRate:rate channels:channels] autorelease];
  ONSpeaker* speaker = self;  // Stops before it goes.
  core->source = [[AVAudioSourceNode alloc]
      initWithFormat:given
         renderBlock:^OSStatus(BOOL* isSilence, const AudioTimeStamp* when,
                               AVAudioFrameCount frames, AudioBufferList* out) {
           if (Render(*core, frames, out)) [speaker restartSoon];
           return noErr;
         }];
  core->engine = [[AVAudioEngine alloc] init];
  [core->engine attachNode:core->source];
  [core->engine connect:core->source to:core->engine.mainMixerNode format:mixed];
  NSError* refused = nil;
  if ([core->engine startAndReturnError:&refused]) return YES;
  [self closeEngine];
  return Answer(Fail(ErrorCode::kDeviceBusy, "speaker", static_cast<int>([refused code])), error);
}

// The stream is of another format: its next sounds are played by another source.
- (void)restartSoon {
  [self performSelectorOnMainThread:@selector(restart) withObject:nil waitUntilDone:NO];
}

- (void)restart {
  @synchronized(self) {
    Core& core = [self core];
    const NSInteger rate = core.wanted_rate.exchange(0);
    if (rate == 0 || !core.is_on) return;
    [self closeEngine];
    core.sample_rate = rate;
    core.channels = core.wanted_channels;
    NSError* error = nil;
    if ([self openEngine:&error]) return;
    NSLog(@"Onair: the speaker is silent, and tries again: %@", error);
    core.wanted_rate = rate;
  }
  dispatch_after(dispatch_time(DISPATCH_TIME_NOW, kRetryNanoseconds), dispatch_get_main_queue(), ^{
    [self restart];
  });
}

- (void)stopDevice {
  @synchronized(self) {
    [self core].is_on = false;
    [self closeEngine];
  }
}

- (void)closeEngine {
  Core& core = [self core];
  [core.engine stop];
  [core.engine release];
  [core.source release];
  core.engine = nil;
  core.source = nil;
}

- (void)dealloc {
  [self stopDevice];
  [[self core].player release];
  delete static_cast<Core*>(_core);
  [super dealloc];
}

@end
