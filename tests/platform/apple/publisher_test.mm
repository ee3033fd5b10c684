// SPDX-License-Identifier: Apache-2.0
//
// What a host does beside going live: effects, regions, policies, addresses that expire.
// What viewers see of it comes back through a real edge.
//
// usage: onair_apple_publisher_test RTMP-PREFIX HTTP-PREFIX
#include "tests/platform/apple/publisher_stage.h"

namespace {

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
  CHECK(GSDebugAllocationCount([Producer class]) == 0);
  [pool drain];
  return EndOfChecks();
}
