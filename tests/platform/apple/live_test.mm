// SPDX-License-Identifier: Apache-2.0
//
// 720p at 30 pictures a second and a tone go live and come back through a real edge.
//
// usage: onair_apple_live_test RTMP-PREFIX HTTP-PREFIX [SECONDS]
#include <cstdlib>
#include <cstring>
#include <thread>

#include "tests/platform/apple/moving_bar.h"
#include "tests/platform/apple/witness.h"

static std::atomic<int> g_logged{0};

// Is set up only when another thread has logged, or is about to for ever.
@interface LateClass : NSObject
@end
@implementation LateClass
+ (void)initialize {
  std::thread log([] {
    NSAutoreleasePool* pool = [[NSAutoreleasePool alloc] init];
    NSLog(@"a first line, by another thread");
    ++g_logged;
    [pool drain];
  });
  for (int i = 0; i < 1000 && g_logged == 0; ++i) usleep(5000);
  log.detach();
}
@end

namespace {

constexpr Size kSize{1280, 720};
constexpr double kFramesPerSecond = 30;
NSString* const kSnapshot = @"onair_apple_live.png";
NSString* const kRecording = @"onair_apple_live.flv";

struct Seen {
  int pictures = 0;
  int bars = 0;
  int places = 0;
  NSInteger last_place = -2;
  int stamped = 0;
  double loudest = 0;
  int sounds = 0;
};

struct Stage {
  ONPublisher* publisher = nil;
  ONPlayer* player = nil;
  NSTimeInterval began = ONNow();
  int pictures = 0;
  int sounds = 0;
  Seen seen;
};

ONPublisher* OpenPublisher(NSString* url, Witness* witness) {
  ONPublisherConfiguration* configuration = [ONPublisherConfiguration configurationWithURL:url];
  configuration.video.width = kSize.width;
  configuration.video.height = kSize.height;
  configuration.video.framesPerSecond = kFramesPerSecond;
  configuration.video.preset = @"ultrafast";
  configuration.video.keyFrameInterval = 1;
  NSError* error = nil;
  ONPublisher* publisher = [[ONPublisher alloc] initWithConfiguration:configuration
                                                             delegate:witness
                                                        delegateQueue:nil
                                                                error:&error];
  CHECK(publisher != nil && error == nil);
  witness->expected = [publisher delegateQueue];
  return publisher;
}

// Hears on the main thread.
ONPlayer* OpenPlayer(NSString* url, Witness* witness) {
  witness->expected = [NSOperationQueue mainQueue];
  NSError* error = nil;
  ONPlayer* player =
      [[ONPlayer alloc] initWithConfiguration:[ONPlayerConfiguration configurationWithURL:url]
                                     delegate:witness
                                delegateQueue:[NSOperationQueue mainQueue]
                                        error:&error];
  CHECK(player != nil && error == nil);
  return player;
}

// Pictures and sound that are due by now.
void Push(Stage& stage) {
  const double at = ONNow() - stage.began;
  while (stage.pictures < at * kFramesPerSecond) {
    [stage.publisher pushPicture:DrawBar(kSize, stage.pictures++)
                      capturedAt:ONNow()
                        rotation:ONRotationNone];
  }
  while (stage.sounds < at * 50) {
    const auto tone = DrawTone(stage.sounds++);
    CHECK([stage.publisher pushSound:tone.data()
                          frameCount:960
                          sampleRate:48000
                            channels:2
                          capturedAt:stage.began + stage.sounds * 0.02
                               error:NULL]);
  }
}

void Watch(ONPlayer* player, Seen& seen) {
  if (ONPicture* picture = [player takePictureAt:0]) {
    CHECK(picture.width == kSize.width && picture.height == kSize.height);
    const NSInteger place = FindBar(picture);
    ++seen.pictures;
    if (place >= 0) ++seen.bars;
    if (place != seen.last_place) ++seen.places;
    seen.last_place = place;
    if (picture.capturedAt != nil) ++seen.stamped;
  }
  float samples[2 * 480];
  NSInteger rate = 0;
  NSInteger channels = 0;
  CHECK([player pullSound:samples
                 capacity:2 * 480
               frameCount:480
                  heardAt:0
               sampleRate:&rate
                 channels:&channels
                    error:NULL]);
  if (rate == 0) return;
  ++seen.sounds;
  for (const float sample : samples) {
    if (sample > seen.loudest) seen.loudest = sample;
  }
}

// One round of what cameras, screens and speakers do; 10 ms.
void Turn(Stage& stage) {
  NSAutoreleasePool* pool = [[NSAutoreleasePool alloc] init];
  Push(stage);
  if (stage.player != nil) Watch(stage.player, stage.seen);
  [[NSRunLoop currentRunLoop] runUntilDate:[NSDate dateWithTimeIntervalSinceNow:0.002]];
  [pool drain];
  usleep(8000);
}

template <typename Claim>
bool TurnUntil(Stage& stage, Claim claim, NSTimeInterval at_most = kPatience) {
  const NSTimeInterval until = ONNow() + at_most;
  while (!claim() && ONNow() < until) Turn(stage);
  return claim();
}

std::atomic<int> g_started{0};
std::atomic<int> g_stopped{0};

bool TakeFile(NSString* path, const char* magic) {
  NSData* data = [NSData dataWithContentsOfFile:path];
  [[NSFileManager defaultManager] removeItemAtPath:path error:NULL];
  return [data length] > 512 && memcmp([data bytes], magic, strlen(magic)) == 0;
}

void CheckStatistics(const Stage& stage) {
  ONPublisherStatistics* sent = [stage.publisher statistics];
  ONDestinationStatistics* destination = [sent.destinations objectAtIndex:0];
  CHECK(sent.framesEncoded >= 30 && sent.encodeErrors == 0 && sent.width == kSize.width);
  CHECK(destination.state == ONPublishStateLive && destination.framesSent >= 30);
  CHECK(destination.audioFramesSent > 0 && destination.bytesSent > 0 && destination.error == nil);
  CHECK([destination.URL rangeOfString:@"from-objc"].location == NSNotFound);
  ONPlayerStatistics* shown = [stage.player statistics];
  CHECK(shown.framesPresented >= 30 && shown.decodeErrors == 0 && shown.latency > 0);
  CHECK(shown.firstPictureTime > 0);
  std::printf(
      "%d pictures pushed, %lld encoded, %lld sent; %d shown, bar moved %d times, latency %.0f ms, "
      "first picture after %.0f ms, %lld stalls\n",
      stage.pictures, (long long)sent.framesEncoded, (long long)destination.framesSent,
      stage.seen.pictures, stage.seen.places, shown.latency * 1000, shown.firstPictureTime * 1000,
      (long long)shown.stalls);
}

void CheckWhatWasSeen(const Stage& stage, double seconds) {
  const Seen& seen = stage.seen;
  CHECK(seen.pictures >= seconds * 10);  // Half and less where the machine is busy.
  CHECK(seen.bars >= seen.pictures - 1);
  CHECK(seen.places >= seen.pictures / 2);
  CHECK(seen.stamped >= seen.pictures / 2);
  CHECK(seen.loudest > 0.1 && seen.loudest < 0.6 && seen.sounds > 10);
}

void End(Stage& stage, Witness* sender, Witness* watcher) {
  [stage.player stopRecording];
  CHECK(TurnUntil(stage, [=] { return watcher->recordings_ended == 1; }));
  [stage.player stopWithCompletion:^(NSError* error) {
    if (error == nil && [NSThread isMainThread]) ++g_stopped;
  }];
  [stage.publisher stopWithCompletion:^(NSError* error) {
    if (error == nil && ![NSThread isMainThread]) ++g_stopped;
  }];
  CHECK(Eventually([] { return g_stopped == 2; }));
  CHECK(sender->ended == 1 && sender->last_state == ONPublishStateEnded);
  CHECK(watcher->ended == 1 && watcher->last_state == ONPlayStateEnded);
  CHECK(sender->error_code == 0 && watcher->error_code == 0);
  [stage.player close];
  [stage.publisher close];
  for (Witness* witness : {sender, watcher}) {
    CHECK(witness->calls >= 3 && witness->elsewhere == 0 && witness->overlapped == 0);
  }
}

void GoLive(NSString* rtmp, NSString* flv, double seconds) {
  Witness* sender = [[Witness alloc] init];
  Witness* watcher = [[Witness alloc] init];
  sender->manners = watcher->manners = Manners::kRaising;
  Stage stage;
  stage.publisher = OpenPublisher(rtmp, sender);
  if (stage.publisher == nil) return;

  [stage.publisher startWithCompletion:^(NSError* error) {
    if (error == nil) ++g_started;
  }];
  CHECK(TurnUntil(stage, [=] { return g_started == 1 && sender->first_frames == 1; }));
  CHECK(sender->live == 1);
  stage.player = OpenPlayer(flv, watcher);
  CHECK([stage.player start:NULL]);
  CHECK(TurnUntil(stage, [&] { return stage.seen.pictures >= 5; }));
  [stage.player snapshotToFile:kSnapshot];
  CHECK([stage.player startRecordingToFile:kRecording error:NULL]);
  CHECK(![stage.player startRecordingToFile:kRecording error:NULL]);
  const NSTimeInterval from = ONNow();
  TurnUntil(
      stage, [=] { return ONNow() - from >= seconds; }, seconds + 1);
  CHECK(TurnUntil(stage, [&] {
    return stage.seen.pictures >= 40 && stage.seen.sounds > 10 && watcher->snapshots == 1;
  }));

  CheckStatistics(stage);
  CheckWhatWasSeen(stage, seconds);
  CHECK(watcher->playing >= 1 && watcher->first_pictures == 1 && watcher->width == kSize.width);
  End(stage, sender, watcher);
  // Each call of both raised, and none of it did any harm.
  CHECK([stage.publisher containedExceptions] == sender->calls);
  CHECK([stage.player containedExceptions] == watcher->calls);
  CHECK(TakeFile(kSnapshot, "\x89PNG") && TakeFile(kRecording, "FLV"));
  [stage.player release];
  [stage.publisher release];
  [sender release];
  [watcher release];
}

// One of the app's classes is set up on one thread while another logs for the first time: GNUstep
// does that under a lock that the other may want.
void LogsWhileAClassIsSetUp() {
  ONPlayer* player =
      [[ONPlayer alloc] initWithConfiguration:[ONPlayerConfiguration configurationWithURL:@""]
                                     delegate:nil
                                delegateQueue:nil
                                        error:NULL];
  CHECK(player == nil);  // The first use of the library all the same.
  [LateClass class];
  CHECK(g_logged == 1);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  NSAutoreleasePool* pool = [[NSAutoreleasePool alloc] init];
  GSDebugAllocationActive(YES);
  NSAutoreleasePool* inner = [[NSAutoreleasePool alloc] init];
  LogsWhileAClassIsSetUp();
  GoLive([NSString stringWithFormat:@"%s/from-objc", argv[1]],
         [NSString stringWithFormat:@"%s/from-objc.flv", argv[2]], argc > 3 ? atof(argv[3]) : 3);
  [inner drain];
  CheckThatNothingIsLeft();
  [pool drain];
  return EndOfChecks();
}
