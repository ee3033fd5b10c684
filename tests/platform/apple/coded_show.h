// SPDX-License-Identifier: Apache-2.0
//
// An app that codes its show by itself, and one who watches it.
#pragma once

#include <memory>

#include "tests/platform/apple/coder.h"
#include "tests/platform/apple/show.h"

// Of the edge; set by main().
inline const char* g_rtmp = nullptr;
inline const char* g_http = nullptr;

inline NSData* DataOf(const std::vector<uint8_t>& bytes) {
  return [NSData dataWithBytes:bytes.data() length:bytes.size()];
}

// Bytes of a frame, which count those that are there.
inline std::atomic<int> g_loans{0};
@interface Loan : NSData {
  NSData* _bytes;
}
@end

constexpr BarCoder::Wish kWish{320, 192, kShowRate, 300000};

inline ONPublisherConfiguration* Coded(NSString* name, const BarCoder& coder) {
  ONPublisherConfiguration* configuration =
      ShowConfiguration([NSArray arrayWithObject:Join(g_rtmp, name)]);
  configuration.video.decoderConfiguration = DataOf(coder.record());
  configuration.audio = nil;
  return configuration;
}

inline ONPublisher* Open(ONPublisherConfiguration* configuration, NSError** error) {
  return [[ONPublisher alloc] initWithConfiguration:configuration
                                           delegate:nil
                                      delegateQueue:nil
                                              error:error];
}

inline ONEncodedFrame* FrameOf(const CodedFrame& coded) {
  NSData* data = [[[Loan alloc] initWithData:DataOf(coded.bytes)] autorelease];
  ONEncodedFrame* frame = [[[ONEncodedFrame alloc] initWithKind:static_cast<ONFrameKind>(coded.kind)
                                                           data:data
                                               presentationTime:coded.presented_at
                                                     decodeTime:coded.decoded_at
                                                     capturedAt:ONNow()] autorelease];
  CHECK([frame bytes] == [data bytes] && frame.length == coded.bytes.size());
  return frame;
}

// What an app with a coder of its own does, on the main thread.
struct CodedShow {
  ONPublisher* publisher = nil;
  std::unique_ptr<BarCoder> video;
  std::unique_ptr<SoundCoder> sound;  // Null: without.
  Size size = kShowSize;
  ONPlayer* player = nil;
  InPlace seen = {};
  ONPicture* last = nil;
  double loudest = 0;
  NSTimeInterval began = ONNow();
  int pictures = 0;
  int sounds = 0;
  int refused = 0;
  bool has_new_track = false;

  ~CodedShow() {
    [last release];
    [player close];
    [player release];
    [publisher close];
    [publisher release];
  }

  void Push() {
    const double at = ONNow() - began;
    while (pictures < at * kShowRate) {
      const int n = pictures++;
      // The line of the app's is not that of the capture.
      for (const CodedFrame& coded :
           video->Encode(static_cast<int>(BarAt(size, n)), 1000 + n / kShowRate)) {
        ONEncodedFrame* frame = FrameOf(coded);
        if (has_new_track && coded.kind == ONFrameKindKey) {
          frame = [frame frameWithDecoderConfiguration:DataOf(video->record())
                                                 width:size.width
                                                height:size.height];
        }
        if (![publisher pushEncodedFrame:frame error:NULL]) ++refused;
      }
    }
    while (sound != nullptr && sounds < at * 50) {
      const int n = sounds++;
      for (const CodedFrame& coded : sound->Encode(DrawTone(n), 1000 + n * 0.02)) {
        if (![publisher pushEncodedFrame:FrameOf(coded) error:NULL]) ++refused;
      }
    }
  }
  void Look() {
    ONPicture* picture = [player takePictureAt:0];
    if (picture.width == kShowSize.width) seen.Look(picture);
    if (picture != nil) {
      [last release];
      last = [picture retain];
    }
    float samples[2 * 480];
    NSInteger rate = 0, channels = 0;
    if (sound == nullptr || ![player pullSound:samples
                                      capacity:2 * 480
                                    frameCount:480
                                       heardAt:0
                                    sampleRate:&rate
                                      channels:&channels
                                         error:NULL]) {
      return;
    }
    for (NSInteger i = 0; i < 480 * channels && rate > 0; ++i) {
      loudest = std::fmax(loudest, std::fabs(static_cast<double>(samples[i])));
    }
  }
  template <typename Claim>
  bool Until(Claim claim, NSTimeInterval at_most = kPatience) {
    const NSTimeInterval until = ONNow() + at_most;
    for (;;) {
      NSAutoreleasePool* pool = [[NSAutoreleasePool alloc] init];
      Push();
      Look();
      [[NSRunLoop currentRunLoop] runUntilDate:[NSDate dateWithTimeIntervalSinceNow:0.001]];
      const bool is_so = claim();
      [pool drain];
      if (is_so || ONNow() >= until) return is_so;
      usleep(8000);
    }
  }
  void Watch(NSString* name) {
    ONPlayerConfiguration* room = [ONPlayerConfiguration configurationWithURL:Join(g_http, name)];
    room.bufferMode = ONBufferModeSmooth;
    player = [[ONPlayer alloc] initWithConfiguration:room
                                            delegate:nil
                                       delegateQueue:nil
                                               error:NULL];
    CHECK([player start:NULL]);
  }
  ONPublisherStatistics* Numbers() const { return [publisher statistics]; }
};
