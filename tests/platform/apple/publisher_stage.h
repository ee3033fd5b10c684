// SPDX-License-Identifier: Apache-2.0
//
// A host with still pictures, and a viewer who measures what he sees of them through a real edge.
#pragma once

#include "tests/platform/apple/show.h"

// Of the edge; set by main().
inline const char* g_rtmp = nullptr;
inline const char* g_http = nullptr;

constexpr NSInteger kWidth = kShowSize.width;
constexpr NSInteger kHeight = kShowSize.height;

// I420: skin, a bright bar at the left, and in the lower half fine lines that move.
NSData* DrawStill(int n);
ONPicture* Still(int n);

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

inline bool IsNear(int value, int wanted) {
  return std::abs(value - wanted) <= 14;
}

// A publisher that is live, and one player of it.
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
    [publisher pushPicture:Still(pictures_++) capturedAt:0 rotation:ONRotationNone];
  }

  const NSTimeInterval began_ = ONNow();
  int pictures_ = 0;
};

// Without sound, to this name.
inline ONPublisherConfiguration* Pictures(NSString* name) {
  ONPublisherConfiguration* configuration =
      ShowConfiguration([NSArray arrayWithObject:Join(g_rtmp, name)]);
  configuration.audio = nil;
  return configuration;
}
