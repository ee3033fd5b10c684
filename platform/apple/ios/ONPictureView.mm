// SPDX-License-Identifier: Apache-2.0
#import <AVFoundation/AVFoundation.h>
#import <OnairApple/ONPictureView.h>
#import <QuartzCore/QuartzCore.h>

#import "platform/apple/foundation/picture.h"
#include "platform/apple/ios/pixel_buffer.h"

using namespace onair;
using namespace onair::apple;

namespace {

struct Core {
  ONPlayer* player = nil;
  ONPictureSurface* surface = nil;  // Of the player.
  CADisplayLink* link = nil;
  CfRef<CVPixelBufferPoolRef> pool;  // Of `size`.
  PictureSize size;
};

// Buffers that displays take: on surfaces that they share.
CfRef<CVPixelBufferPoolRef> PoolOf(PictureSize size) {
  NSDictionary* wishes = [NSDictionary
      dictionaryWithObjectsAndKeys:
          [NSNumber numberWithUnsignedInt:kCVPixelFormatType_420YpCbCr8BiPlanarVideoRange],
          (NSString*)kCVPixelBufferPixelFormatTypeKey, [NSNumber numberWithInt:size.width],
          (NSString*)kCVPixelBufferWidthKey, [NSNumber numberWithInt:size.height],
          (NSString*)kCVPixelBufferHeightKey, [NSDictionary dictionary],
          (NSString*)kCVPixelBufferIOSurfacePropertiesKey, nil];
  CfRef<CVPixelBufferPoolRef> pool;
  CVPixelBufferPoolCreate(kCFAllocatorDefault, nullptr, (CFDictionaryRef)wishes, pool.out());
  return pool;
}

// To be shown at once; empty where the system refuses.
CfRef<CMSampleBufferRef> SampleOf(Core& core, const Picture& picture) {
  if (!core.pool || core.size != picture.size()) {
    core.pool = PoolOf(picture.size());
    core.size = picture.size();
  }
  CfRef<CMSampleBufferRef> sample;
  CfRef<CVPixelBufferRef> buffer;
  if (!core.pool) return sample;
  CVPixelBufferPoolCreatePixelBuffer(kCFAllocatorDefault, core.pool.get(), buffer.out());
  if (!buffer || !CopyInto(picture, buffer.get())) return sample;
  CfRef<CMFormatDescriptionRef> format;
  CMVideoFormatDescriptionCreateForImageBuffer(kCFAllocatorDefault, buffer.get(), format.out());
  const CMSampleTimingInfo timing{kCMTimeInvalid, kCMTimeZero, kCMTimeInvalid};
  CMSampleBufferCreateReadyWithImageBuffer(kCFAllocatorDefault, buffer.get(), format.get(), &timing,
                                           sample.out());
  if (!sample) return sample;
  CFArrayRef all = CMSampleBufferGetSampleAttachmentsArray(sample.get(), true);
  if (all != nullptr && CFArrayGetCount(all) > 0) {
    auto* first = (CFMutableDictionaryRef)CFArrayGetValueAtIndex(all, 0);
    CFDictionarySetValue(first, kCMSampleAttachmentKey_DisplayImmediately, kCFBooleanTrue);
  }
  return sample;
}

}  // namespace

@implementation ONPictureView

+ (Class)layerClass {
  return [AVSampleBufferDisplayLayer class];
}

- (Core&)core {
  if (_core == nullptr) _core = new Core;
  return *static_cast<Core*>(_core);
}

- (ONPlayer*)player {
  return [self core].player;
}

- (void)setPlayer:(ONPlayer*)player {
  Core& core = [self core];
  [player retain];
  [core.player release];
  core.player = player;
  [core.surface release];
  core.surface = [[player handOverPictures] retain];
}

// The link retains its target: it lives only while the view is in a window.
- (void)didMoveToWindow {
  [super didMoveToWindow];
  Core& core = [self core];
  [core.link invalidate];
  core.link = nil;
  if (self.window == nil) return;
  core.link = [CADisplayLink displayLinkWithTarget:self selector:@selector(refresh:)];
  [core.link addToRunLoop:[NSRunLoop mainRunLoop] forMode:NSRunLoopCommonModes];
}

- (void)refresh:(CADisplayLink*)link {
  Core& core = [self core];
  const NSTimeInterval ahead = link.targetTimestamp - CACurrentMediaTime();
  ONPicture* picture = [core.surface takePictureAt:ONNow() + ahead];
  if (picture == nil) return;
  auto* layer = (AVSampleBufferDisplayLayer*)self.layer;
  layer.videoGravity = AVLayerVideoGravityResizeAspect;
  // A layer that was in the background has failed, and takes nothing until it is flushed.
  if (layer.status == AVQueuedSampleBufferRenderingStatusFailed) [layer flush];
  const auto sample = SampleOf(core, FrameOf(picture).picture);
  if (sample) [layer enqueueSampleBuffer:sample.get()];
}

- (void)dealloc {
  [[self core].surface release];
  [[self core].player release];
  delete static_cast<Core*>(_core);
  [super dealloc];
}

@end
