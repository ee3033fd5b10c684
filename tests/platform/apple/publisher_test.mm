// SPDX-License-Identifier: Apache-2.0
//
// What a host does beside going live: effects, faces, regions, policies, addresses that expire.
// What viewers see of it comes back through a real edge.
//
// usage: onair_apple_publisher_test RTMP-PREFIX HTTP-PREFIX
#include <mutex>
#include <utility>

#include "tests/platform/apple/show.h"

namespace {

const char* g_rtmp = nullptr;
const char* g_http = nullptr;

constexpr NSInteger kWidth = kShowSize.width;
constexpr NSInteger kHeight = kShowSize.height;

// Skin, a bright bar at the left, and in the lower half fine lines that move.
NSData* DrawStill(int n) {
  const size_t luma = static_cast<size_t>(kWidth * kHeight);
  NSMutableData* data = [NSMutableData dataWithLength:luma * 3 / 2];
  auto* bytes = static_cast<uint8_t*>([data mutableBytes]);
  memset(bytes, 110, luma);
  memset(bytes + luma, 110, luma / 4);
  memset(bytes + luma + luma / 4, 150, luma / 4);
  for (NSInteger row = 0; row < kHeight / 2; ++row) memset(bytes + row * kWidth + 16, 220, 40);
  unsigned noise = 1;
  for (NSInteger row = kHeight / 2; row < kHeight; ++row) {
    for (NSInteger x = 0; x < kWidth; ++x) {
      noise = noise * 1664525 + 1013904223;
      bytes[row * kWidth + (x + 3 * n) % kWidth] = static_cast<uint8_t>(70 + (noise >> 24) % 100);
    }
  }
  return data;
}

class Stage {
 public:
  explicit Stage(ONPublisherConfiguration* configuration, id<ONPublisherDelegate> delegate = nil) {
    NSError* error = nil;
    publisher = [[ONPublisher alloc] initWithConfiguration:configuration
                                                  delegate:delegate
                                             delegateQueue:nil
                                                     error:&error];
    if (publisher == nil) NSLog(@"%@", error);
    CHECK(publisher != nil && [publisher start:NULL]);
  }
  ~Stage() {
    [player close];
    [player release];
    [publisher close];
    [publisher release];
  }

  void Watch(NSString* url) {
    CHECK(Until([&] { return Sent() >= 5; }));
    ONPlayerConfiguration* room = [ONPlayerConfiguration configurationWithURL:url];
    room.playsSound = NO;
    player = [[ONPlayer alloc] initWithConfiguration:room
                                            delegate:nil
                                       delegateQueue:nil
                                               error:NULL];
    CHECK([player start:NULL]);
    CHECK(Until([&] { return seen != nil; }));
  }
  int64_t Sent() const {
    return ((ONDestinationStatistics*)[[publisher statistics].destinations objectAtIndex:0])
        .framesSent;
  }
  ONDestinationStatistics* Destination() const {
    return [[publisher statistics].destinations objectAtIndex:0];
  }

  // Runs all until the claim holds.
  template <typename Claim>
  bool Until(Claim claim, NSTimeInterval at_most = kPatience) {
    const NSTimeInterval until = ONNow() + at_most;
    for (;;) {
      NSAutoreleasePool* pool = [[NSAutoreleasePool alloc] init];
      Push();
      if (ONPicture* picture = [player takePictureAt:0]) {
        [seen release];
        seen = [picture retain];
        ++pictures_seen;
      }
      [[NSRunLoop currentRunLoop] runUntilDate:[NSDate dateWithTimeIntervalSinceNow:0.001]];
      const bool is_so = claim();
      [pool drain];
      if (is_so || ONNow() >= until) return is_so;
      usleep(4000);
    }
  }
  bool More(int pictures) {
    const int before = pictures_seen;
    return Until([&] { return pictures_seen >= before + pictures; });
  }
  // Brightness around a place of the picture that a viewer sees.
  int At(NSInteger x, NSInteger y) const {
    const uint8_t* luma = [seen bytesOfPlane:0];
    int sum = 0;
    for (NSInteger row = y - 2; row < y + 2; ++row) {
      for (NSInteger column = x - 2; column < x + 2; ++column) {
        sum += luma[row * [seen strideOfPlane:0] + column];
      }
    }
    return sum / 16;
  }
  // How much of the fine lines is left between two columns.
  double Detail(NSInteger from, NSInteger to) const {
    const uint8_t* luma = [seen bytesOfPlane:0];
    double sum = 0;
    for (NSInteger row = kHeight / 2 + 8; row < kHeight - 8; ++row) {
      const uint8_t* line = luma + row * [seen strideOfPlane:0];
      for (NSInteger x = from; x < to; ++x) sum += std::abs(line[x + 1] - line[x]);
    }
    return sum;
  }
  double DetailRight() const { return Detail(kWidth / 2 + 16, kWidth - 16); }
  double DetailLeft() const { return Detail(16, kWidth / 2 - 16); }
  void Forget() {
    [seen release];
    seen = nil;
  }

  ONPublisher* publisher = nil;
  ONPlayer* player = nil;
  ONPicture* seen = nil;
  int pictures_seen = 0;

 private:
  void Push() {
    if (pictures_ >= (ONNow() - began_) * kShowRate) return;
    ONPicture* picture = [ONPicture pictureWithFormat:ONPixelFormatI420
                                                width:kWidth
                                               height:kHeight
                                                 data:DrawStill(pictures_++)
                                                error:NULL];
    [publisher pushPicture:picture capturedAt:0 rotation:ONRotationNone];
  }

  const NSTimeInterval began_ = ONNow();
  int pictures_ = 0;
};

ONPublisherConfiguration* Pictures(NSString* name) {
  ONPublisherConfiguration* configuration =
      ShowConfiguration([NSArray arrayWithObject:Join(g_rtmp, name)]);
  configuration.audio = nil;
  return configuration;
}

bool IsNear(int value, int wanted) {
  return std::abs(value - wanted) <= 14;
}

NSString* const kInverse =
    @"LUT_3D_SIZE 2\n1 1 1\n0 1 1\n1 0 1\n0 0 1\n1 1 0\n0 1 0\n1 0 0\n0 0 0\n";

void ChangesWhatViewersSee() {
  Stage stage(Pictures(@"effects"));
  stage.Watch(Join(g_http, @"effects.flv"));
  NSError* error = nil;
  ONPublisher* publisher = stage.publisher;
  const auto bar = [&] { return stage.At(36, 40); };
  const auto other_side = [&] { return stage.At(kWidth - 36, 40); };
  const auto skin = [&] { return stage.At(160, 40); };
  const auto mark = [&] { return stage.At(208, 40); };
  CHECK(stage.Until([&] { return IsNear(bar(), 220) && IsNear(skin(), 110); }));
  CHECK(IsNear(mark(), 110) && IsNear(other_side(), 110));

  NSMutableData* white = [NSMutableData dataWithLength:32 * 32 * 4];
  memset([white mutableBytes], 255, [white length]);
  ONWatermark* logo = [[[ONWatermark alloc] initWithRGBA:white width:32 height:32 x:192
                                                       y:24] autorelease];
  CHECK([publisher setWatermark:logo error:&error]);
  CHECK(stage.Until([&] { return mark() > 200 && IsNear(skin(), 110); }));
  [publisher setMirrored:YES];
  CHECK(stage.Until([&] { return IsNear(other_side(), 220) && IsNear(bar(), 110); }));
  CHECK(mark() > 200);  // It is laid over what was mirrored.
  [publisher setMirrored:NO];
  CHECK([publisher setWatermark:nil error:&error]);
  CHECK(stage.Until([&] { return IsNear(mark(), 110) && IsNear(bar(), 220); }));

  ONColourTable* inverse = [[[ONColourTable alloc] initWithCubeText:kInverse
                                                              error:&error] autorelease];
  CHECK(inverse.size == 2);
  CHECK([publisher setColourTable:inverse strength:1 error:&error]);
  CHECK(stage.Until([&] { return bar() < 70 && skin() > 120; }));
  CHECK([publisher setColourTable:nil strength:1 error:&error]);
  CHECK(stage.Until([&] { return IsNear(bar(), 220) && IsNear(skin(), 110); }));

  const int before = skin();
  CHECK([publisher setBeauty:(ONBeauty){.whiten = 1} error:&error]);
  CHECK(stage.Until([&] { return skin() >= before + 8; }));
  CHECK([publisher setBeauty:(ONBeauty) {} error:&error]);
  CHECK(stage.Until([&] { return std::abs(skin() - before) <= 3; }));

  ONPicture* card = [ONPicture pictureWithFormat:ONPixelFormatI420
                                           width:2
                                          height:2
                                            data:[NSData dataWithBytes:"\x28\x28\x28\x28\x80\x80"
                                                                length:6]
                                           error:&error];
  [publisher pauseWithPicture:card];
  CHECK(stage.Until([&] { return IsNear(skin(), 40) && IsNear(bar(), 40); }));
  [publisher resume];
  CHECK(stage.Until([&] { return IsNear(bar(), 220); }));
  stage.Forget();
}

ONRegion* RegionAt(float x, float quality) {
  return [[[ONRegion alloc] initWithX:x y:0 width:0.5F height:1 quality:quality] autorelease];
}

void PutsQualityWhereItIsWanted() {
  Stage stage(Pictures(@"regions"));
  stage.Watch(Join(g_http, @"regions.flv"));
  CHECK([stage.publisher statistics].followsRegions);
  CHECK([[stage.publisher statistics].encoder length] > 0);
  NSError* error = nil;
  CHECK(stage.More(25));
  const double plain = stage.DetailLeft() / stage.DetailRight();
  NSArray* regions = [NSArray arrayWithObjects:RegionAt(0, 1), RegionAt(0.5F, -1), nil];
  CHECK([stage.publisher setRegions:regions error:&error]);
  CHECK(stage.Until([&] { return stage.DetailLeft() > plain * 1.5 * stage.DetailRight(); }));
  const double left = stage.DetailLeft() / stage.DetailRight();
  regions = [NSArray arrayWithObjects:RegionAt(0, -1), RegionAt(0.5F, 1), nil];
  CHECK([stage.publisher setRegions:regions error:&error]);
  CHECK(stage.Until([&] { return stage.DetailRight() * plain > 1.5 * stage.DetailLeft(); }));
  std::printf("detail left to right: %.2f without, %.2f with regions at the left, %.2f at the "
              "right\n",
              plain, left, stage.DetailLeft() / stage.DetailRight());
  stage.Forget();
}

}  // namespace

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

// Hears on the publisher's own queue.
@interface Producer : NSObject <ONPublisherDelegate> {
 @public
  std::atomic<int> calls;  // Of states.
  std::atomic<int> choices;
  std::atomic<int> faces_failed;
  std::atomic<int> live;
  std::atomic<NSInteger> kind;
  std::atomic<NSInteger> native_code;
}
@end
@implementation Producer
- (void)publisher:(ONPublisher*)publisher
            destination:(NSUInteger)destination
    didChooseController:(ONPolicyChoice*)choice {
  kind = choice.networkKind;
  if ([choice.arm isEqual:@"fast"] && destination == 0) ++choices;
}
- (void)publisher:(ONPublisher*)publisher faceDetectionDidFail:(NSError*)error {
  native_code = [[[error userInfo] objectForKey:ONErrorNativeCodeKey] integerValue];
  ++faces_failed;
}
- (void)publisher:(ONPublisher*)publisher
       destination:(NSUInteger)destination
    didChangeState:(ONPublishState)state
             error:(NSError*)error
        retryDelay:(NSTimeInterval)retryDelay {
  ++calls;
  if (state == ONPublishStateLive) ++live;
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

ONPicture* Still(int n) {
  return [ONPicture pictureWithFormat:ONPixelFormatI420
                                width:kWidth
                               height:kHeight
                                 data:DrawStill(n)
                                error:NULL];
}

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

// A detector's last release would wait for itself, as would that of a picture's memory.
void EndsFromItsOwnThreads(id<ONFaceDetector> finder, Leaving how) {
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
    CHECK(PushUntil(owned, [&] { return producer->live == 1 && Encoded(owned) >= 2; }));
    [pool drain];
  }

  if (finder == nil) PushLast(owned, LeavingPicture);
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
  for (const Leaving how : {Leaving::kRelease, Leaving::kAutorelease, Leaving::kCloseThenRelease}) {
    EndsFromItsOwnThreads(finder, how);
    EndsFromItsOwnThreads(nil, how);
  }
  [finder release];
}

NSString* const kPolicy =
    @"{\"format\": 1, \"version\": \"7\", \"experiment\": \"drain\", \"arms\": ["
     "{\"name\": \"fast\", \"per_mille\": 1000, \"rules\": ["
     "{\"network\": \"cellular\", \"controller\": \"onair\", \"parameters\": {\"drain_ms\": 100}},"
     "{\"transport\": \"rtmp\", \"controller\": \"obs\"}]}]}";

void IsControlledByAPolicy() {
  Producer* producer = [[Producer alloc] init];
  ONPublisherConfiguration* configuration = Pictures(@"policy");
  configuration.minimumVideoBitsPerSecond = 100000;
  configuration.policy = kPolicy;
  configuration.sessionIdentifier = @"session-1";
  configuration.networkKind = ONNetworkKindWiFi;
  {
    Stage stage(configuration, producer);
    CHECK(stage.Until([&] { return stage.Sent() >= 5 && producer->choices == 1; }));
    ONPolicyChoice* choice = stage.Destination().policyChoice;
    CHECK([choice.arm isEqual:@"fast"] && [choice.policyVersion isEqual:@"7"]);
    CHECK([choice.experiment isEqual:@"drain"] && [choice.controller isEqual:@"obs"]);
    CHECK(choice.networkKind == ONNetworkKindWiFi && producer->kind == ONNetworkKindWiFi);
    NSError* error = nil;
    CHECK(![stage.publisher networkChangedToAddress:nil kind:(ONNetworkKind)9 error:&error]);
    CHECK([[[error userInfo] objectForKey:ONErrorDetailKey] isEqual:@"kind"]);
    CHECK([stage.publisher networkChangedToAddress:nil kind:ONNetworkKindCellular error:&error]);
    CHECK(stage.Until([&] { return stage.Destination().policyChanges == 1; }));
    choice = stage.Destination().policyChoice;
    CHECK([choice.controller isEqual:@"onair"] && choice.networkKind == ONNetworkKindCellular);
    CHECK(stage.Until([&] { return producer->kind == ONNetworkKindCellular; }));
    const int64_t sent = stage.Sent();
    CHECK(stage.Until([&] { return stage.Sent() > sent + 10; }));
  }
  [producer release];

  NSError* error = nil;
  const auto refused = [&] {
    ONPublisher* none = [[ONPublisher alloc] initWithConfiguration:configuration
                                                          delegate:nil
                                                     delegateQueue:nil
                                                             error:&error];
    CHECK(none == nil && [error code] == ONErrorInvalidConfig);
    [none release];
    return [[error userInfo] objectForKey:ONErrorDetailKey];
  };
  configuration.sessionIdentifier = nil;
  CHECK([refused() isEqual:@"sessionIdentifier"]);
  configuration.sessionIdentifier = @"session-1";
  configuration.policy = @"{\"format\": 1,\n \"version\": 7}";
  CHECK([refused() length] > 0);
  configuration.policy = nil;
  configuration.networkKind = (ONNetworkKind)0;
  CHECK([refused() isEqual:@"networkKind"]);
  configuration.networkKind = ONNetworkKindUnknown;
  configuration.URLRefreshTimeout = 0;
  CHECK([refused() isEqual:@"URLRefreshTimeout"]);
}

// The name is taken, which the server answers with a refusal; the app has a better one.
void AsksForAFreshAddress() {
  static std::atomic<int> asked{0};
  static std::atomic<NSInteger> reason_told{0};
  static std::atomic<int> elsewhere{0};
  static ONURLAnswer waiting = nil;
  Stage first(Pictures(@"taken"));
  CHECK(first.Until([&] { return first.Sent() >= 5; }));

  Producer* producer = [[Producer alloc] init];
  ONPublisherConfiguration* configuration = Pictures(@"taken");
  configuration.URLRefreshTimeout = 20;
  static NSOperationQueue* queue = [[NSOperationQueue alloc] init];
  configuration.URLRefresher = ^(NSUInteger destination, ONURLReason reason, ONURLAnswer answer) {
    if ([NSOperationQueue currentQueue] != queue) ++elsewhere;
    reason_told = reason;
    waiting = Block_copy(answer);
    if (destination == 0) ++asked;
    [NSException raise:@"BadManners" format:@"in a refresher"];
  };
  ONPublisherConfiguration* copy = [[configuration copy] autorelease];
  configuration.URLRefresher = nil;
  ONPublisher* publisher = [[ONPublisher alloc] initWithConfiguration:copy
                                                             delegate:producer
                                                        delegateQueue:queue
                                                                error:NULL];
  CHECK([publisher start:NULL]);
  CHECK(first.Until([&] { return asked == 1; }));
  CHECK(reason_told == ONURLReasonRefused && elsewhere == 0);
  CHECK(!first.Until([&] { return producer->live > 0; }, 0.3));  // It waits for the answer.
  waiting(Join(g_rtmp, @"free"));                                // Later, on another thread.
  CHECK(first.Until([&] { return producer->live == 1; }));
  ONDestinationStatistics* numbers = [[publisher statistics].destinations objectAtIndex:0];
  CHECK(numbers.URLRequests == 1 && numbers.state == ONPublishStateLive);
  CHECK([publisher containedExceptions] == 1);
  [publisher close];
  waiting(@"rtmp://127.0.0.1/live/late");  // Of nobody any more.
  Block_release(waiting);
  [publisher release];
  [producer release];
  [queue release];
}

void RefusesWhatIsNoEffect() {
  ONPublisher* publisher = [[ONPublisher alloc] initWithConfiguration:Pictures(@"refused")
                                                             delegate:nil
                                                        delegateQueue:nil
                                                                error:NULL];
  NSError* error = nil;
  const auto detail = [&] { return [[error userInfo] objectForKey:ONErrorDetailKey]; };
  CHECK(![publisher setBeauty:(ONBeauty){.eyes = -1} error:&error] && [detail() isEqual:@"eyes"]);
  CHECK(![publisher setBeauty:(ONBeauty){.slim = NAN} error:&error] && [detail() isEqual:@"slim"]);
  NSData* few = [NSData dataWithBytes:"1234" length:4];
  ONWatermark* mark = [[[ONWatermark alloc] initWithRGBA:few width:2 height:1 x:0 y:0] autorelease];
  CHECK(![publisher setWatermark:mark error:&error] && [detail() isEqual:@"RGBA"]);
  mark = [[[ONWatermark alloc] initWithRGBA:few width:1L << 40 height:1 x:0 y:0] autorelease];
  CHECK(![publisher setWatermark:mark error:&error] && [detail() isEqual:@"width"]);
  CHECK([[[ONColourTable alloc] initWithCubeText:@"LUT_3D_SIZE 2\n0 0 x\n"
                                           error:&error] autorelease] == nil);
  CHECK([error code] == ONErrorInvalidConfig);
  CHECK([[[error userInfo] objectForKey:ONErrorNativeCodeKey] intValue] == 2);
  ONColourTable* inverse = [[[ONColourTable alloc] initWithCubeText:kInverse
                                                              error:&error] autorelease];
  CHECK(![publisher setColourTable:inverse strength:2 error:&error]);
  CHECK([detail() isEqual:@"strength"]);
  CHECK(![publisher setRegions:[NSArray arrayWithObject:RegionAt(2, 1)] error:&error]);
  CHECK([detail() isEqual:@"regions"]);
  CHECK(![publisher setRegions:[NSArray arrayWithObject:@"x"] error:&error]);
  [publisher close];
  CHECK(![publisher setBeauty:(ONBeauty) {} error:&error] && [error code] == ONErrorInvalidState);
  [publisher release];
}

void Run() {
  RefusesWhatIsNoEffect();
  ChangesWhatViewersSee();
  PutsQualityWhereItIsWanted();
  FollowsFacesThatTheAppFinds();
  EndsFromItsOwnThreads();
  IsControlledByAPolicy();
  AsksForAFreshAddress();
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
