// SPDX-License-Identifier: Apache-2.0
#import <OnairApple/ONPixelBuffer.h>

#import "platform/apple/foundation/error.h"
#import "platform/apple/foundation/picture.h"
#include "platform/apple/ios/pixel_buffer.h"

@implementation ONPicture (PixelBuffer)

+ (instancetype)pictureWithPixelBuffer:(CVPixelBufferRef)buffer error:(NSError**)error {
  auto frame = onair::apple::FrameOn(buffer);
  if (frame) return onair::apple::PictureOf(std::move(*frame));
  if (error != nullptr) *error = onair::apple::ErrorOf(frame.error());
  return nil;
}

- (CVPixelBufferRef)copyPixelBuffer {
  return onair::apple::BufferOn(onair::apple::FrameOf(self).picture).Release();
}

- (BOOL)copyToPixelBuffer:(CVPixelBufferRef)buffer error:(NSError**)error {
  return onair::apple::Answer(onair::apple::CopyInto(onair::apple::FrameOf(self).picture, buffer),
                              error);
}

@end
