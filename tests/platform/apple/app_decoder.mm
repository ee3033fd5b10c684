// SPDX-License-Identifier: Apache-2.0
#include "tests/platform/apple/app_decoder.h"

static ONPicture* PictureOf(const BarePicture& bare) {
  return [ONPicture pictureWithFormat:ONPixelFormatI420
                                width:bare.width
                               height:bare.height
                                 data:[NSData dataWithBytes:bare.bytes.data()
                                                     length:bare.bytes.size()]
                                error:NULL];
}

@implementation Decoder
- (void)enter {
  if ([NSThread isMainThread]) ++on_main;
  if (inside.exchange(1) != 0) ++wrong;
}
- (void)leave {
  inside = 0;
  if (trouble == Trouble::kRaises) [NSException raise:@"BadManners" format:@"in a decoder"];
}
- (void)add:(const std::vector<BarePicture>&)made to:(ONDecodedPictures*)pictures {
  for (const BarePicture& bare : made) {
    NSError* error = nil;
    ONPicture* picture = PictureOf(bare);
    if (![pictures addPicture:picture
                     rotation:ONRotationNone
             presentationTime:bare.presented_at + 3600
                        error:&error] &&
        [error code] == ONErrorInvalidConfig &&
        [[[error userInfo] objectForKey:ONErrorDetailKey] isEqual:@"presentationTime"]) {
      ++unknown_places;
    }
    for (int i = 0; i < (trouble == Trouble::kMakesTooMany ? 40 : 1); ++i) {
      if (![pictures addPicture:picture
                       rotation:ONRotationNone
               presentationTime:bare.presented_at
                          error:&error] &&
          [error code] == ONErrorLimit) {
        ++limits;
      }
    }
  }
}
- (BOOL)configureWithCodec:(ONVideoCodec)codec
                    record:(NSData*)record
                     width:(NSInteger)width
                    height:(NSInteger)height
                     error:(NSError**)error {
  [self enter];
  ++configured;
  if (codec != ONVideoCodecH264 || width != kShowSize.width || height != kShowSize.height) ++wrong;
  const bool is_open = coder.Configure(static_cast<const uint8_t*>([record bytes]), [record length],
                                       static_cast<int>(width), static_cast<int>(height));
  [self leave];
  if (trouble == Trouble::kRefusesStream) {
    *error = [NSError errorWithDomain:ONErrorDomain code:ONErrorCodecUnavailable userInfo:nil];
  }
  const bool is_first = configured == 1;
  const bool fails =
      trouble == Trouble::kRefusesStream || (trouble == Trouble::kFailsStream && is_first);
  return is_open && !fails;
}
- (BOOL)decodeFrame:(ONEncodedFrame*)frame
         toPictures:(ONDecodedPictures*)pictures
              error:(NSError**)error {
  [self enter];
  ++frames;
  if (frame.kind == ONFrameKindKey) ++keys;
  if (frame.decodeTime > frame.presentationTime || frame.capturedAt <= 0) ++wrong;
  CodedFrame coded{static_cast<int>(frame.kind),
                   {frame.bytes, frame.bytes + frame.length},
                   frame.presentationTime,
                   frame.decodeTime};
  if (trouble == Trouble::kLeavesPlayer) {
    [(ONPlayer*)player.exchange(nullptr) release];
  }
  BOOL is_taken = trouble != Trouble::kLosesFrames || coded.kind == ONFrameKindKey;
  if (is_taken && later != nullptr) {
    [self retain];
    [pictures retain];
    later->Post([decoder = self, pictures, coded = std::move(coded)] {
      std::vector<BarePicture> made;
      decoder->coder.Decode(coded, made);
      [decoder add:made to:pictures];
      [pictures release];
      [decoder release];
    });
  } else if (is_taken) {
    std::vector<BarePicture> made;
    is_taken = coder.Decode(coded, made);
    [self add:made to:pictures];
  }
  [self leave];
  return is_taken;
}
- (void)flushToPictures:(ONDecodedPictures*)pictures {
  [self enter];
  ++flushed;
  std::vector<BarePicture> made;
  coder.Flush(made);
  [self add:made to:pictures];
  [self leave];
}
- (void)reset {
  [self enter];
  ++jumps;
  coder.Reset();
  [self leave];
}
- (void)invalidate {
  ++invalidated;
  if (trouble == Trouble::kRaises) [NSException raise:@"BadManners" format:@"at the end"];
}
@end
