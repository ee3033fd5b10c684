// SPDX-License-Identifier: Apache-2.0
//
// A decoder of the app's own: it gets what a real edge sends, and the player shows what it makes.
//
// usage: onair_apple_decoder_test RTMP-PREFIX HTTP-PREFIX
#include "tests/platform/apple/app_decoder.h"

namespace {

const char* g_rtmp = nullptr;
const char* g_http = nullptr;

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
