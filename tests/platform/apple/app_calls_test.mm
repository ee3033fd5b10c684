// SPDX-License-Identifier: Apache-2.0
//
// Code of the app's on a publisher's own threads: a face detector, and whatever ends the publisher
// from there (a detector, a filter, the end of a picture's memory).
//
// usage: onair_apple_app_calls_test RTMP-PREFIX HTTP-PREFIX
#include <mutex>
#include <utility>

#include "tests/platform/apple/publisher_stage.h"

// One face in the middle, or trouble.
@interface Finder : NSObject <ONFaceDetector> {
 @public
  Manners manners;
  BOOL fails;
  std::atomic<int> asked;
  std::atomic<int> on_main;
  std::atomic<int> wrong;
}
@end
@implementation Finder
- (NSArray*)facesInPicture:(ONPicture*)picture error:(NSError**)error {
  ++asked;
  if ([NSThread isMainThread]) ++on_main;
  if (picture.width < 16 || [picture bytesOfPlane:0] == NULL) ++wrong;
  if (manners == Manners::kRaising) [NSException raise:@"BadManners" format:@"in a detector"];
  if (fails) *error = [NSError errorWithDomain:@"Mine" code:7 userInfo:nil];
  if (fails) return nil;
  const ONFaceLandmarks at = {
      {0.45F, 0.45F}, {0.55F, 0.45F}, {0.5F, 0.5F}, {0.46F, 0.6F}, {0.54F, 0.6F}};
  ONFace* face = [[ONFace alloc] initWithX:0.4F
                                         y:0.35F
                                     width:0.2F
                                    height:0.35F
                                confidence:0.9F
                                 landmarks:&at];
  return [NSArray arrayWithObject:[face autorelease]];
}
@end

namespace {

void FollowsFacesThatTheAppFinds() {
  Finder* finder = [[Finder alloc] init];
  Producer* producer = [[Producer alloc] init];
  ONPublisherConfiguration* configuration = Pictures(@"faces");
  configuration.faceDetector = finder;
  {
    Stage stage(configuration, producer);
    CHECK(stage.Until([&] { return [stage.publisher statistics].picturesWithFaces >= 10; }));
    ONPublisherStatistics* numbers = [stage.publisher statistics];
    CHECK(numbers.faceDetections >= 1 && numbers.failedFaceDetections == 0);
    CHECK(finder->on_main == 0 && finder->wrong == 0 && producer->faces_failed == 0);
  }
  finder->fails = YES;
  {
    Stage stage(configuration, producer);
    CHECK(stage.Until([&] { return producer->faces_failed == 1; }));
    CHECK(producer->native_code == 7);
    const int64_t sent = stage.Sent();
    CHECK(stage.Until([&] { return stage.Sent() > sent + 10; }));  // Without faces.
    CHECK([stage.publisher statistics].picturesWithFaces == 0);
  }
  finder->manners = Manners::kRaising;
  {
    Stage stage(configuration, producer);
    CHECK(stage.Until([&] { return producer->faces_failed == 2; }));
    const int64_t sent = stage.Sent();
    CHECK(stage.Until([&] { return stage.Sent() > sent + 10; }));
  }
  configuration.faceDetector = nil;
  CHECK(Eventually([=] { return [finder retainCount] == 1; }));
  [finder release];
  [producer release];
}

// A publisher whose only owner it is, until whoever ends it takes it from here.
struct Owned {
  std::recursive_mutex mutex;
  ONPublisher* publisher = nil;

  ONPublisher* Take() {
    const std::lock_guard lock(mutex);
    return std::exchange(publisher, nil);
  }
  bool Push(ONPicture* picture) {
    const std::lock_guard lock(mutex);
    [publisher pushPicture:picture capturedAt:0 rotation:ONRotationNone];
    return publisher != nil;
  }
};

enum class Leaving { kRelease = 1, kAutorelease = 2, kCloseThenRelease = 3 };

// Ends a publisher from one of its own threads, and what became of it.
struct Leaver {
  Owned* owned = nullptr;
  Leaving how = Leaving::kRelease;
  Producer* hears = nil;
  std::atomic<bool> is_ready{false};
  std::atomic<int> on_main{0};
  std::atomic<int> heard{-1};  // Calls of the delegate until -close returned.
  std::atomic<int> told{0};    // A block for the end.

  void Leave() {
    ONPublisher* publisher = is_ready ? owned->Take() : nil;
    if (publisher == nil) return;
    if ([NSThread isMainThread]) ++on_main;
    if (how == Leaving::kCloseThenRelease) {
      [publisher close];
      heard = hears->calls.load();
      [publisher stopWithCompletion:^(NSError*) {
        ++told;
      }];
    }
    how == Leaving::kAutorelease ? (void)[publisher autorelease] : [publisher release];
  }
};
Leaver* g_leaver = nullptr;

}  // namespace

// Finds no face, and lets go of its publisher.
@interface LeavingFinder : NSObject <ONFaceDetector>
@end
@implementation LeavingFinder
- (NSArray*)facesInPicture:(ONPicture*)picture error:(NSError**)error {
  g_leaver->Leave();
  return [NSArray array];
}
@end

// Changes nothing, and lets go of its publisher.
@interface LeavingFilter : NSObject <ONPictureFilter>
@end
@implementation LeavingFilter
- (ONPicture*)pictureByFilteringPicture:(ONPicture*)picture error:(NSError**)error {
  g_leaver->Leave();
  return picture;
}
@end

// A picture's memory whose end lets go of the publisher that was its last user.
@interface LeavingData : NSData {
  NSData* _pixels;
}
@end
@implementation LeavingData
- (instancetype)initWithPixels:(NSData*)pixels {
  if ((self = [super init])) _pixels = [pixels retain];
  return self;
}
// What -init of this family ends in.
- (instancetype)initWithBytesNoCopy:(void*)none length:(NSUInteger)zero freeWhenDone:(BOOL)no {
  return self;
}
- (const void*)bytes {
  return [_pixels bytes];
}
- (NSUInteger)length {
  return [_pixels length];
}
- (void)dealloc {
  [_pixels release];
  g_leaver->Leave();
  [super dealloc];
}
@end

namespace {

ONPicture* LeavingPicture() {
  NSData* data = [[[LeavingData alloc] initWithPixels:DrawStill(0)] autorelease];
  const size_t half = static_cast<size_t>(kWidth / 2);
  const size_t luma = static_cast<size_t>(kWidth * kHeight);
  const size_t offsets[] = {0, luma, luma + luma / 4};
  const size_t strides[] = {2 * half, half, half};
  return [ONPicture pictureWithFormat:ONPixelFormatI420
                                width:kWidth
                               height:kHeight
                           sharedData:data
                              offsets:offsets
                              strides:strides
                                error:NULL];
}

int64_t Encoded(Owned& owned) {
  const std::lock_guard lock(owned.mutex);
  return [owned.publisher statistics].framesEncoded;
}

template <typename Claim>
bool PushUntil(Owned& owned, Claim claim) {
  int n = 0;
  return Eventually([&] {
    owned.Push(Still(n++));
    return claim();
  });
}

// `last` is taken off the queue by the publisher's thread, not dropped by us.
void PushLast(Owned& owned, ONPicture* (*last)()) {
  const int64_t before = Encoded(owned);
  {
    NSAutoreleasePool* pool = [[NSAutoreleasePool alloc] init];
    owned.Push(last());
    [pool drain];
  }
  CHECK(Eventually([&] { return Encoded(owned) >= before + 2; }));  // It is repeated.
}

// The last release by a detector or a filter would wait for itself, as would that by a picture's
// memory, where there is neither of them.
void EndsFromItsOwnThreads(id<ONFaceDetector> finder, id<ONPictureFilter> filter, Leaving how) {
  Producer* producer = [[Producer alloc] init];
  Owned owned;
  Leaver leaver;
  leaver.owned = &owned;
  leaver.how = how;
  leaver.hears = producer;
  g_leaver = &leaver;
  {
    NSAutoreleasePool* pool = [[NSAutoreleasePool alloc] init];
    ONPublisherConfiguration* configuration = Pictures(@"leaving");
    configuration.faceDetector = finder;
    owned.publisher = [[ONPublisher alloc] initWithConfiguration:configuration
                                                        delegate:producer
                                                   delegateQueue:nil
                                                           error:NULL];
    CHECK(owned.publisher != nil && [owned.publisher start:NULL]);
    CHECK(filter == nil || [owned.publisher addFilter:filter error:NULL]);
    CHECK(PushUntil(owned, [&] { return producer->live == 1 && Encoded(owned) >= 2; }));
    [pool drain];
  }

  if (finder == nil && filter == nil) PushLast(owned, LeavingPicture);
  leaver.is_ready = true;
  CHECK(PushUntil(owned, [] { return GSDebugAllocationCount([ONPublisher class]) == 0; }));
  CHECK(owned.publisher == nil && leaver.on_main == 0);
  const bool is_closed = how == Leaving::kCloseThenRelease;
  CHECK(!is_closed || Eventually([&] { return leaver.told == 1; }));
  CHECK(!is_closed || producer->calls == leaver.heard);
  CHECK(Eventually([&] { return [producer retainCount] == 1; }));
  [producer release];
}

void EndsFromItsOwnThreads() {
  LeavingFinder* finder = [[LeavingFinder alloc] init];
  LeavingFilter* filter = [[LeavingFilter alloc] init];
  for (const Leaving how : {Leaving::kRelease, Leaving::kAutorelease, Leaving::kCloseThenRelease}) {
    EndsFromItsOwnThreads(finder, nil, how);
    EndsFromItsOwnThreads(nil, filter, how);
    EndsFromItsOwnThreads(nil, nil, how);
  }
  CHECK([finder retainCount] == 1 && [filter retainCount] == 1);
  [finder release];
  [filter release];
}

void Run() {
  FollowsFacesThatTheAppFinds();
  EndsFromItsOwnThreads();
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
  CHECK(GSDebugAllocationCount([Finder class]) == 0);
  CHECK(GSDebugAllocationCount([Producer class]) == 0);
  [pool drain];
  return EndOfChecks();
}
