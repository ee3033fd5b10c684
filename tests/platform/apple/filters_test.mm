// SPDX-License-Identifier: Apache-2.0
//
// Filters of the app's own, by what viewers see of them through a real edge.
//
// usage: onair_apple_filters_test RTMP-PREFIX HTTP-PREFIX
#include <utility>

#include "tests/platform/apple/publisher_stage.h"

// Paints a spot on a copy, in rows without padding, or is trouble.
@interface Painter : NSObject <ONPictureFilter> {
 @public
  ONPixelFormat format;
  NSInteger place;  // Of the spot, from the left; below 0: nothing changes.
  NSInteger width;  // Of the answer; 0: as it was.
  uint8_t luma;
  Manners manners;
  BOOL fails;
  ONPublisher* leaves;  // That takes it out at its next call; not retained.
  std::atomic<int> asked;
  std::atomic<int> on_main;
  std::atomic<int> wrong;
}
@end
@implementation Painter
- (void)copyChroma:(ONPicture*)picture to:(uint8_t*)bytes {
  const NSInteger pairs = kWidth / 2;
  for (NSUInteger plane = 1; plane <= 2; ++plane) {
    for (NSInteger row = 0; row < kHeight / 2; ++row) {
      const uint8_t* from = [picture bytesOfPlane:plane] + row * [picture strideOfPlane:plane];
      for (NSInteger i = 0; i < pairs; ++i) {
        const NSInteger at =
            format == ONPixelFormatNV12
                ? 2 * (row * pairs + i) + static_cast<NSInteger>(plane) - 1
                : (static_cast<NSInteger>(plane) - 1) * pairs * kHeight / 2 + row * pairs + i;
        bytes[at] = from[i];
      }
    }
  }
}
- (ONPicture*)painted:(ONPicture*)picture error:(NSError**)error {
  NSMutableData* data =
      [NSMutableData dataWithLength:static_cast<NSUInteger>(kWidth * kHeight * 3 / 2)];
  auto* bytes = static_cast<uint8_t*>([data mutableBytes]);
  for (NSInteger row = 0; row < kHeight; ++row) {
    memcpy(bytes + row * kWidth, [picture bytesOfPlane:0] + row * [picture strideOfPlane:0],
           static_cast<size_t>(kWidth));
    if (row >= 24 && row < 56) memset(bytes + row * kWidth + place, luma, 32);
  }
  [self copyChroma:picture to:bytes + kWidth * kHeight];
  return [ONPicture pictureWithFormat:format width:kWidth height:kHeight data:data error:error];
}
- (ONPicture*)pictureByFilteringPicture:(ONPicture*)picture error:(NSError**)error {
  ++asked;
  if ([NSThread isMainThread]) ++on_main;
  if (picture.width != kWidth || picture.format != ONPixelFormatI420) ++wrong;
  [std::exchange(leaves, nil) removeFilter:self];
  if (manners == Manners::kRaising) [NSException raise:@"BadManners" format:@"in a filter"];
  if (fails) return nil;
  if (width != 0) {
    return [ONPicture
        pictureWithFormat:ONPixelFormatI420
                    width:width
                   height:2
                     data:[NSMutableData dataWithLength:static_cast<NSUInteger>(3 * width)]
                    error:error];
  }
  return place < 0 ? picture : [self painted:picture error:error];
}
@end

namespace {

Painter* MakePainter(ONPixelFormat format, NSInteger place, uint8_t luma) {
  Painter* painter = [[Painter alloc] init];
  painter->format = format;
  painter->place = place;
  painter->luma = luma;
  return painter;
}

int Mean(ONPicture* picture, NSUInteger plane) {
  int64_t sum = 0;
  for (NSInteger row = 0; row < kHeight / 2; ++row) {
    const uint8_t* bytes = [picture bytesOfPlane:plane] + row * [picture strideOfPlane:plane];
    for (NSInteger i = 0; i < kWidth / 2; ++i) sum += bytes[i];
  }
  return static_cast<int>(sum / (kWidth / 2 * kHeight / 2));
}

void ShowsWhatFiltersMake() {
  Stage stage(Pictures(@"filters"));
  stage.Watch(Join(g_http, @"filters.flv"));
  NSError* error = nil;
  Painter* dark = MakePainter(ONPixelFormatNV12, 192, 30);
  Painter* bright = MakePainter(ONPixelFormatI420, 208, 230);
  const auto left = [&] { return stage.At(200, 40); };
  const auto both = [&] { return stage.At(216, 40); };
  const auto right = [&] { return stage.At(232, 40); };
  CHECK(stage.Until([&] { return IsNear(left(), 110) && IsNear(right(), 110); }));

  CHECK([stage.publisher addFilter:dark error:&error]);
  CHECK(stage.Until([&] { return IsNear(left(), 30) && IsNear(right(), 110); }));
  CHECK(std::abs(Mean(stage.seen, 1) - 110) < 6 && std::abs(Mean(stage.seen, 2) - 150) < 6);
  CHECK([stage.publisher addFilter:bright error:&error]);
  CHECK(
      stage.Until([&] { return IsNear(right(), 230) && IsNear(both(), 230); }));  // The later one.
  CHECK(IsNear(left(), 30));
  CHECK(![stage.publisher addFilter:bright error:&error] && [error code] == ONErrorInvalidConfig);
  [stage.publisher removeFilter:bright];
  CHECK(stage.Until([&] { return IsNear(both(), 30) && IsNear(right(), 110); }));
  dark->leaves = stage.publisher;  // From inside.
  CHECK(stage.Until([&] { return IsNear(both(), 110) && IsNear(left(), 110); }));
  CHECK(dark->on_main == 0 && dark->wrong == 0 && bright->on_main == 0 && bright->wrong == 0);
  CHECK([stage.publisher statistics].filterErrors == 0);
  CHECK(stage.Until([&] { return [dark retainCount] == 1 && [bright retainCount] == 1; }));
  const int asked = dark->asked;
  CHECK(stage.More(5) && dark->asked == asked);
  [dark release];
  [bright release];
  stage.Forget();
}

// Each of them: the picture goes on as it was, and is counted.
void GoesOnWithoutAFilterThatFails() {
  Stage stage(Pictures(@"failing_filters"));
  stage.Watch(Join(g_http, @"failing_filters.flv"));
  NSError* error = nil;
  Painter* nothing = MakePainter(ONPixelFormatI420, -1, 0);
  CHECK([stage.publisher addFilter:nothing error:&error]);
  CHECK(stage.Until([&] { return nothing->asked >= 5; }));
  CHECK([stage.publisher statistics].filterErrors == 0);
  [stage.publisher removeFilter:nothing];
  for (int i = 0; i < 3; ++i) {
    Painter* painter = MakePainter(ONPixelFormatI420, 192, 230);
    painter->manners = i == 0 ? Manners::kRaising : Manners::kGood;
    painter->fails = i == 1;
    painter->width = i == 2 ? 2 : 0;
    const int64_t before = [stage.publisher statistics].filterErrors;
    const int64_t sent = stage.Sent();
    CHECK([stage.publisher addFilter:painter error:&error]);
    CHECK(stage.Until([&] {
      return [stage.publisher statistics].filterErrors >= before + 5 && stage.Sent() >= sent + 5;
    }));
    CHECK(stage.More(5) && IsNear(stage.At(200, 40), 110));
    [stage.publisher removeFilter:painter];
    CHECK(stage.Until([&] { return [painter retainCount] == 1; }));
    [painter release];
  }
  NSMutableArray* many = [NSMutableArray array];
  for (int i = 0; i < 17; ++i) {
    [many addObject:[MakePainter(ONPixelFormatI420, -1, 0) autorelease]];
    CHECK([stage.publisher addFilter:[many lastObject] error:&error] == (i < 16));
  }
  CHECK([error code] == ONErrorLimit);
  [stage.publisher close];
  CHECK(![stage.publisher addFilter:nothing error:&error] && [error code] == ONErrorInvalidState);
  [nothing release];
  stage.Forget();
}

void Run() {
  ShowsWhatFiltersMake();
  GoesOnWithoutAFilterThatFails();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  g_rtmp = argv[1];
  g_http = argv[2];
  NSAutoreleasePool* pool = [[NSAutoreleasePool alloc] init];
  GSDebugAllocationActive(YES);
  NSAutoreleasePool* inner = [[NSAutoreleasePool alloc] init];
  Run();
  [inner drain];
  CheckThatNothingIsLeft();
  CHECK(GSDebugAllocationCount([Painter class]) == 0);
  [pool drain];
  return EndOfChecks();
}
