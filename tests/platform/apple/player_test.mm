// SPDX-License-Identifier: Apache-2.0
//
// What a viewer does beside looking: other qualities and addresses, rooms made ready, other
// displays, places in files. Real streams through a real edge.
//
// usage: onair_apple_player_test RTMP-PREFIX HTTP-PREFIX
#include "tests/platform/apple/show.h"

// Hears on the main thread, and writes down what it hears.
@interface Listener : NSObject <ONPlayerDelegate> {
 @public
  NSMutableArray* heard;
  NSTimeInterval took;
  NSInteger error_code;  // Of the last failure.
  NSTimeInterval position;
}
- (BOOL)heard:(NSString*)line;
@end
@implementation Listener
- (instancetype)init {
  if ((self = [super init])) heard = [[NSMutableArray alloc] init];
  return self;
}
- (void)dealloc {
  [heard release];
  [super dealloc];
}
- (BOOL)heard:(NSString*)line {
  return [heard containsObject:line];
}
- (void)player:(ONPlayer*)player willSwitchToURL:(NSString*)url cause:(ONSwitchCause)cause {
  [heard addObject:[NSString stringWithFormat:@"will %d %@", (int)cause, [url lastPathComponent]]];
}
- (void)player:(ONPlayer*)player
    didSwitchToURL:(NSString*)url
             cause:(ONSwitchCause)cause
             after:(NSTimeInterval)delay {
  took = delay;
  [heard addObject:[NSString stringWithFormat:@"did %d %@", (int)cause, [url lastPathComponent]]];
}
- (void)player:(ONPlayer*)player
    didNotSwitchToURL:(NSString*)url
                cause:(ONSwitchCause)cause
                error:(NSError*)error {
  error_code = [error code];
  [heard addObject:[NSString stringWithFormat:@"not %d %@", (int)cause, [url lastPathComponent]]];
}
- (void)player:(ONPlayer*)player didSeekToPosition:(NSTimeInterval)at error:(NSError*)error {
  position = at;
  error_code = [error code];
  [heard addObject:@"seeked"];
}
- (void)player:(ONPlayer*)player
    didChangeState:(ONPlayState)state
             error:(NSError*)error
        retryDelay:(NSTimeInterval)retryDelay {
  if (error != nil) error_code = [error code];
  [heard addObject:[NSString stringWithFormat:@"state %d", (int)state]];
}
@end

namespace {

const char* g_rtmp = nullptr;
const char* g_http = nullptr;

NSString* Flv(NSString* name) {
  return Join(g_http, [name stringByAppendingString:@".flv"]);
}

// Some delay, so that a busy machine decides nothing.
ONPlayerConfiguration* Patient(NSString* url) {
  ONPlayerConfiguration* room = [ONPlayerConfiguration configurationWithURL:url];
  room.bufferMode = ONBufferModeSmooth;
  room.playsSound = NO;
  return room;
}

ONPlayer* Open(ONPlayerConfiguration* room, Listener* listener) {
  NSError* error = nil;
  ONPlayer* player = [[ONPlayer alloc] initWithConfiguration:room
                                                    delegate:listener
                                               delegateQueue:[NSOperationQueue mainQueue]
                                                       error:&error];
  if (player == nil) NSLog(@"%@", error);
  CHECK(player != nil);
  return player;
}

void Leave(ONPlayer* player, Listener* listener) {
  [player close];
  [player release];
  [listener release];
}

template <typename Claim>
bool WatchUntil(Show& show, ONPlayer* player, Watching& seen, Claim claim) {
  return ShowUntil(show, [&] {
    seen.Look([player takePictureAt:0]);
    return claim();
  });
}

bool WatchMore(Show& show, ONPlayer* player, Watching& seen, int pictures) {
  const int before = seen.pictures;
  return WatchUntil(show, player, seen, [&] { return seen.pictures >= before + pictures; });
}

void CheckInOrder(ONPlayer* player, const Watching& seen) {
  CHECK(seen.behind == 0 && seen.wrong == 0);
  CHECK(seen.pictures >= 30);
  CHECK([player statistics].decodeErrors == 0 && [player statistics].reconnects == 0);
}

void ChangesToAnotherAddress(Show& show) {
  Listener* listener = [[Listener alloc] init];
  ONPlayer* player = Open(Patient(Flv(@"high")), listener);
  NSError* error = nil;
  CHECK(![player switchToURL:Flv(@"low") error:&error] && [error code] == ONErrorInvalidState);
  CHECK([player shownPicture] == nil);
  CHECK([player start:NULL]);
  Watching seen;
  CHECK(WatchMore(show, player, seen, 15));
  CHECK(![player switchToURL:@"gopher://x/y" error:&error] && [error code] == ONErrorUnsupported);
  CHECK([player switchToURL:Flv(@"low") error:&error]);
  CHECK(WatchUntil(show, player, seen, [=] { return [listener heard:@"did 1 low.flv"]; }));
  CHECK(WatchMore(show, player, seen, 20));
  CHECK([listener heard:@"will 1 low.flv"] && listener->took > 0);
  ONPlayerStatistics* numbers = [player statistics];
  CHECK([numbers.URL isEqual:Flv(@"low")] && numbers.switches == 1 && numbers.failedSwitches == 0);
  CHECK(numbers.quality == NSNotFound && numbers.fallbacks == 0);
  CHECK([player shownPicture] != nil && [player shownPicture].width == kShowSize.width);

  CHECK([player switchToURL:Flv(@"absent") error:&error]);
  CHECK(WatchUntil(show, player, seen, [=] { return [listener heard:@"not 1 absent.flv"]; }));
  CHECK(listener->error_code != 0);
  CHECK(WatchMore(show, player, seen, 10));
  CHECK([player statistics].failedSwitches == 1 && [[player statistics].URL isEqual:Flv(@"low")]);
  CheckInOrder(player, seen);
  CHECK(![listener heard:@"state 5"]);
  CHECK(![player pinQuality:0 error:&error] && [error code] == ONErrorInvalidConfig);
  CHECK(![player chooseQuality:&error] && [error code] == ONErrorInvalidConfig);
  [player close];
  CHECK(![player switchToURL:Flv(@"low") error:&error] && [error code] == ONErrorInvalidState);
  Leave(player, listener);
}

ONQuality* QualityOf(NSString* name, int64_t rate) {
  return [[[ONQuality alloc] initWithURL:Flv(name)
                           bitsPerSecond:rate
                                   width:kShowSize.width
                                  height:kShowSize.height] autorelease];
}

void GoesToWhatTheNetworkCarries(Show& show) {
  Listener* listener = [[Listener alloc] init];
  ONPlayerConfiguration* room = Patient(Flv(@"low"));
  room.qualities =
      [NSArray arrayWithObjects:QualityOf(@"low", 300000), QualityOf(@"high", 400000), nil];
  room.qualityClimbInterval = 1;
  ONPlayer* player = Open(room, listener);
  CHECK([player start:NULL]);
  Watching seen;
  CHECK(WatchUntil(show, player, seen, [=] { return [listener heard:@"did 2 high.flv"]; }));
  CHECK(WatchUntil(show, player, seen, [=] { return [player statistics].quality == 1; }));
  CHECK([player statistics].qualityMode == ONQualityModeAutomatic);
  CHECK([player statistics].networkBitsPerSecond > 0);

  NSError* error = nil;
  CHECK(![player pinQuality:2 error:&error] && [error code] == ONErrorInvalidConfig);
  CHECK([player pinQuality:0 error:&error]);
  CHECK(WatchUntil(show, player, seen, [=] { return [listener heard:@"did 1 low.flv"]; }));
  CHECK(WatchUntil(show, player, seen, [=] { return [player statistics].quality == 0; }));
  CHECK([player statistics].qualityMode == ONQualityModePinned);
  CHECK([player chooseQuality:&error]);
  CHECK(WatchUntil(show, player, seen,
                   [=] { return [player statistics].qualityMode == ONQualityModeAutomatic; }));
  CHECK(WatchMore(show, player, seen, 10));
  CheckInOrder(player, seen);
  Leave(player, listener);

  // Pinned from the start: it stays, however much the network carries.
  listener = [[Listener alloc] init];
  room.qualityMode = ONQualityModePinned;
  player = Open(room, listener);
  CHECK([player start:NULL]);
  Watching pinned;
  CHECK(WatchMore(show, player, pinned, 60));
  CHECK([player statistics].quality == 0 && [player statistics].switches == 0);
  CHECK(![listener heard:@"will 2 high.flv"]);
  Leave(player, listener);
}

void FallsBackWhereRealtimeDoesNotCome(Show& show) {
  Listener* listener = [[Listener alloc] init];
  ONPlayerConfiguration* room = Patient(@"rts://127.0.0.1:1/live/high");  // Nobody is there.
  room.fallbackURL = Flv(@"high");
  ONPlayer* player = Open(room, listener);
  CHECK([player start:NULL]);
  Watching seen;
  CHECK(WatchMore(show, player, seen, 30));
  CHECK([listener heard:@"did 3 high.flv"]);
  CHECK([player statistics].fallbacks == 1 && [[player statistics].URL isEqual:Flv(@"high")]);
  CHECK(seen.behind == 0 && seen.wrong == 0);
  Leave(player, listener);

  listener = [[Listener alloc] init];
  room.fallbackUse = ONFallbackUseNever;
  room.maximumReconnects = 0;
  player = Open(room, listener);
  CHECK([player start:NULL]);
  CHECK(ShowUntil(show, [=] { return [listener heard:@"state 5"]; }));
  CHECK(listener->error_code != 0 && [player statistics].fallbacks == 0);
  Leave(player, listener);
}

void HandsOverToAnotherDisplay(Show& show) {
  Listener* listener = [[Listener alloc] init];
  ONPlayer* player = Open(Patient(Flv(@"high")), listener);
  CHECK([player start:NULL]);
  Watching seen;
  CHECK(WatchMore(show, player, seen, 10));
  const int stood = seen.last;
  ONPictureSurface* window = [[player handOverPictures] retain];
  ONPicture* first = [window takePictureAt:0];
  CHECK(first != nil);  // At once: nothing is black.
  const int step = first == nil ? -1 : (NumberOf(first) - stood + kPlaces) % kPlaces;
  CHECK(step >= 0 && step <= kPlaces / 2);  // The same, or what was due just then.
  const int64_t presented = [player statistics].framesPresented;
  int elsewhere = 0;
  Watching there;
  CHECK(ShowUntil(show, [&] {
    if ([player takePictureAt:0] != nil) ++elsewhere;
    there.Look([window takePictureAt:0]);
    return there.pictures >= 15;
  }));
  CHECK(elsewhere == 0 && there.behind == 0 && there.wrong == 0);
  CHECK([player statistics].framesPresented >= presented + 14);

  ONPictureSurface* back = [[player handOverPictures] retain];
  CHECK([back takePictureAt:0] != nil);
  Watching again;
  CHECK(ShowUntil(show, [&] {
    if ([window takePictureAt:0] != nil) ++elsewhere;
    again.Look([back takePictureAt:0]);
    return again.pictures >= 5;
  }));
  CHECK(elsewhere == 0);
  // A surface keeps its player, which is of no use any more.
  [player close];
  [player release];
  [back takePictureAt:ONNow() + 60];  // What was due by then.
  CHECK([back takePictureAt:ONNow() + 120] == nil);
  [window release];
  [back release];
  [listener release];
}

void TakesARoomThatWasMadeReady(Show& show) {
  NSString* url = [Flv(@"high") stringByAppendingString:@"?room=1"];
  NSString* next = [Flv(@"high") stringByAppendingString:@"?room=2"];
  ONPreloadConfiguration* budget = [[[ONPreloadConfiguration alloc] init] autorelease];
  NSError* error = nil;
  budget.mostMemory = -1;
  CHECK([[[ONPreloadPool alloc] initWithConfiguration:budget playerConfiguration:nil
                                                error:&error] autorelease] == nil);
  CHECK([[[error userInfo] objectForKey:ONErrorDetailKey] isEqual:@"mostMemory"]);
  budget.mostMemory = 8 << 20;
  ONPlayerConfiguration* rooms = Patient(@"");
  rooms.catchUp = ONCatchUpSpeed;  // Nothing is left out on the way to the live edge.
  ONPreloadPool* pool = [[ONPreloadPool alloc] initWithConfiguration:budget
                                                 playerConfiguration:rooms
                                                               error:&error];
  CHECK(pool != nil);
  [pool setRooms:[NSArray arrayWithObjects:[ONPreloadRoom roomWithURL:url distance:1],
                                           [ONPreloadRoom roomWithURL:next distance:2],
                                           [ONPreloadRoom roomWithURL:url distance:0], nil]];
  CHECK(ShowUntil(show, [=] {
    return [pool tierOfURL:url] == ONPreloadTierFirstPicture &&
           [pool tierOfURL:next] == ONPreloadTierNewestGroup;
  }));
  ONPreloadStatistics* numbers = [pool statistics];
  CHECK([numbers.rooms count] == 2 && numbers.memory > 0 && numbers.picturesDecoded >= 1);
  ONPreloadRoomStatistics* near = [numbers.rooms objectAtIndex:0];
  CHECK([near.URL isEqual:url] && near.distance == 1 && near.wanted == ONPreloadTierFirstPicture);
  CHECK(near.memory > 0);

  Listener* listener = [[Listener alloc] init];
  ONPlayerConfiguration* room = Patient(url);
  room.preloadPool = pool;
  ONPlayer* player = Open(room, listener);
  CHECK([player start:NULL]);
  Watching seen;
  CHECK(WatchMore(show, player, seen, 1));
  CHECK([player statistics].preloaded == ONPreloadTierFirstPicture);
  CHECK([pool statistics].hits == 1 && [pool statistics].misses == 0);
  CHECK([pool statistics].bytesUsed > 0);
  // On a metered network the other one is left.
  [pool setMetered:YES];
  CHECK(ShowUntil(show, [=] { return [pool tierOfURL:next] < ONPreloadTierNewestGroup; }));
  [pool networkChanged];
  [pool cancel];
  room.preloadPool = nil;
  [pool release];
  CHECK(WatchMore(show, player, seen, 30));  // It goes on without the pool.
  CHECK(seen.behind == 0 && [player statistics].reconnects == 0);
  Leave(player, listener);
}

// The number of the picture that stands, behind a seek to `position`.
int SeekTo(Show& show, ONPlayer* player, Listener* listener, NSTimeInterval position) {
  [listener->heard removeAllObjects];
  while ([player takePictureAt:0] != nil) usleep(1000);  // What was due before the pause.
  CHECK([player seekToPosition:position error:NULL]);
  // The first picture behind it is the one of the place.
  CHECK(ShowUntil(show, [=] { return [listener heard:@"seeked"]; }));
  CHECK(listener->error_code == 0 && std::fabs(listener->position - position) < 0.05);
  CHECK(ShowUntil(show, [=] { return [player takePictureAt:0] != nil; }));
  CHECK(ShowUntil(show, [=] {
    return std::fabs([player statistics].position - position) < 0.05;
  }));
  return NumberOf([player shownPicture]);
}

void GoesToPlacesInAFile(Show& show, NSString* path) {
  Listener* listener = [[Listener alloc] init];
  ONPlayer* player = Open(Patient(path), listener);
  CHECK([player start:NULL]);
  CHECK(ShowUntil(show, [=] { return [player takePictureAt:0] != nil; }));
  CHECK(ShowUntil(show, [=] { return [player statistics].duration > 2; }));
  CHECK([player statistics].seekable);
  NSError* error = nil;
  CHECK([player pause:&error]);
  CHECK(ShowUntil(show, [=] { return [listener heard:@"state 7"]; }));
  const int early = SeekTo(show, player, listener, 0.4);
  const int later = SeekTo(show, player, listener, 1.6);
  const int apart = (later - early + kPlaces) % kPlaces;
  CHECK(apart >= 28 && apart <= 32);  // 1.2 s of 25 a second.
  CHECK(![player seekToPosition:NAN error:&error] && [error code] == ONErrorInvalidConfig);
  CHECK([player resume:&error]);

  CHECK([player setRepeats:YES error:&error]);
  NSTimeInterval last = 0;
  bool has_begun_again = false;
  CHECK(ShowUntil(show, [&] {
    ONPicture* picture = [player takePictureAt:0];
    if (picture == nil) return has_begun_again;
    const NSTimeInterval place = [player statistics].position;
    if (place < last - 1) has_begun_again = true;
    last = place;
    return has_begun_again;
  }));
  CHECK(![listener heard:@"state 5"]);

  // Its end is not the last one: from a place before it, it plays on until it is stopped.
  CHECK([player setRepeats:NO error:&error]);
  CHECK(ShowUntil(show, [=] { return [listener heard:@"state 5"]; }));
  [listener->heard removeAllObjects];
  CHECK([player seekToPosition:0.2 error:&error]);
  CHECK(ShowUntil(show, [=] { return [listener heard:@"state 2"]; }));
  static std::atomic<int> heard_its_end;
  heard_its_end = -1;
  [player stopWithCompletion:^(NSError*) {
    heard_its_end = [listener heard:@"state 5"] ? 1 : 0;
  }];
  CHECK(ShowUntil(show, [] { return heard_its_end >= 0; }));
  CHECK(heard_its_end == 1);
  Leave(player, listener);
}

void RefusesWhatAPlayerCannotDo() {
  NSError* error = nil;
  const auto refused = [&](ONPlayerConfiguration* room) {
    ONPlayer* player = [[ONPlayer alloc] initWithConfiguration:room
                                                      delegate:nil
                                                 delegateQueue:nil
                                                         error:&error];
    CHECK(player == nil);
    [player release];
    return [[error userInfo] objectForKey:ONErrorDetailKey];
  };
  ONPlayerConfiguration* room = Patient(Flv(@"x"));
  room.qualityShare = 0;
  CHECK([refused([[room copy] autorelease]) isEqual:@"qualityShare"]);
  room.qualityShare = 0.75;
  room.qualityClimbInterval = NAN;
  CHECK([refused(room) isEqual:@"qualityClimbInterval"]);
  room.qualityClimbInterval = 8;
  room.fallbackDelay = 0.1;
  CHECK([refused([[room copy] autorelease]) isEqual:@"fallbackDelay"]);
  room.fallbackDelay = 1.5;
  room.qualities = [NSArray arrayWithObject:QualityOf(@"y", 300000)];
  CHECK([refused([[room copy] autorelease]) hasPrefix:@"qualities"]);
  room.qualities = [NSArray arrayWithObject:@"x"];
  CHECK([refused(room) isEqual:@"qualities"]);
  room.qualities = [NSArray array];
  room.fallbackUse = (ONFallbackUse)3;
  CHECK([refused(room) isEqual:@"fallbackUse"]);
  room.fallbackUse = ONFallbackUseAutomatic;
  room.catchUp = (ONCatchUp)0;
  CHECK([refused(room) isEqual:@"catchUp"]);
  ONPlayer* player = Open(Patient(Flv(@"x")), nil);
  CHECK(![player seekToPosition:1 error:&error] && [error code] == ONErrorUnsupported);
  CHECK(![player setRepeats:YES error:&error] && [error code] == ONErrorUnsupported);
  [player release];
}

void Run() {
  Show show;
  NSString* clip = @"onair_apple_player.flv";
  NSArray* urls = [NSArray arrayWithObjects:Join(g_rtmp, @"high"), Join(g_rtmp, @"low"), nil];
  RefusesWhatAPlayerCannotDo();
  CHECK(GoLive(show, ShowConfiguration(urls)));
  ChangesToAnotherAddress(show);
  GoesToWhatTheNetworkCarries(show);
  FallsBackWhereRealtimeDoesNotCome(show);
  HandsOverToAnotherDisplay(show);
  TakesARoomThatWasMadeReady(show);
  End(show);

  Show written;
  NSString* file = [@"file:" stringByAppendingString:clip];
  CHECK(GoLive(written, ShowConfiguration([NSArray arrayWithObject:file])));
  CHECK(ShowUntil(written, [&] { return written.pictures >= 75; }));
  End(written);
  Show nobody;
  GoesToPlacesInAFile(nobody, clip);
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
  CHECK(GSDebugAllocationCount([Listener class]) == 0);
  [pool drain];
  return EndOfChecks();
}
