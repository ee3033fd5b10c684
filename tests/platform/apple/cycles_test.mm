// SPDX-License-Identifier: Apache-2.0
//
// Going live and ending it again and again, in all the ways that an app can: nothing is left.
//
// usage: onair_apple_cycles_test RTMP-PREFIX HTTP-PREFIX [TIMES]
#include <cstdlib>

#include "tests/platform/apple/moving_bar.h"
#include "tests/platform/apple/witness.h"

namespace {

constexpr Size kSize{160, 96};

// Who lets go of the publisher, and when.
enum class Ending {
  kStopThenClose = 0,
  kClose = 1,            // While live.
  kRelease = 2,          // While live, without a word.
  kCloseInCallback = 3,  // By the delegate, on its queue.
  kReleaseInCallback = 4,
};
constexpr int kEndings = 5;

}  // namespace

// A delegate that ends its publisher as soon as that is live.
@interface Ender : Witness {
 @public
  Ending ending;
}
@end
@implementation Ender
- (void)publisher:(ONPublisher*)publisher
       destination:(NSUInteger)destination
    didChangeState:(ONPublishState)state
             error:(NSError*)error
        retryDelay:(NSTimeInterval)retryDelay {
  [super publisher:publisher
         destination:destination
      didChangeState:state
               error:error
          retryDelay:retryDelay];
  if (state != ONPublishStateLive) return;
  if (ending == Ending::kCloseInCallback) [publisher close];
  if (ending == Ending::kReleaseInCallback) [publisher release];
}
@end

namespace {

ONPublisher* Open(NSString* url, Witness* witness, NSOperationQueue* queue) {
  ONPublisherConfiguration* configuration = [ONPublisherConfiguration configurationWithURL:url];
  configuration.video.width = kSize.width;
  configuration.video.height = kSize.height;
  configuration.video.framesPerSecond = 15;
  configuration.video.bitsPerSecond = 100000;
  configuration.minimumVideoBitsPerSecond = 50000;
  configuration.video.preset = @"ultrafast";
  configuration.video.threads = 1;
  return [[ONPublisher alloc] initWithConfiguration:configuration
                                           delegate:witness
                                      delegateQueue:queue
                                              error:NULL];
}

void EndOf(Ending ending, ONPublisher* publisher, Ender* ender) {
  switch (ending) {
    case Ending::kStopThenClose:
      [publisher stop];
      CHECK(Eventually([=] { return ender->ended == 1; }));
      [publisher close];
      [publisher release];
      return;
    case Ending::kClose:
      [publisher close];
      [publisher release];
      return;
    case Ending::kCloseInCallback:
      // It holds its delegate until then.
      CHECK(Eventually([=] { return [ender retainCount] == 1; }));
      [publisher release];
      return;
    case Ending::kReleaseInCallback:
      CHECK(Eventually([=] { return [ender retainCount] == 1; }));
      return;
    case Ending::kRelease:
      [publisher release];
      return;
  }
}

void Publish(NSString* prefix, int n, NSOperationQueue* queue) {
  Ender* ender = [[Ender alloc] init];
  ender->ending = static_cast<Ending>(n % kEndings);
  ender->expected = queue;
  NSString* url = [NSString stringWithFormat:@"%@/cycle-%d", prefix, n];
  ONPublisher* publisher = Open(url, ender, queue);
  CHECK(publisher != nil);
  CHECK([publisher start:NULL]);
  CHECK(Eventually([=] { return ender->live == 1; }));
  if (ender->ending < Ending::kCloseInCallback) {
    [publisher pushPicture:DrawBar(kSize, n) capturedAt:0 rotation:ONRotationNone];
  }
  EndOf(ender->ending, publisher, ender);
  CHECK(ender->elsewhere == 0 && ender->overlapped == 0);
  [ender release];
}

// Opens a room in which nobody publishes.
void Play(NSString* prefix, int n, NSOperationQueue* queue) {
  Witness* witness = [[Witness alloc] init];
  witness->expected = queue;
  NSString* url = [NSString stringWithFormat:@"%@/nobody.flv", prefix];
  ONPlayer* player =
      [[ONPlayer alloc] initWithConfiguration:[ONPlayerConfiguration configurationWithURL:url]
                                     delegate:witness
                                delegateQueue:queue
                                        error:NULL];
  CHECK([player start:NULL]);
  if (n % 2 == 0) {
    [player stop];
    CHECK(Eventually([=] { return witness->ended == 1; }));
    [player close];
  }
  [player release];
  CHECK(witness->elsewhere == 0 && witness->overlapped == 0);
  [witness release];
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  const int times = argc > 3 ? atoi(argv[3]) : 200;
  NSAutoreleasePool* pool = [[NSAutoreleasePool alloc] init];
  GSDebugAllocationActive(YES);
  NSOperationQueue* queue = [[NSOperationQueue alloc] init];
  [queue setMaxConcurrentOperationCount:4];
  const NSTimeInterval began = ONNow();
  for (int n = 0; n < times; ++n) {
    NSAutoreleasePool* inner = [[NSAutoreleasePool alloc] init];
    Publish([NSString stringWithUTF8String:argv[1]], n, queue);
    Play([NSString stringWithUTF8String:argv[2]], n, queue);
    [inner drain];
  }
  std::printf("%d times in %.1f s\n", times, ONNow() - began);
  CheckThatNothingIsLeft();
  CHECK(GSDebugAllocationCount([Ender class]) == 0);
  [queue release];
  [pool drain];
  return EndOfChecks();
}
