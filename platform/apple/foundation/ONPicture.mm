// SPDX-License-Identifier: Apache-2.0
#import "platform/apple/foundation/picture.h"

#include <utility>

#include "platform/apple/bridge/media.h"
#import "platform/apple/foundation/error.h"
#import "platform/apple/foundation/held.h"
#include "platform/runtime/clock.h"

using namespace onair;
using namespace onair::apple;

NSTimeInterval ONNow(void) {
  return SecondsOf(runtime::Now());
}

@interface ONPicture (Frame)
- (instancetype)initWithFrame:(VideoFrame)frame;
- (const VideoFrame&)frame;
@end

namespace {

LentPixels PixelsIn(NSData* data, ONPixelFormat format, NSInteger width, NSInteger height) {
  LentPixels pixels{static_cast<PixelFormat>(format), width, height,
                    static_cast<const std::uint8_t*>([data bytes]), [data length]};
  return pixels;
}

ONPicture* Made(const Result<VideoFrame>& frame, NSError** error) {
  if (frame) return PictureOf(frame->Share());
  if (error != nullptr) *error = ErrorOf(frame.error());
  return nil;
}

// A block of memory that is longer than its picture was meant for another one.
Result<VideoFrame> CopyExact(LentPixels pixels) {
  const bool has_sides = pixels.width >= 1 && pixels.width <= kMaxPictureSide &&
                         pixels.height >= 1 && pixels.height <= kMaxPictureSide;
  if (has_sides) {
    FillTight(pixels);
    const auto chroma = static_cast<std::size_t>(ChromaSide(static_cast<int>(pixels.width))) *
                        static_cast<std::size_t>(ChromaSide(static_cast<int>(pixels.height)));
    const auto luma =
        static_cast<std::size_t>(pixels.width) * static_cast<std::size_t>(pixels.height);
    if (pixels.size != luma + 2 * chroma) return Fail(ErrorCode::kInvalidConfig, "data");
  }
  return CopyFrame(pixels);
}

}  // namespace

namespace onair::apple {

ONPicture* PictureOf(VideoFrame frame) {
  return [[[ONPicture alloc] initWithFrame:std::move(frame)] autorelease];
}
const VideoFrame& FrameOf(ONPicture* picture) {
  return [picture frame];
}
Rotation RotationOf(ONRotation rotation) {
  const bool is_one = rotation >= ONRotationNone && rotation <= ONRotation270;
  return is_one ? static_cast<Rotation>(rotation) : Rotation::k0;
}

}  // namespace onair::apple

@implementation ONPicture

+ (instancetype)pictureWithFormat:(ONPixelFormat)format
                            width:(NSInteger)width
                           height:(NSInteger)height
                             data:(NSData*)data
                            error:(NSError**)error {
  return Made(CopyExact(PixelsIn(data, format, width, height)), error);
}

+ (instancetype)pictureWithFormat:(ONPixelFormat)format
                            width:(NSInteger)width
                           height:(NSInteger)height
                       sharedData:(NSData*)data
                          offsets:(const size_t*)offsets
                          strides:(const size_t*)strides
                            error:(NSError**)error {
  LentPixels pixels = PixelsIn(data, format, width, height);
  for (std::size_t i = 0; i < PlaneCount(pixels.format); ++i) {
    pixels.offsets[i] = offsets[i];
    pixels.strides[i] = strides[i];
  }
  auto frame = ShareFrame(pixels, LetGo, [data retain]);
  if (!frame) [data release];
  return Made(frame, error);
}

- (instancetype)initWithFrame:(VideoFrame)frame {
  if ((self = [super init])) _frame = new VideoFrame(std::move(frame));
  return self;
}

- (const VideoFrame&)frame {
  return *static_cast<VideoFrame*>(_frame);
}

- (ONPixelFormat)format {
  return static_cast<ONPixelFormat>([self frame].picture.format());
}
- (NSInteger)width {
  return [self frame].picture.size().width;
}
- (NSInteger)height {
  return [self frame].picture.size().height;
}
- (ONRotation)rotation {
  return static_cast<ONRotation>([self frame].rotation);
}
- (NSTimeInterval)position {
  return static_cast<double>([self frame].pts.us()) / 1e6;
}
- (NSDate*)capturedAt {
  const auto& utc = [self frame].captured_utc;
  return utc ? [NSDate dateWithTimeIntervalSince1970:static_cast<double>(utc->us()) / 1e6] : nil;
}

- (const uint8_t*)bytesOfPlane:(NSUInteger)plane {
  const Picture& picture = [self frame].picture;
  return plane < PlaneCount(picture.format()) ? picture.plane(plane).data : nullptr;
}
- (NSInteger)strideOfPlane:(NSUInteger)plane {
  const Picture& picture = [self frame].picture;
  return plane < PlaneCount(picture.format()) ? picture.plane(plane).stride_bytes : 0;
}

- (void)dealloc {
  delete static_cast<VideoFrame*>(_frame);
  [super dealloc];
}

@end
