// SPDX-License-Identifier: Apache-2.0
#import <OnairApple/ONBroadcastSampleHandler.h>
#include <os/proc.h>

#include <array>
#include <atomic>

#include "platform/apple/bridge/publisher_handle.h"
#import "platform/apple/foundation/error.h"
#import "platform/apple/foundation/publisher.h"
#include "platform/apple/ios/host_clock.h"
#include "platform/apple/ios/pixel_buffer.h"
#include "platform/apple/policy/broadcast_budget.h"
#include "platform/apple/policy/pcm.h"

using namespace onair;
using namespace onair::apple;

namespace {

struct Core {
  ONPublisherConfiguration* configuration = nil;  // Nil: nothing goes live, or not any more.
  ONPublisher* publisher = nil;  // From the first picture on, whose size it is made for.
  BroadcastBudget budget;        // Of ReplayKit's thread.
  std::atomic<std::int64_t> refused{0};
};

// How ReplayKit says that the screen is held (EXIF's orientations).
Rotation TurnOf(CMSampleBufferRef sample) {
  const auto number = static_cast<CFNumberRef>(
      CMGetAttachment(sample, (CFStringRef)RPVideoSampleOrientationKey, nullptr));
  std::int64_t orientation = 1;
  if (number != nullptr) CFNumberGetValue(number, kCFNumberSInt64Type, &orientation);
  switch (orientation) {
    case 3:
      return Rotation::k180;
    case 6:
      return Rotation::k90;
    case 8:
      return Rotation::k270;
    default:
      return Rotation::k0;
  }
}

PcmLayout LayoutOf(const AudioStreamBasicDescription& format) {
  PcmLayout layout;
  const bool is_float = (format.mFormatFlags & kAudioFormatFlagIsFloat) != 0;
  const bool is_big = (format.mFormatFlags & kAudioFormatFlagIsBigEndian) != 0;
  const bool is_planar = (format.mFormatFlags & kAudioFormatFlagIsNonInterleaved) != 0;
  layout.kind = is_float ? PcmLayout::Kind::kFloat32 : PcmLayout::Kind::kInt16;
  layout.order = is_big ? PcmLayout::Order::kBig : PcmLayout::Order::kLittle;
  layout.planes = is_planar ? PcmLayout::Planes::kOneEach : PcmLayout::Planes::kInterleaved;
  layout.channels = static_cast<int>(format.mChannelsPerFrame);
  return layout;
}

void PushSound(ONPublisher* publisher, CMSampleBufferRef sample) {
  CMFormatDescriptionRef description = CMSampleBufferGetFormatDescription(sample);
  const auto* format = CMAudioFormatDescriptionGetStreamBasicDescription(description);
  const std::uint32_t bits = format == nullptr ? 0 : format->mBitsPerChannel;
  if (bits != 16 && bits != 32) return;
  if (format->mChannelsPerFrame < 1 || format->mChannelsPerFrame > 2) return;
  // Room for a buffer a channel.
  struct {
    AudioBufferList list;
    AudioBuffer second;
  } buffers{};
  CfRef<CMBlockBufferRef> block;
  const OSStatus got = CMSampleBufferGetAudioBufferListWithRetainedBlockBuffer(
      sample, nullptr, &buffers.list, sizeof(buffers), kCFAllocatorDefault, kCFAllocatorDefault, 0,
      block.out());
  if (got != noErr) return;
  std::array<std::span<const std::uint8_t>, 2> planes;
  const AudioBuffer* first = buffers.list.mBuffers;
  for (std::size_t i = 0; i < planes.size() && i < buffers.list.mNumberBuffers; ++i) {
    planes[i] = {static_cast<const std::uint8_t*>(first[i].mData), first[i].mDataByteSize};
  }
  const auto frames = static_cast<std::size_t>(CMSampleBufferGetNumSamples(sample));
  const PcmLayout layout = LayoutOf(*format);
  const auto floats = ToFloats(planes, layout, frames);
  if (floats.empty()) return;
  (void)HandleOf(publisher).PushSound({floats.data(), frames,
                                       static_cast<std::int64_t>(format->mSampleRate),
                                       layout.channels, CapturedAtOf(sample)});
}

}  // namespace

// Ends the broadcast when every destination has ended and the last one with an error.
@interface ONBroadcastEnd : NSObject <ONPublisherDelegate> {
 @public
  ONBroadcastSampleHandler* handler;  // Not retained: it closes its publisher before it goes.
  NSUInteger left;
}
@end

@implementation ONBroadcastEnd
- (void)publisher:(ONPublisher*)publisher
       destination:(NSUInteger)destination
    didChangeState:(ONPublishState)state
             error:(NSError*)error
        retryDelay:(NSTimeInterval)delay {
  if (state != ONPublishStateEnded || left == 0) return;
  if (--left == 0 && error != nil) [handler finishBroadcastWithError:error];
}
@end

@implementation ONBroadcastSampleHandler

- (Core&)core {
  if (_core == nullptr) _core = new Core;
  return *static_cast<Core*>(_core);
}

- (ONPublisherConfiguration*)configurationForSetupInfo:(NSDictionary<NSString*, NSObject*>*)info {
  return nil;
}
- (ONBroadcastSound)sound {
  return ONBroadcastSoundApp;
}
- (int64_t)picturesRefused {
  return [self core].refused;
}

- (void)broadcastStartedWithSetupInfo:(NSDictionary<NSString*, NSObject*>*)info {
  Core& core = [self core];
  [core.configuration release];
  core.configuration = [[self configurationForSetupInfo:info] copy];
  if (core.configuration != nil) return;
  [self finishBroadcastWithError:ErrorOf(Error{ErrorCode::kInvalidConfig, "configuration"})];
}

- (void)broadcastPaused {
  [[self core].publisher pause];
}
- (void)broadcastResumed {
  [[self core].publisher resume];
}
- (void)broadcastFinished {
  [[self core].publisher close];
}

// Sizes are known with the first picture.
- (BOOL)goLiveWithScreen:(PictureSize)screen {
  Core& core = [self core];
  const PictureSize size = BroadcastBudget::SizeFor(screen);
  core.configuration.video.width = size.width;
  core.configuration.video.height = size.height;
  core.configuration.encoder = ONCoderChoiceHardware;
  ONBroadcastEnd* end = [[[ONBroadcastEnd alloc] init] autorelease];
  end->handler = self;
  end->left = [core.configuration.URLs count];
  NSError* error = nil;
  core.publisher = [[ONPublisher alloc] initWithConfiguration:core.configuration
                                                     delegate:end
                                                delegateQueue:nil
                                                        error:&error];
  if (core.publisher != nil && [core.publisher start:&error]) return YES;
  [core.publisher release];
  core.publisher = nil;
  [core.configuration release];
  core.configuration = nil;  // The pictures to come try no more.
  [self finishBroadcastWithError:error];
  return NO;
}

- (void)pushPicture:(CMSampleBufferRef)sample {
  Core& core = [self core];
  CVImageBufferRef buffer = CMSampleBufferGetImageBuffer(sample);
  if (buffer == nullptr || core.configuration == nil) return;
  const PictureSize screen{static_cast<int>(CVPixelBufferGetWidth(buffer)),
                           static_cast<int>(CVPixelBufferGetHeight(buffer))};
  if (core.publisher == nil && ![self goLiveWithScreen:screen]) return;
  if (!core.budget.TakesPicture(os_proc_available_memory(), CVPixelBufferGetDataSize(buffer))) {
    core.refused = core.budget.refused();
    return;
  }
  const auto frame = FrameOn(buffer);
  if (!frame) return;
  HandleOf(core.publisher).PushPicture(*frame, CapturedAtOf(sample), TurnOf(sample));
}

- (void)processSampleBuffer:(CMSampleBufferRef)sample withType:(RPSampleBufferType)type {
  switch (type) {
    case RPSampleBufferTypeVideo:
      return [self pushPicture:sample];
    case RPSampleBufferTypeAudioApp:
      if ([self sound] != ONBroadcastSoundApp) return;
      break;
    case RPSampleBufferTypeAudioMic:
      if ([self sound] != ONBroadcastSoundMicrophone) return;
      break;
  }
  if ([self core].publisher != nil) PushSound([self core].publisher, sample);
}

- (void)dealloc {
  Core& core = [self core];
  [core.publisher close];
  [core.publisher release];
  [core.configuration release];
  delete &core;
  [super dealloc];
}

@end
