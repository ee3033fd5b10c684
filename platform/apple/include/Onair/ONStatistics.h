// SPDX-License-Identifier: Apache-2.0
//
// Snapshots. Counters only grow. Immutable; any thread.
#import <Onair/ONPreloadPool.h>
#include <stdint.h>

NS_ASSUME_NONNULL_BEGIN

typedef NS_ENUM(NSInteger, ONPublishState) {
  ONPublishStateConnecting = 1,    // First connection under way.
  ONPublishStateLive = 2,          // The server accepted the stream.
  ONPublishStateReconnecting = 3,  // Lost it; trying again by itself.
  ONPublishStateEnded = 4,         // Stopped, or given up: see the error.
};

typedef NS_ENUM(NSInteger, ONPlayState) {
  ONPlayStateConnecting = 1,
  ONPlayStatePlaying = 2,
  ONPlayStateStalled = 3,  // Nothing left to show; refilling.
  ONPlayStateReconnecting = 4,
  ONPlayStateEnded = 5,
  ONPlayStateAwaitingPublisher = 6,  // The publisher left; it goes on when one is back.
  ONPlayStatePaused = 7,
};

typedef NS_ENUM(NSInteger, ONNetworkQuality) { ONNetworkQualityGood = 1, ONNetworkQualityPoor = 2 };

// One address of a publisher.
@interface ONDestinationStatistics : NSObject {
 @private
  void* _numbers;
}
@property(nonatomic, readonly, copy) NSString* URL;  // Without its secrets.
@property(nonatomic, readonly) ONPublishState state;
@property(nonatomic, readonly) ONNetworkQuality networkQuality;
@property(nonatomic, readonly) int64_t framesSent;
@property(nonatomic, readonly) int64_t framesDropped;
@property(nonatomic, readonly) int64_t keyFramesSent;
@property(nonatomic, readonly) int64_t audioFramesSent;
@property(nonatomic, readonly) int64_t bytesSent;
@property(nonatomic, readonly) NSTimeInterval queuedTime;     // Now, before the socket.
@property(nonatomic, readonly) NSTimeInterval roundTripTime;  // Now; below 0: unknown.
@property(nonatomic, readonly) NSTimeInterval sendDelay;      // Median; below 0: unknown.
@property(nonatomic, readonly) int64_t networkBitsPerSecond;  // Below 0: unknown.
@property(nonatomic, readonly) int64_t reconnects;
@property(nonatomic, readonly) int64_t handOvers;
@property(nonatomic, readonly) NSError* _Nullable error;  // Why it ended, when not by -stop.
@end

@interface ONPublisherStatistics : NSObject {
 @private
  void* _numbers;
  ON_ARRAY_OF(ONDestinationStatistics*) * _destinations;
}
@property(nonatomic, readonly) int64_t framesCaptured;
@property(nonatomic, readonly) int64_t framesEncoded;
@property(nonatomic, readonly) int64_t framesDropped;   // Before the encoder.
@property(nonatomic, readonly) int64_t framesSkipped;   // The same, for the network's sake.
@property(nonatomic, readonly) int64_t framesRepeated;  // For want of a new one.
@property(nonatomic, readonly) int64_t audioGlitches;
@property(nonatomic, readonly) int64_t encodeErrors;
@property(nonatomic, readonly) int64_t keyFrames;
@property(nonatomic, readonly) int64_t videoBytes;  // Encoded.
@property(nonatomic, readonly) int64_t audioBytes;
@property(nonatomic, readonly) int64_t targetBitsPerSecond;
@property(nonatomic, readonly) double framesPerSecond;  // Encoded, over the last second.
@property(nonatomic, readonly) NSInteger width;
@property(nonatomic, readonly) NSInteger height;
@property(nonatomic, readonly)
    BOOL followsRegions;  // Whether the encoder knows regions of interest.
@property(nonatomic, readonly, copy) ON_ARRAY_OF(ONDestinationStatistics*) * destinations;
@end

@interface ONPlayerStatistics : NSObject {
 @private
  void* _numbers;
}
@property(nonatomic, readonly) ONPlayState state;
@property(nonatomic, readonly) NSInteger width;
@property(nonatomic, readonly) NSInteger height;
@property(nonatomic, readonly) int64_t videoFramesReceived;
@property(nonatomic, readonly) int64_t audioFramesReceived;
@property(nonatomic, readonly) int64_t framesDecoded;
@property(nonatomic, readonly) int64_t framesPresented;
@property(nonatomic, readonly) int64_t framesDropped;  // Never shown.
@property(nonatomic, readonly) int64_t decodeErrors;
@property(nonatomic, readonly) int64_t audioGaps;
@property(nonatomic, readonly) int64_t stalls;
@property(nonatomic, readonly) NSTimeInterval stalledTime;
@property(nonatomic, readonly) int64_t reconnects;
@property(nonatomic, readonly) int64_t bytesReceived;
@property(nonatomic, readonly) NSTimeInterval bufferedTime;  // Now.
@property(nonatomic, readonly)
    NSTimeInterval firstPictureTime;                    // From the start; below 0: not yet.
@property(nonatomic, readonly) NSTimeInterval latency;  // Capture to display; below 0: unknown.
@property(nonatomic, readonly) double framesPerSecond;  // Presented, over the last second.
@property(nonatomic, readonly) double freezePercent;
@property(nonatomic, readonly, copy)
    NSString* URL;  // What is played, with all that the app wrote there, secrets too.
// Over to other addresses: done, of any cause; those of them away from a realtime stream that did
// not come; begun but not done.
@property(nonatomic, readonly) int64_t switches;
@property(nonatomic, readonly) int64_t fallbacks;       // As above.
@property(nonatomic, readonly) int64_t failedSwitches;  // As above.
// Which of the configuration's qualities plays; NSNotFound where another address does.
@property(nonatomic, readonly) NSUInteger quality;
@property(nonatomic, readonly) ONQualityMode qualityMode;  // Who chose it.
// What the network carries, or at least what it was seen to carry, while the player chooses; 0:
// unknown.
@property(nonatomic, readonly) int64_t networkBitsPerSecond;
@property(nonatomic, readonly) NSTimeInterval position;  // Of a file or playlist; below 0: unknown.
@property(nonatomic, readonly) NSTimeInterval duration;  // Below 0: live, or unknown.
@property(nonatomic, readonly, getter=isSeekable)
    BOOL seekable;                                       // Whether -seekToPosition:error: works.
@property(nonatomic, readonly) ONPreloadTier preloaded;  // What the pool had of it.
@end

NS_ASSUME_NONNULL_END
