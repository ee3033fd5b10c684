// SPDX-License-Identifier: Apache-2.0
//
// An app that codes by itself: its frames go live through a real edge, and what the network wants
// comes back to it.
//
// usage: onair_apple_encoded_test RTMP-PREFIX HTTP-PREFIX
#include "tests/platform/apple/coded_show.h"

// Hears what the network wants, and may end the publisher by that.
@interface Steering : NSObject <ONEncoderControl> {
 @public
  std::atomic<int> targets;
  std::atomic<int> key_frames;
  std::atomic<int> elsewhere;  // Words on another thread than the main one.
  std::atomic<int64_t> rate;
  std::atomic<bool> is_paused;
  Manners manners;
  std::atomic<void*> leaves;  // A publisher, released at the next of these.
}
@end
@implementation Steering
- (void)leave {
  if (![NSThread isMainThread]) {
    ++elsewhere;
    [(ONPublisher*)leaves.exchange(nullptr) release];
  }
  if (manners == Manners::kRaising) [NSException raise:@"BadManners" format:@"in a control"];
}
- (void)encoderShouldFollowTarget:(ONEncoderTarget)target {
  ++targets;
  rate = target.bitsPerSecond;
  is_paused = target.isPaused;
  [self leave];
}
- (void)encoderShouldMakeKeyFrame {
  ++key_frames;
  [self leave];
}
@end

// Hands on what it sees, from the encoders' threads.
@interface Relay : NSObject <ONEncodedFrameObserver> {
 @public
  NSData* record;  // Of the first of each.
  NSData* sound_record;
  std::atomic<Manners> manners;
  std::atomic<int> pictures;
  std::atomic<int> sounds;
  std::atomic<int> on_main;
  std::atomic<int> wrong;
  std::atomic<int> refused;
  std::atomic<void*> onward;
}
@end
@implementation Relay
- (void)publisherDidEncodeFrame:(ONEncodedFrame*)frame {
  if ([NSThread isMainThread]) ++on_main;
  const bool is_sound = frame.kind == ONFrameKindAudio;
  NSData** first = is_sound ? &sound_record : &record;
  if (*first == nil) *first = [frame.decoderConfiguration retain];
  if (!is_sound && (frame.width != kShowSize.width || frame.height != kShowSize.height)) ++wrong;
  if (frame.length == 0 || [frame.decoderConfiguration length] == 0) ++wrong;
  auto* publisher = (ONPublisher*)onward.load();
  // A record goes with key frames alone.
  ONEncodedFrame* plain = [[[ONEncodedFrame alloc] initWithKind:frame.kind
                                                           data:[NSData dataWithBytes:frame.bytes
                                                                               length:frame.length]
                                               presentationTime:frame.presentationTime
                                                     decodeTime:frame.decodeTime
                                                     capturedAt:frame.capturedAt] autorelease];
  if (publisher != nil && ![publisher pushEncodedFrame:plain error:NULL]) ++refused;
  is_sound ? ++sounds : ++pictures;
  if (manners == Manners::kRaising) [NSException raise:@"BadManners" format:@"in an observer"];
}
- (void)dealloc {
  [record release];
  [sound_record release];
  [super dealloc];
}
@end

namespace {

void GoesLiveWithItsOwnFrames() {
  Steering* steering = [[Steering alloc] init];
  NSAutoreleasePool* pool = [[NSAutoreleasePool alloc] init];
  {
    CodedShow show;
    show.video = std::make_unique<BarCoder>(kWish);
    show.sound = std::make_unique<SoundCoder>();
    ONPublisherConfiguration* configuration = Coded(@"coded", *show.video);
    configuration.audio = [[[ONAudioConfiguration alloc] init] autorelease];
    configuration.audio.decoderConfiguration = DataOf(show.sound->record());
    configuration.encoderControl = steering;
    configuration = [[configuration copy] autorelease];
    show.publisher = Open(configuration, NULL);
    CHECK([show.publisher start:NULL]);
    CHECK(show.Until([&] { return show.Numbers().framesEncoded >= 10; }));
    show.Watch(@"coded.flv");
    CHECK(show.Until([&] { return show.seen.pictures >= 30 && show.loudest > 0.2; }));
    CHECK(show.seen.wrong == 0 && show.seen.behind == 0);
    CHECK(show.refused == 0 && [show.player statistics].decodeErrors == 0);
    CHECK(show.Numbers().keyFrames >= 1 && show.Numbers().audioBytes > 0);
    CHECK([show.Numbers().encoder isEqual:@""]);

    // What the app or the network allows.
    CHECK([show.publisher limitBitsPerSecond:120000 framesPerSecond:10 error:NULL]);
    CHECK(show.Until([&] { return steering->rate == 120000; }));

    // Nothing is sent in a pause, and a key frame is the first behind it.
    const int wanted = steering->key_frames;
    [show.publisher pause];
    CHECK(show.Until([&] { return show.Numbers().framesWithheld >= 5; }));
    CHECK(show.Until([&] { return show.Numbers().audioFramesWithheld >= 1; }));
    [show.publisher resume];
    CHECK(show.Until([&] { return steering->key_frames > wanted; }));
    const int64_t keys = show.Numbers().keyFrames;
    show.video->WantKeyFrame();
    CHECK(show.Until([&] { return show.Numbers().keyFrames > keys; }));
    const int before = show.seen.pictures;
    CHECK(show.Until([&] { return show.seen.pictures >= before + 10; }));
  }
  [pool drain];
  CHECK(Eventually([=] { return [steering retainCount] == 1; }));
  [steering release];
  CHECK(Eventually([] { return g_loans == 0; }));
}

void GoesOnInAnotherSize() {
  CodedShow show;
  show.video = std::make_unique<BarCoder>(kWish);
  show.publisher = Open(Coded(@"resized", *show.video), NULL);
  CHECK([show.publisher start:NULL]);
  CHECK(show.Until([&] { return show.Numbers().framesEncoded >= 10; }));
  show.Watch(@"resized.flv");
  CHECK(show.Until([&] { return show.last.width == 320; }));

  show.video = std::make_unique<BarCoder>(BarCoder::Wish{160, 96, kShowRate, 200000});
  show.size = {160, 96};
  show.has_new_track = true;
  CHECK(show.Until([&] { return show.last.width == 160 && show.last.height == 96; }));
  CHECK(show.refused == 0);
}

// B pictures: they are given as they are decoded, and seen as they are shown.
void KeepsTheOrderOfBPictures() {
  CodedShow show;
  show.video = std::make_unique<BarCoder>(BarCoder::Wish{320, 192, kShowRate, 300000, 0.3});
  show.publisher = Open(Coded(@"reordered", *show.video), NULL);
  CHECK([show.publisher start:NULL]);
  CHECK(show.Until([&] { return show.Numbers().framesEncoded >= 10; }));
  show.Watch(@"reordered.flv");
  CHECK(show.Until([&] { return show.seen.pictures >= 30; }));
  CHECK(show.seen.wrong == 0 && show.seen.behind == 0 && show.refused == 0);
}

void RefusesWhatIsNoFrame() {
  const BarCoder coder(kWish);
  NSError* error = nil;
  const auto detail = [&] { return [[error userInfo] objectForKey:ONErrorDetailKey]; };
  ONPublisher* coded = Open(Coded(@"refused", coder), NULL);
  const uint8_t unit[] = {0, 0, 0, 2, 0x65, 0x88};
  const uint8_t start_code[] = {0, 0, 0, 1, 0x65, 0x88, 0x80, 0x10};
  NSData* good = [NSData dataWithBytes:unit length:sizeof unit];
  const auto refused = [&](NSInteger kind, NSData* data, double pts, double dts) {
    ONEncodedFrame* frame = [[ONEncodedFrame alloc] initWithKind:static_cast<ONFrameKind>(kind)
                                                            data:data
                                                presentationTime:pts
                                                      decodeTime:dts
                                                      capturedAt:0];
    error = nil;
    const BOOL is_taken = [coded pushEncodedFrame:frame error:&error];
    [frame release];
    CHECK(!is_taken && [error code] == ONErrorInvalidConfig);
    return detail();
  };
  CHECK([refused(0, good, 0, 0) isEqual:@"kind"] && [refused(5, good, 0, 0) isEqual:@"kind"]);
  CHECK([refused(ONFrameKindAudio, good, 0, 0) isEqual:@"kind"]);  // Nobody said so.
  CHECK([refused(1, [NSData data], 0, 0) isEqual:@"data"]);
  CHECK([refused(1, [NSData dataWithBytes:start_code length:8], 0, 0) isEqual:@"data"]);
  CHECK([refused(1, good, NAN, 0) isEqual:@"presentationTime"]);
  CHECK([refused(1, good, 0, HUGE_VAL) isEqual:@"decodeTime"]);
  CHECK([refused(1, good, 1, 2) isEqual:@"decodeTime"]);
  ONEncodedFrame* frame = [[[ONEncodedFrame alloc] initWithKind:ONFrameKindKey
                                                           data:good
                                               presentationTime:0
                                                     decodeTime:0
                                                     capturedAt:0] autorelease];
  const auto tracked = [&](NSData* record, NSInteger width, NSInteger height) {
    CHECK(![coded pushEncodedFrame:[frame frameWithDecoderConfiguration:record
                                                                  width:width
                                                                 height:height]
                             error:&error]);
    return detail();
  };
  NSData* record = DataOf(coder.record());
  CHECK([tracked([NSData dataWithBytes:start_code length:8], 16, 16)
      isEqual:@"decoderConfiguration"]);
  CHECK([tracked(record, -1, 16) isEqual:@"width"] &&
        [tracked(record, 1L << 33, 2) isEqual:@"width"]);
  CHECK([tracked(record, 16, 0) isEqual:@"height"]);
  CHECK([coded pushEncodedFrame:frame error:&error]);  // Let go: it has not started.
  ONEncodedFrame* none = nil;
  CHECK(![coded pushEncodedFrame:none error:&error] && [detail() isEqual:@"frame"]);
  CHECK(![coded addFilter:(id<ONPictureFilter>)@"" error:&error]);
  CHECK([error code] == ONErrorInvalidState);  // There are no pictures of ours.
  [coded close];
  CHECK(![coded pushEncodedFrame:frame error:&error] && [error code] == ONErrorInvalidState);
  [coded release];

  ONPublisherConfiguration* plain = ShowConfiguration([NSArray arrayWithObject:@"rtmp://h/a/b"]);
  ONPublisher* coding = Open(plain, NULL);
  CHECK(![coding pushEncodedFrame:frame error:&error] && [error code] == ONErrorInvalidState);
  [coding release];
  plain.video.decoderConfiguration = [NSData data];
  CHECK(Open(plain, &error) == nil && [detail() isEqual:@"video.decoderConfiguration"]);
  plain.video.decoderConfiguration = nil;
  plain.audio.decoderConfiguration = [NSData data];
  CHECK(Open(plain, &error) == nil && [detail() isEqual:@"audio.decoderConfiguration"]);
}

// What one publisher codes goes live by another.
void HandsOnWhatItCodes() {
  Relay* relay = [[Relay alloc] init];
  NSAutoreleasePool* pool = [[NSAutoreleasePool alloc] init];
  {
    Show show;
    ONPublisherConfiguration* configuration =
        ShowConfiguration([NSArray arrayWithObject:Join(g_rtmp, @"observed")]);
    configuration.encodedFrameObserver = relay;
    CHECK(GoLive(show, [[configuration copy] autorelease]));
    CHECK(ShowUntil(show, [&] { return relay->sounds >= 1 && relay->pictures >= 1; }));
    CHECK(relay->on_main == 0 && relay->wrong == 0);

    ONPublisherConfiguration* coded =
        ShowConfiguration([NSArray arrayWithObject:Join(g_rtmp, @"relayed")]);
    coded.video.decoderConfiguration = relay->record;
    coded.audio.decoderConfiguration = relay->sound_record;
    ONPublisher* onward = Open(coded, NULL);
    CHECK([onward start:NULL]);
    relay->onward = (void*)onward;
    CHECK(ShowUntil(show, [&] { return [onward statistics].keyFrames >= 1; }));
    CHECK([onward statistics].encodeErrors == 0);
    Watching seen;
    ONPlayerConfiguration* room =
        [ONPlayerConfiguration configurationWithURL:Join(g_http, @"relayed.flv")];
    room.playsSound = NO;
    ONPlayer* player = [[ONPlayer alloc] initWithConfiguration:room
                                                      delegate:nil
                                                 delegateQueue:nil
                                                         error:NULL];
    CHECK([player start:NULL]);
    CHECK(ShowUntil(show, [&] {
      seen.Look([player takePictureAt:0]);
      return seen.pictures >= 20;
    }));
    CHECK(seen.wrong == 0);
    CHECK(relay->refused == 0);
    relay->onward = nullptr;
    relay->manners = Manners::kRaising;  // Contained.
    const int told = relay->pictures;
    CHECK(ShowUntil(show, [&] { return relay->pictures >= told + 5; }));
    [player close];
    [player release];
    End(show);
    [onward close];
    [onward release];
  }
  [pool drain];
  CHECK(Eventually([=] { return [relay retainCount] == 1; }));
  [relay release];
}

// By the word of another thread, which waited for itself otherwise.
void EndsByAWordToItsEncoder() {
  Steering* steering = [[Steering alloc] init];
  {
    NSAutoreleasePool* pool = [[NSAutoreleasePool alloc] init];
    steering->manners = Manners::kRaising;  // Contained.
    const BarCoder coder(kWish);
    ONPublisherConfiguration* configuration = Coded(@"left", coder);
    configuration.encoderControl = steering;
    ONPublisher* publisher = Open(configuration, NULL);
    steering->leaves = publisher;
    CHECK([publisher start:NULL]);
    [pool drain];
  }
  CHECK(Eventually([] { return GSDebugAllocationCount([ONPublisher class]) == 0; }));
  CHECK(steering->leaves == nullptr && steering->elsewhere >= 1);
  CHECK(Eventually([=] { return [steering retainCount] == 1; }));
  [steering release];
}

void Run() {
  RefusesWhatIsNoFrame();
  GoesLiveWithItsOwnFrames();
  GoesOnInAnotherSize();
  KeepsTheOrderOfBPictures();
  HandsOnWhatItCodes();
  EndsByAWordToItsEncoder();
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
  CHECK(GSDebugAllocationCount([Steering class]) == 0);
  CHECK(GSDebugAllocationCount([Relay class]) == 0);
  CHECK(g_loans == 0);
  [pool drain];
  return EndOfChecks();
}
