// SPDX-License-Identifier: Apache-2.0
//
// The face without a network: values, what is refused and how it is told, what is left behind.
#include "tests/platform/apple/moving_bar.h"
#include "tests/platform/apple/witness.h"

namespace {

// Whether `made`, a refused object or nil, came with this code and detail.
bool IsRefused(id made, NSError* error, NSInteger code, NSString* detail) {
  if (made != nil) {
    [made release];
    return false;
  }
  NSDictionary* facts = [error userInfo];
  return [[error domain] isEqualToString:ONErrorDomain] && [error code] == code &&
         [[facts objectForKey:ONErrorDetailKey] isEqual:detail] &&
         [[error localizedDescription] rangeOfString:detail].location != NSNotFound;
}

ONPublisher* Publisher(ONPublisherConfiguration* configuration, NSError** error) {
  return [[ONPublisher alloc] initWithConfiguration:configuration
                                           delegate:nil
                                      delegateQueue:nil
                                              error:error];
}

void TellsErrorsByNameAndCode() {
  NSError* error = nil;
  ONPublisher* none =
      Publisher([ONPublisherConfiguration configurationWithURL:@"gopher://host/x"], &error);
  CHECK(none == nil);
  CHECK([error code] == ONErrorInvalidURL || [error code] == ONErrorUnsupported);
  CHECK([[[error userInfo] objectForKey:ONErrorNameKey] hasPrefix:@"config."]);
  CHECK([[[error userInfo] objectForKey:ONErrorIsRetryableKey] boolValue] == NO);
  CHECK([[error localizedRecoverySuggestion] length] > 0);
}

void RefusesWhatIsOutOfRange() {
  ONPublisherConfiguration* good =
      [ONPublisherConfiguration configurationWithURL:@"rtmp://127.0.0.1:1/live/x"];
  NSError* error = nil;
  ONPublisherConfiguration* bad = [[good copy] autorelease];
  bad.video.width = 17;
  CHECK(IsRefused(Publisher(bad, &error), error, ONErrorInvalidConfig, @"video.width"));
  CHECK(good.video.width == 1280);
  bad = [[good copy] autorelease];
  bad.audio.bitsPerSecond = 1;
  CHECK(IsRefused(Publisher(bad, &error), error, ONErrorInvalidConfig, @"audio.bitsPerSecond"));
  bad = [[good copy] autorelease];
  bad.URLs = [NSArray array];
  CHECK(IsRefused(Publisher(bad, &error), error, ONErrorInvalidConfig, @"URLs"));
  bad = [[good copy] autorelease];
  bad.video.keyFrameInterval = NAN;
  CHECK(IsRefused(Publisher(bad, &error), error, ONErrorInvalidConfig, @"video.keyFrameInterval"));
  bad = [[good copy] autorelease];
  bad.controlMode = static_cast<ONControlMode>(9);
  CHECK(IsRefused(Publisher(bad, &error), error, ONErrorInvalidConfig, @"controlMode"));
  bad = [[good copy] autorelease];
  bad.encoder = ONCoderChoiceHardware;
  CHECK(IsRefused(Publisher(bad, &error), error, ONErrorCodecUnavailable, @"encoder"));
  bad = [[good copy] autorelease];
  bad.iceServers = [NSArray arrayWithObject:(ONIceServer*)@"stun:host"];
  CHECK(IsRefused(Publisher(bad, &error), error, ONErrorInvalidConfig, @"iceServers"));

  ONPlayerConfiguration* room = [ONPlayerConfiguration configurationWithURL:@"http://host/a.flv"];
  room.bufferMode = static_cast<ONBufferMode>(0);
  id player = [[ONPlayer alloc] initWithConfiguration:room
                                             delegate:nil
                                        delegateQueue:nil
                                                error:&error];
  CHECK(IsRefused(player, error, ONErrorInvalidConfig, @"bufferMode"));
  room = [ONPlayerConfiguration configurationWithURL:@"http://host/a.flv"];
  room.decoder = ONCoderChoiceHardware;
  player = [[ONPlayer alloc] initWithConfiguration:room
                                          delegate:nil
                                     delegateQueue:nil
                                             error:&error];
  CHECK(IsRefused(player, error, ONErrorCodecUnavailable, @"decoder"));
}

void TakesPicturesOfExactlyTheirSize() {
  NSError* error = nil;
  NSData* exact = [NSMutableData dataWithLength:16 * 16 * 3 / 2];
  ONPicture* picture = [ONPicture pictureWithFormat:ONPixelFormatNV12
                                              width:16
                                             height:16
                                               data:exact
                                              error:&error];
  CHECK(picture.width == 16 && picture.height == 16 && picture.format == ONPixelFormatNV12);
  CHECK([picture bytesOfPlane:1] != NULL && [picture bytesOfPlane:2] == NULL);
  CHECK([picture strideOfPlane:0] >= 16 && picture.capturedAt == nil);
  CHECK(IsRefused([[ONPicture pictureWithFormat:ONPixelFormatNV12
                                          width:16
                                         height:14
                                           data:exact
                                          error:&error] retain],
                  error, ONErrorInvalidConfig, @"data"));
  CHECK(IsRefused([[ONPicture pictureWithFormat:ONPixelFormatI420
                                          width:0
                                         height:16
                                           data:exact
                                          error:&error] retain],
                  error, ONErrorInvalidConfig, @"width"));
  const size_t offsets[] = {0, 256, 320};
  const size_t strides[] = {16, 8, 9};  // The last row of the last plane ends behind the data.
  CHECK(IsRefused([[ONPicture pictureWithFormat:ONPixelFormatI420
                                          width:16
                                         height:16
                                     sharedData:exact
                                        offsets:offsets
                                        strides:strides
                                          error:&error] retain],
                  error, ONErrorInvalidConfig, @"data"));
}

void SharesAPicturesMemory() {
  NSData* data = [[NSMutableData alloc] initWithLength:16 * 16 * 3 / 2];
  const size_t offsets[] = {0, 256, 320};
  const size_t strides[] = {16, 8, 8};
  const NSUInteger before = [data retainCount];
  NSAutoreleasePool* pool = [[NSAutoreleasePool alloc] init];
  ONPicture* picture = [ONPicture pictureWithFormat:ONPixelFormatI420
                                              width:16
                                             height:16
                                         sharedData:data
                                            offsets:offsets
                                            strides:strides
                                              error:NULL];
  CHECK([picture bytesOfPlane:0] == [data bytes]);
  CHECK([data retainCount] == before + 1);
  [pool drain];
  CHECK([data retainCount] == before);
  [data release];
}

void IsUsedInItsOrderAlone() {
  ONPublisherConfiguration* configuration =
      [ONPublisherConfiguration configurationWithURL:@"rtmp://127.0.0.1:1/live/x"];
  configuration.video.width = 320;
  configuration.video.height = 180;
  NSError* error = nil;
  ONPublisher* publisher = Publisher(configuration, &error);
  CHECK(publisher != nil && error == nil);
  const float silence[2] = {0, 0};
  CHECK(![publisher pushSound:silence
                   frameCount:1
                   sampleRate:48000
                     channels:3
                   capturedAt:0
                        error:&error]);
  CHECK([[[error userInfo] objectForKey:ONErrorDetailKey] isEqual:@"channels"]);
  CHECK(![publisher networkChangedToAddress:@"not an address" error:&error]);
  CHECK([error code] == ONErrorInvalidConfig);
  CHECK(![publisher limitBitsPerSecond:-1 framesPerSecond:0 error:&error]);
  CHECK(![publisher setBeauty:(ONBeauty){.smooth = 2} error:&error]);
  CHECK([[[error userInfo] objectForKey:ONErrorDetailKey] isEqual:@"smooth"]);
  CHECK([publisher setBeauty:(ONBeauty){.smooth = 0.5F} error:&error]);
  CHECK([[publisher statistics].destinations count] == 1);
  CHECK([[publisher delegateQueue] maxConcurrentOperationCount] == 1);
  [publisher close];
  [publisher close];
  CHECK(![publisher start:&error] && [error code] == ONErrorInvalidState);
  CHECK(![publisher pushSound:silence
                   frameCount:1
                   sampleRate:48000
                     channels:2
                   capturedAt:0
                        error:&error]);
  [publisher release];
}

std::atomic<int> g_told{0};
std::atomic<NSInteger> g_code{0};

void TellsCompletionsOnce() {
  ONPublisherConfiguration* configuration =
      [ONPublisherConfiguration configurationWithURL:@"rtmp://127.0.0.1:1/live/x"];
  configuration.maximumReconnects = 0;
  ONCompletion told = ^(NSError* error) {
    g_code = [error code];
    ++g_told;
  };

  ONPublisher* never = Publisher(configuration, NULL);
  [never stopWithCompletion:told];
  CHECK(Eventually([] { return g_told == 1; }) && g_code == 0);
  [never startWithCompletion:told];  // After -stop.
  CHECK(Eventually([] { return g_told == 2; }) && g_code == ONErrorInvalidState);
  [never close];
  [never startWithCompletion:told];
  CHECK(Eventually([] { return g_told == 3; }) && g_code == ONErrorInvalidState);
  [never release];

  ONPublisher* refused = Publisher(configuration, NULL);  // Nobody listens on port 1.
  [refused startWithCompletion:told];
  CHECK(Eventually([] { return g_told == 4; }) && g_code != 0);
  [refused startWithCompletion:told];
  CHECK(Eventually([] { return g_told == 5; }) && g_code == ONErrorInvalidState);
  [refused stopWithCompletion:told];
  CHECK(Eventually([] { return g_told == 6; }) && g_code != 0);
  [refused close];
  [refused release];

  ONPublisher* closed = Publisher(configuration, NULL);
  [closed startWithCompletion:told];
  [closed close];
  CHECK(Eventually([] { return g_told == 7; }) && g_code != 0);
  [closed release];
  CHECK(!Eventually([] { return g_told > 7; }, 0.1));
}

ONPublisherConfiguration* ForNobody() {  // Nobody listens on port 1; it is tried again and again.
  return [ONPublisherConfiguration configurationWithURL:@"rtmp://127.0.0.1:1/live/x"];
}

// A button pressed twice: the second press is refused, and takes nothing from the first.
void TellsEveryStartItsOwnOutcome() {
  static std::atomic<int> first{0};
  static std::atomic<int> second{0};
  static std::atomic<NSInteger> first_code{0};
  static std::atomic<NSInteger> second_code{0};
  ONPublisherConfiguration* configuration = ForNobody();
  configuration.maximumReconnects = 0;
  ONPublisher* publisher = Publisher(configuration, NULL);
  [[publisher delegateQueue] setSuspended:YES];  // Nothing is told before both are there.
  [publisher startWithCompletion:^(NSError* error) {
    first_code = [error code];
    ++first;
  }];
  [publisher startWithCompletion:^(NSError* error) {
    second_code = [error code];
    ++second;
  }];
  NSError* error = nil;
  CHECK(![publisher start:&error] && [error code] == ONErrorInvalidState);
  [[publisher delegateQueue] setSuspended:NO];
  CHECK(Eventually([] { return first == 1 && second == 1; }));
  CHECK(second_code == ONErrorInvalidState);
  CHECK(first_code != 0 && first_code != ONErrorInvalidState);  // Of the connection.
  [publisher close];
  CHECK(first == 1 && second == 1);
  [publisher release];
}

void TellsEveryStop() {
  static std::atomic<int> stops{0};
  ONCompletion told = ^(NSError*) {
    ++stops;
  };
  ONPublisher* publisher = Publisher(ForNobody(), NULL);
  CHECK([publisher start:NULL]);
  [[publisher delegateQueue] setSuspended:YES];
  for (int i = 0; i < 3; ++i) [publisher stopWithCompletion:told];
  [[publisher delegateQueue] setSuspended:NO];
  CHECK(Eventually([] { return stops == 3; }, 5));
  [publisher release];

  ONPlayerConfiguration* room =
      [ONPlayerConfiguration configurationWithURL:@"http://[::1]:1/a.flv"];
  ONPlayer* player = [[ONPlayer alloc] initWithConfiguration:room
                                                    delegate:nil
                                               delegateQueue:nil
                                                       error:NULL];
  stops = 0;
  CHECK([player start:NULL]);
  [[player delegateQueue] setSuspended:YES];
  for (int i = 0; i < 3; ++i) [player stopWithCompletion:told];
  [[player delegateQueue] setSuspended:NO];
  CHECK(Eventually([] { return stops == 3; }, 5));
  [player release];
}

__attribute__((noinline)) void AskToBeTold(ONPublisher* publisher, int number,
                                           std::atomic<int>* told) {
  [publisher stopWithCompletion:^(NSError*) {
    *told += number;
  }];
}

__attribute__((noinline)) void UseTheStack() {
  volatile char used[4096];
  for (volatile char& byte : used) byte = 0x5a;
}

// What a block has captured is told of later, when its caller's frame is long gone.
void KeepsWhatACompletionCaptured() {
  std::atomic<int> told{0};
  ONPublisher* publisher = Publisher(ForNobody(), NULL);
  CHECK([publisher start:NULL]);
  [[publisher delegateQueue] setSuspended:YES];
  AskToBeTold(publisher, 40, &told);
  AskToBeTold(publisher, 2, &told);
  UseTheStack();
  [[publisher delegateQueue] setSuspended:NO];
  CHECK(Eventually([&] { return told == 42; }, 5));
  [publisher close];
  [publisher release];
}

void CountsWhatACompletionRaises() {
  ONPublisherConfiguration* configuration =
      [ONPublisherConfiguration configurationWithURL:@"rtmp://127.0.0.1:1/live/x"];
  configuration.maximumReconnects = 0;
  Witness* witness = [[Witness alloc] init];
  witness->manners = Manners::kRaising;
  ONPublisher* publisher = [[ONPublisher alloc] initWithConfiguration:configuration
                                                             delegate:witness
                                                        delegateQueue:nil
                                                                error:NULL];
  [publisher startWithCompletion:^(NSError*) {
    [NSException raise:@"BadManners" format:@"in a completion"];
  }];
  CHECK(Eventually([=] { return witness->ended == 1; }));
  CHECK(Eventually([=] { return [publisher containedExceptions] == witness->calls + 1; }));
  NSAutoreleasePool* pool = [[NSAutoreleasePool alloc] init];
  CHECK([witness retainCount] == 2);
  [publisher close];
  [pool drain];
  CHECK([witness retainCount] == 1);
  [publisher release];
  [witness release];
}

void HasNoSoundWhereNoneIsWanted() {
  ONPlayerConfiguration* room =
      [ONPlayerConfiguration configurationWithURL:@"http://[::1]:1/a.flv"];
  room.playsSound = NO;
  ONPlayer* player = [[ONPlayer alloc] initWithConfiguration:room
                                                    delegate:nil
                                               delegateQueue:nil
                                                       error:NULL];
  float samples[4] = {1, 1, 1, 1};
  NSInteger rate = 1;
  NSInteger channels = 1;
  NSError* error = nil;
  CHECK(![player pullSound:samples
                  capacity:4
                frameCount:2
                   heardAt:0
                sampleRate:&rate
                  channels:&channels
                     error:&error]);
  CHECK([error code] == ONErrorInvalidState && samples[3] == 0 && rate == 0);
  CHECK([player takePictureAt:0] == nil);
  CHECK(![player pause:&error] && [error code] == ONErrorUnsupported);
  CHECK(![player startRecordingToFile:@"x.wav" error:&error]);
  [player release];
}

}  // namespace

int main() {
  NSAutoreleasePool* pool = [[NSAutoreleasePool alloc] init];
  GSDebugAllocationActive(YES);
  NSAutoreleasePool* inner = [[NSAutoreleasePool alloc] init];
  TellsErrorsByNameAndCode();
  RefusesWhatIsOutOfRange();
  TakesPicturesOfExactlyTheirSize();
  SharesAPicturesMemory();
  IsUsedInItsOrderAlone();
  TellsCompletionsOnce();
  TellsEveryStartItsOwnOutcome();
  TellsEveryStop();
  KeepsWhatACompletionCaptured();
  CountsWhatACompletionRaises();
  HasNoSoundWhereNoneIsWanted();
  [inner drain];
  CheckThatNothingIsLeft();
  [pool drain];
  return EndOfChecks();
}
