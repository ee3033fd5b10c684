// SPDX-License-Identifier: Apache-2.0
#import <Onair/ONEncodedMedia.h>

#include <memory>
#include <utility>

#include "platform/apple/bridge/guarded.h"
#import "platform/apple/foundation/contained.h"
#import "platform/apple/foundation/encoded.h"
#import "platform/apple/foundation/error.h"
#import "platform/apple/foundation/held.h"
#import "platform/apple/foundation/picture.h"

using namespace onair;
using namespace onair::apple;

namespace {

// A word for an object of the app's, on whatever thread.
template <typename Protocol, typename Word>
void TellApp(const std::shared_ptr<void>& hearer, Word word) {
  const AppCall call;
  NSAutoreleasePool* pool = [[NSAutoreleasePool alloc] init];
  const std::shared_ptr<void> kept = hearer;  // It may let go of the publisher, and this with it.
  auto hears = static_cast<Protocol>(kept.get());
  ONContained(^{
    word(hears);
  });
  [pool drain];
}

}  // namespace

@interface ONEncodedFrame (Given)
- (instancetype)initWithGiven:(GivenFrame)given;
- (const GivenFrame&)given;
@end

namespace onair::apple {

const GivenFrame& GivenOf(ONEncodedFrame* frame) {
  return [frame given];
}
ONEncodedFrame* FrameOf(const GivenFrame& given) {
  return [[[ONEncodedFrame alloc] initWithGiven:given] autorelease];
}
ONEncodedFrame* FrameOf(const EncodedFrame& frame) {
  return FrameOf(GivenOf(frame));
}

Buffer Share(NSData* data) {
  if ([data length] == 0) return {};
  NSData* fixed = [data copy];
  const auto* bytes = static_cast<const std::uint8_t*>([fixed bytes]);
  auto held = Held(fixed);
  [fixed release];
  return Buffer::Wrap({bytes, [fixed length]}, [held = std::move(held)] {});
}

void TellWishes(id<ONEncoderControl> control, EncodedInput& encoded) {
  if (control == nil) return;
  const auto held = Held(control);
  encoded.on_target = [held](const EncoderTarget& target) {
    const ONEncoderTarget told = {
        .bitsPerSecond = target.video_rate.bps(),
        .framesPerSecond = target.frame_rate,
        .mostFrameBytes = target.frame_limit ? target.frame_limit->bytes() : 0,
        .isPaused = target.intake == Intake::kPaused,
    };
    TellApp<id<ONEncoderControl>>(
        held, [told](id<ONEncoderControl> hears) { [hears encoderShouldFollowTarget:told]; });
  };
  encoded.on_key_frame_wanted = [held] {
    TellApp<id<ONEncoderControl>>(
        held, [](id<ONEncoderControl> hears) { [hears encoderShouldMakeKeyFrame]; });
  };
}

EncoderTap TapOf(id<ONEncodedFrameObserver> observer) {
  const auto held = Held(observer);
  const auto tell = [held](GivenFrame given) {
    TellApp<id<ONEncodedFrameObserver>>(held, [&given](id<ONEncodedFrameObserver> sees) {
      [sees publisherDidEncodeFrame:FrameOf(given)];
    });
  };
  return {.on_picture =
              [tell](const EncodedFrame& frame, const VideoTrack& track) {
                GivenFrame given = GivenOf(frame);
                given.record = track.config;
                given.width = track.size.width;
                given.height = track.size.height;
                tell(std::move(given));
              },
          .on_sound =
              [tell](const EncodedFrame& frame, const AudioTrack& track) {
                GivenFrame given = GivenOf(frame);
                given.record = track.config;
                tell(std::move(given));
              }};
}

}  // namespace onair::apple

@implementation ONEncodedFrame

- (instancetype)initWithKind:(ONFrameKind)kind
                        data:(NSData*)data
            presentationTime:(NSTimeInterval)presentationTime
                  decodeTime:(NSTimeInterval)decodeTime
                  capturedAt:(NSTimeInterval)capturedAt {
  return [self initWithGiven:{.kind = kind,
                              .payload = Share(data),
                              .presented_at = presentationTime,
                              .decoded_at = decodeTime,
                              .captured_at = capturedAt}];
}

- (instancetype)initWithGiven:(GivenFrame)given {
  if ((self = [super init])) _frame = new GivenFrame(std::move(given));
  return self;
}

- (instancetype)init {
  return [self initWithGiven:{}];
}

- (ONEncodedFrame*)frameWithDecoderConfiguration:(NSData*)record
                                           width:(NSInteger)width
                                          height:(NSInteger)height {
  GivenFrame other = [self given];
  other.record = Share(record);
  other.width = width;
  other.height = height;
  return [[[ONEncodedFrame alloc] initWithGiven:std::move(other)] autorelease];
}

- (const GivenFrame&)given {
  return *static_cast<GivenFrame*>(_frame);
}

- (ONFrameKind)kind {
  return static_cast<ONFrameKind>([self given].kind);
}
- (const uint8_t*)bytes {
  return [self given].payload.data();
}
- (NSUInteger)length {
  return [self given].payload.size();
}
- (NSTimeInterval)presentationTime {
  return [self given].presented_at;
}
- (NSTimeInterval)decodeTime {
  return [self given].decoded_at;
}
- (NSTimeInterval)capturedAt {
  return [self given].captured_at;
}
- (NSData*)decoderConfiguration {
  const Buffer& record = [self given].record;
  return record.empty() ? nil : [NSData dataWithBytes:record.data() length:record.size()];
}
- (NSInteger)width {
  return [self given].width;
}
- (NSInteger)height {
  return [self given].height;
}

- (void)dealloc {
  delete static_cast<GivenFrame*>(_frame);
  [super dealloc];
}

@end

@implementation ONDecodedPictures

- (instancetype)initWithPictures:(std::shared_ptr<DecodedPictures>)pictures {
  if ((self = [super init])) _pictures = new std::shared_ptr<DecodedPictures>(std::move(pictures));
  return self;
}

- (BOOL)addPicture:(ONPicture*)picture
            rotation:(ONRotation)rotation
    presentationTime:(NSTimeInterval)presentationTime
               error:(NSError**)error {
  auto* pictures = static_cast<std::shared_ptr<DecodedPictures>*>(_pictures);
  const auto pts = MediaTimeOf(presentationTime);
  if (pictures == nullptr || picture == nil) return Answer(Refuse("picture"), error);
  if (!pts) return Answer(Refuse("presentationTime"), error);
  return Answer(Add(**pictures, *pts, FrameOf(picture).picture, RotationOf(rotation)), error);
}

- (void)dealloc {
  delete static_cast<std::shared_ptr<DecodedPictures>*>(_pictures);
  [super dealloc];
}

@end
