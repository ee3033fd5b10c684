// SPDX-License-Identifier: Apache-2.0
//
// A decoder of the app's own: it gets what a real edge sends, and the player shows what it makes.
//
// usage: onair_apple_decoder_test RTMP-PREFIX HTTP-PREFIX
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "tests/platform/apple/coder.h"
#include "tests/platform/apple/show.h"
#include "tests/platform/apple/witness.h"

namespace {

const char* g_rtmp = nullptr;
const char* g_http = nullptr;

ONPicture* PictureOf(const BarePicture& bare) {
  return [ONPicture pictureWithFormat:ONPixelFormatI420
                                width:bare.width
                               height:bare.height
                                 data:[NSData dataWithBytes:bare.bytes.data()
                                                     length:bare.bytes.size()]
                                error:NULL];
}

}  // namespace

enum class Trouble {
  kNone = 1,
  kRefusesStream,  // Of no kind that it knows.
  kFailsStream,    // This time.
  kLosesFrames,    // All but key frames.
  kRaises,         // From each method.
  kLeavesPlayer,   // Releases its last reference in a call.
  kMakesTooMany,   // Pictures of one frame.
};

// Another thread, on which pictures are ready later.
class Later {
 public:
  Later() : thread_([this] { Run(); }) {}
  ~Later() {
    Post(nullptr);
    thread_.join();
  }
  void Post(std::function<void()> task) {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
  }

 private:
  void Run() {
    for (;;) {
      std::function<void()> task;
      bool has_one = false;
      {
        const std::lock_guard lock(mutex_);
        if ((has_one = !tasks_.empty())) {
          task = std::move(tasks_.front());
          tasks_.pop_front();
        }
      }
      if (has_one && !task) return;
      NSAutoreleasePool* pool = [[NSAutoreleasePool alloc] init];
      if (has_one) task();
      [pool drain];
      if (!has_one) usleep(2000);
    }
  }

  std::mutex mutex_;
  std::deque<std::function<void()>> tasks_;
  std::thread thread_;
};

@interface Decoder : NSObject <ONPictureDecoder> {
 @public
  PictureCoder coder;
  Trouble trouble;
  Later* later;  // Null: pictures come at once. Not owned.
  std::atomic<int> configured;
  std::atomic<int> frames;
  std::atomic<int> keys;
  std::atomic<int> unknown_places;  // Of the wrong times that were refused as such.
  std::atomic<int> limits;
  std::atomic<int> flushed;
  std::atomic<int> jumps;
  std::atomic<int> invalidated;
  std::atomic<int> on_main;
  std::atomic<int> wrong;
  std::atomic<int> inside;
  std::atomic<void*> player;  // Of kLeavesPlayer.
}
@end
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

namespace {

struct Seat {
  Show& show;
  Decoder* decoder = [[Decoder alloc] init];
  Witness* witness = [[Witness alloc] init];
  ONPlayer* player = nil;
  InPlace seen = {.is_exact = false};  // At the moments of capture.

  Seat(Show& of, Trouble trouble, Later* later = nullptr) : show(of) {
    decoder->trouble = trouble;
    decoder->later = later;
  }
  ~Seat() {
    Leave();
    CHECK(decoder->invalidated == 1 && decoder->wrong == 0 && decoder->on_main == 0);
    [decoder release];
    [witness release];
  }

  void Open(NSString* url) {
    NSAutoreleasePool* pool = [[NSAutoreleasePool alloc] init];
    ONPlayerConfiguration* room = [ONPlayerConfiguration configurationWithURL:url];
    room.bufferMode = ONBufferModeSmooth;
    room.playsSound = NO;
    Decoder* one = decoder;
    room.decoderProvider = ^{
      return (id<ONPictureDecoder>)one;
    };
    room = [[room copy] autorelease];
    NSError* error = nil;
    player = [[ONPlayer alloc] initWithConfiguration:room
                                            delegate:witness
                                       delegateQueue:nil
                                               error:&error];
    CHECK(player != nil);
    if (decoder->trouble == Trouble::kLeavesPlayer) decoder->player = (void*)player;
    CHECK([player start:NULL]);
    [pool drain];
  }
  void Leave() {
    [player close];
    [player release];
    player = nil;
    CHECK(Eventually([&] { return [decoder retainCount] == 1; }));
  }
  template <typename Claim>
  bool Until(Claim claim) {
    return ShowUntil(show, [&] {
      seen.Look([player takePictureAt:0]);
      return claim();
    });
  }
};

NSString* Flv() {
  return Join(g_http, @"decoded.flv");
}

void ShowsWhatTheAppDecodes(Show& show, Later* later) {
  Seat seat(show, Trouble::kNone, later);
  seat.Open(Flv());
  CHECK(seat.Until([&] { return seat.seen.pictures >= 30; }));
  CHECK(seat.seen.wrong == 0 && seat.seen.behind == 0);
  CHECK(seat.decoder->configured == 1 && seat.decoder->keys >= 1);
  CHECK(seat.decoder->unknown_places >= 30 && seat.decoder->limits == 0);
  CHECK(seat.witness->first_pictures == 1);
  seat.Leave();
  const int frames = seat.decoder->frames;
  CHECK(ShowUntil(show, [] { return true; }) && seat.decoder->frames == frames);
}

void GoesOnAfterTrouble(Show& show) {
  {
    Seat seat(show, Trouble::kLosesFrames);
    seat.Open(Flv());
    CHECK(seat.Until([&] { return [seat.player statistics].decodeErrors >= 20; }));
    CHECK(seat.Until([&] { return seat.decoder->keys >= 2 && seat.seen.pictures >= 2; }));
  }
  {
    Seat seat(show, Trouble::kFailsStream);  // Asked again at the next key frame.
    seat.Open(Flv());
    CHECK(seat.Until([&] { return seat.decoder->configured >= 2 && seat.seen.pictures >= 5; }));
  }
  {
    Seat seat(show, Trouble::kRaises);
    seat.Open(Flv());
    CHECK(seat.Until([&] { return seat.decoder->configured >= 2; }));
    CHECK(seat.seen.pictures == 0 && seat.witness->ended == 0);
  }
  {
    Seat seat(show, Trouble::kMakesTooMany);
    seat.Open(Flv());
    CHECK(seat.Until([&] { return seat.decoder->limits >= 8; }));
  }
}

void EndsWithoutADecoder(Show& show) {
  Seat seat(show, Trouble::kRefusesStream);
  seat.Open(Flv());
  CHECK(seat.Until([&] { return seat.witness->ended == 1; }));
  CHECK(seat.witness->error_code == ONErrorCodecUnavailable);

  ONPlayerConfiguration* room = [ONPlayerConfiguration configurationWithURL:Flv()];
  NSError* error = nil;
  const auto refused = [&](ONDecoderProvider provider) {
    room.decoderProvider = provider;
    ONPlayer* none = [[ONPlayer alloc] initWithConfiguration:room
                                                    delegate:nil
                                               delegateQueue:nil
                                                       error:&error];
    CHECK(none == nil);
    return [error code];
  };
  CHECK(refused(^{
          return (id<ONPictureDecoder>)nil;
        }) == ONErrorCodecUnavailable);
  CHECK(refused(^{
          [NSException raise:@"BadManners" format:@"in a provider"];
          return (id<ONPictureDecoder>)nil;
        }) == ONErrorInternal);
}

// By the player's own thread, which waited for itself otherwise.
void EndsByItsDecoder(Show& show) {
  Seat seat(show, Trouble::kLeavesPlayer);
  seat.Open(Flv());
  seat.player = nil;  // The decoder's now.
  CHECK(ShowUntil(show, [] { return GSDebugAllocationCount([ONPlayer class]) == 0; }));
  CHECK(seat.decoder->player == nullptr && seat.decoder->frames >= 1);
}

void HearsOfJumpsAndEnds(Show& show, NSString* file) {
  Seat seat(show, Trouble::kNone);
  seat.Open(file);
  CHECK(seat.Until([&] { return seat.seen.pictures >= 5; }));
  const int before = seat.decoder->jumps;
  CHECK([seat.player seekToPosition:1 error:NULL]);
  CHECK(seat.Until([&] { return seat.decoder->jumps > before; }));
  CHECK(seat.Until([&] { return seat.decoder->flushed >= 1; }));
}

void Run() {
  NSString* file = @"onair_apple_decoder.flv";
  Show show;
  CHECK(GoLive(show, ShowConfiguration(
                         [NSArray arrayWithObjects:Join(g_rtmp, @"decoded"),
                                                   [@"file:" stringByAppendingString:file], nil])));
  ShowsWhatTheAppDecodes(show, nullptr);
  {
    Later later;
    ShowsWhatTheAppDecodes(show, &later);
  }
  GoesOnAfterTrouble(show);
  EndsWithoutADecoder(show);
  EndsByItsDecoder(show);
  End(show);
  HearsOfJumpsAndEnds(show, file);
  unlink([file UTF8String]);
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
  CHECK(GSDebugAllocationCount([Decoder class]) == 0);
  [pool drain];
  return EndOfChecks();
}
