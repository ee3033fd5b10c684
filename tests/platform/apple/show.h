// SPDX-License-Identifier: Apache-2.0
//
// A small live stream whose pictures say which one they are, and one who watches it.
#pragma once

#include <cstdlib>

#include "tests/platform/apple/moving_bar.h"
#include "tests/platform/apple/witness.h"

constexpr Size kShowSize{320, 192};
constexpr double kShowRate = 25;  // Pictures a second.
// The bar is in so many places, so that a picture tells its number but for multiples of this.
constexpr int kPlaces = 35;

// The number of a picture of the show, below kPlaces; -1: it shows none.
inline int NumberOf(ONPicture* picture) {
  const NSInteger at = FindBar(picture);
  if (at < 0) return -1;
  return static_cast<int>((at + 4) / 8 * 18) % kPlaces;  // The inverse of BarAt().
}

// What a camera and a microphone do, on the main thread.
struct Show {
  ONPublisher* publisher = nil;
  NSTimeInterval began = ONNow();
  int pictures = 0;
  int sounds = 0;

  void Push() {
    const double at = ONNow() - began;
    while (pictures < at * kShowRate) {
      [publisher pushPicture:DrawBar(kShowSize, pictures++)
                  capturedAt:ONNow()
                    rotation:ONRotationNone];
    }
    while (sounds < at * 50) {
      const auto tone = DrawTone(sounds++);
      [publisher pushSound:tone.data()
                frameCount:960
                sampleRate:48000
                  channels:2
                capturedAt:began + sounds * 0.02
                     error:NULL];
    }
  }
};

inline ONPublisherConfiguration* ShowConfiguration(NSArray* urls) {
  ONPublisherConfiguration* configuration =
      [[[ONPublisherConfiguration alloc] initWithURLs:urls] autorelease];
  configuration.video.width = kShowSize.width;
  configuration.video.height = kShowSize.height;
  configuration.video.framesPerSecond = kShowRate;
  configuration.video.bitsPerSecond = 300000;
  configuration.minimumVideoBitsPerSecond = 300000;  // The rate stays.
  configuration.video.keyFrameInterval = 1;
  configuration.video.preset = @"ultrafast";
  configuration.video.threads = 1;
  return configuration;
}

inline NSString* Join(const char* prefix, NSString* rest) {
  return [NSString stringWithFormat:@"%s/%@", prefix, rest];
}

// Runs the main loop and the show until the claim holds; 5 ms a turn.
template <typename Claim>
bool ShowUntil(Show& show, Claim claim, NSTimeInterval at_most = kPatience) {
  const NSTimeInterval until = ONNow() + at_most;
  for (;;) {
    NSAutoreleasePool* pool = [[NSAutoreleasePool alloc] init];
    show.Push();
    [[NSRunLoop currentRunLoop] runUntilDate:[NSDate dateWithTimeIntervalSinceNow:0.001]];
    const bool is_so = claim();
    [pool drain];
    if (is_so) return true;
    if (ONNow() >= until) return false;
    usleep(4000);
  }
}

// Live on all addresses; nil where it does not come.
inline bool GoLive(Show& show, ONPublisherConfiguration* configuration,
                   id<ONPublisherDelegate> delegate = nil) {
  NSError* error = nil;
  show.publisher = [[ONPublisher alloc] initWithConfiguration:configuration
                                                     delegate:delegate
                                                delegateQueue:nil
                                                        error:&error];
  if (show.publisher == nil) NSLog(@"%@", error);
  show.began = ONNow();
  return [show.publisher start:NULL] && ShowUntil(show, [&] {
           for (ONDestinationStatistics* one in [show.publisher statistics].destinations) {
             if (one.framesSent < 5) return false;
           }
           return true;
         });
}

inline void End(Show& show) {
  [show.publisher close];
  [show.publisher release];
  show.publisher = nil;
}

// Takes a player's pictures, and sees whether one came twice or behind its successor.
struct Watching {
  int pictures = 0;
  int wrong = 0;   // No picture of the show.
  int behind = 0;  // Not behind the one before.
  int missing = 0;
  int last = -1;

  void Look(ONPicture* picture) {
    if (picture == nil) return;
    ++pictures;
    const int number = NumberOf(picture);
    if (number < 0) ++wrong;
    if (number < 0) return;
    if (last >= 0) {
      const int step = (number - last + kPlaces) % kPlaces;
      if (step == 0 || step > kPlaces / 2) {
        ++behind;
        std::printf("%d behind %d\n", number, last);
      } else {
        missing += step - 1;
      }
    }
    last = number;
  }
};

// The same by the pictures' places on the line, so that those that a busy machine leaves out are
// not taken for disorder.
struct InPlace {
  bool is_exact = true;  // Each is at its number's place to the millisecond.
  int pictures = 0;
  int wrong = 0;   // Another picture of the show than this place has, or none.
  int behind = 0;  // Not behind the one before.
  NSTimeInterval last = -1e9;
  int first = -1;  // The number of the picture at the line's beginning.

  void Look(ONPicture* picture) {
    if (picture == nil) return;
    ++pictures;
    if (picture.position <= last) ++behind;
    last = picture.position;
    const int number = NumberOf(picture);
    const int at = static_cast<int>(std::lround(picture.position * kShowRate)) % kPlaces;
    if (number >= 0 && first < 0) first = (number - at + kPlaces) % kPlaces;
    if (number < 0 || (is_exact && (first + at) % kPlaces != number)) {
      ++wrong;
      std::printf("picture %d at %.3f s\n", number, picture.position);
    }
  }
};
