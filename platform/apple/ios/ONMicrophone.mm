// SPDX-License-Identifier: Apache-2.0
#import <AVFoundation/AVFoundation.h>
#import <OnairApple/ONSoundDevice.h>

#include <vector>

#include "platform/apple/bridge/publisher_handle.h"
#import "platform/apple/foundation/error.h"
#import "platform/apple/foundation/publisher.h"

using namespace onair;
using namespace onair::apple;

namespace {

struct Core {
  ONPublisher* publisher = nil;
  AVAudioEngine* engine = nil;  // Null: off.
  BOOL cancels_echos = NO;
  std::vector<float> samples;  // Of the tap.
};

// Sound that the system gives in blocks of this many frames; it may choose others.
constexpr AVAudioFrameCount kTapFrames = 1024;

void Push(Core& core, AVAudioPCMBuffer* buffer) {
  const NSUInteger channels = buffer.format.channelCount < 2 ? 1 : 2;
  const NSUInteger frames = buffer.frameLength;
  if (buffer.floatChannelData == nullptr || frames == 0) return;
  core.samples.resize(frames * channels);
  for (NSUInteger channel = 0; channel < channels; ++channel) {
    const float* from = buffer.floatChannelData[channel];
    for (NSUInteger i = 0; i < frames; ++i) {
      core.samples[i * channels + channel] = from[i * buffer.stride];
    }
  }
  const double length = static_cast<double>(frames) / buffer.format.sampleRate;
  (void)HandleOf(core.publisher)
      .PushSound({core.samples.data(), frames, static_cast<std::int64_t>(buffer.format.sampleRate),
                  static_cast<std::int64_t>(channels), ONNow() - length});
}

}  // namespace

@implementation ONMicrophone

- (Core&)core {
  return *static_cast<Core*>(_core);
}

- (instancetype)initWithPublisher:(ONPublisher*)publisher cancelsEchos:(BOOL)cancelsEchos {
  if (!(self = [super init])) return nil;
  Core* core = new Core;
  core->publisher = [publisher retain];
  core->cancels_echos = cancelsEchos;
  _core = core;
  return self;
}

- (BOOL)startDevice:(NSError**)error {
  Core* core = static_cast<Core*>(_core);
  [self stopDevice];
  AVAudioEngine* engine = [[AVAudioEngine alloc] init];
  AVAudioInputNode* input = engine.inputNode;
  if (core->cancels_echos) [input setVoiceProcessingEnabled:YES error:NULL];
  // The device's own format; none where there is no microphone.
  AVAudioFormat* format = [input outputFormatForBus:0];
  if (format.sampleRate <= 0 || format.channelCount == 0) {
    [engine release];
    return Answer(Fail(ErrorCode::kDeviceAbsent, "microphone"), error);
  }
  [input installTapOnBus:0
              bufferSize:kTapFrames
                  format:format
                   block:^(AVAudioPCMBuffer* buffer, AVAudioTime* when) {
                     Push(*core, buffer);
                   }];
  NSError* refused = nil;
  if (![engine startAndReturnError:&refused]) {
    [input removeTapOnBus:0];
    [engine release];
    return Answer(Fail(ErrorCode::kDeviceBusy, "microphone", static_cast<int>([refused code])),
                  error);
  }
  core->engine = engine;
  return YES;
}

- (void)stopDevice {
  Core& core = [self core];
  if (core.engine == nil) return;
  [core.engine.inputNode removeTapOnBus:0];
  [core.engine stop];
  [core.engine release];
  core.engine = nil;
}

- (void)dealloc {
  [self stopDevice];
  [[self core].publisher release];
  delete static_cast<Core*>(_core);
  [super dealloc];
}

@end
