// SPDX-License-Identifier: Apache-2.0
//
// Snapshots. Counters only grow. Immutable; any thread.
#import <Onair/ONPreloadPool.h>
#include <stdint.h>

NS_ASSUME_NONNULL_BEGIN

// Where the session of one destination stands.
typedef NS_ENUM(NSInteger, ONPublishState) {
  ONPublishStateConnecting = 1,    // First connection under way.
  ONPublishStateLive = 2,          // The server accepted the stream.
  ONPublishStateReconnecting = 3,  // Lost it; trying again by itself.
  ONPublishStateEnded = 4,         // Stopped, or given up: see the error.
};

// Where a player stands.
typedef NS_ENUM(NSInteger, ONPlayState) {
  ONPlayStateConnecting = 1,         // First connection under way.
  ONPlayStatePlaying = 2,            // Pictures or sound are coming out.
  ONPlayStateStalled = 3,            // Nothing left to show; refilling.
  ONPlayStateReconnecting = 4,       // Lost it; trying again by itself.
  ONPlayStateEnded = 5,              // Stopped, over, or given up: see the error.
  ONPlayStateAwaitingPublisher = 6,  // The publisher left; it goes on when one is back.
  ONPlayStatePaused = 7,             // By -[ONPlayer pause:]; the picture stands.
};

// Whether the network carries the stream, were it at its lowest rate.
typedef NS_ENUM(NSInteger, ONNetworkQuality) { ONNetworkQualityGood = 1, ONNetworkQualityPoor = 2 };

// Who controls the rate of a destination by the word of a policy; what a service sorts sessions by.
// Immutable.
@interface ONPolicyChoice : NSObject {
 @private
  void* _choice;
}
@property(nonatomic, readonly, copy) NSString* policyVersion;  // As the policy has it.
@property(nonatomic, readonly, copy) NSString* experiment;     // As the policy has it.
// Same session identifier, same arm: on every network, over every reconnect.
@property(nonatomic, readonly, copy) NSString* arm;
@property(nonatomic, readonly, copy) NSString* controller;  // The one in force.
@property(nonatomic, readonly) ONNetworkKind networkKind;   // That it was chosen for.
@end

// One address of a publisher.
@interface ONDestinationStatistics : NSObject {
 @private
  void* _numbers;
}
@property(nonatomic, readonly, copy) NSString* URL;              // Without its secrets.
@property(nonatomic, readonly) ONPublishState state;             // Now.
@property(nonatomic, readonly) ONNetworkQuality networkQuality;  // Now; good before it is known.
@property(nonatomic, readonly) int64_t framesSent;  // Pictures, written to the transport.
// Pictures, before the socket: it was too slow.
@property(nonatomic, readonly) int64_t framesDropped;
@property(nonatomic, readonly) int64_t keyFramesSent;         // Of framesSent.
@property(nonatomic, readonly) int64_t audioFramesSent;       // Written to the transport.
@property(nonatomic, readonly) int64_t bytesSent;             // Protocol included.
@property(nonatomic, readonly) NSTimeInterval queuedTime;     // Now, before the socket.
@property(nonatomic, readonly) NSTimeInterval roundTripTime;  // Now; below 0: unknown.
@property(nonatomic, readonly) NSTimeInterval sendDelay;      // Median; below 0: unknown.
@property(nonatomic, readonly) int64_t networkBitsPerSecond;  // Below 0: unknown.
@property(nonatomic, readonly) int64_t reconnects;   // That carried media again after one was lost.
@property(nonatomic, readonly) int64_t handOvers;    // Moves to a second connection while live.
@property(nonatomic, readonly) int64_t URLRequests;  // Times the app was asked for its address.
// Nil without a policy, and for files.
@property(nonatomic, readonly) ONPolicyChoice* _Nullable policyChoice;
// Controllers that took over by the policy while it was live.
@property(nonatomic, readonly) int64_t policyChanges;
@property(nonatomic, readonly) NSError* _Nullable error;  // Why it ended, when not by -stop.
@end

// A publisher's common part, and its destinations.
@interface ONPublisherStatistics : NSObject {
 @private
  void* _numbers;
  ON_ARRAY_OF(ONDestinationStatistics*) * _destinations;
}
@property(nonatomic, readonly) int64_t framesCaptured;  // Pictures that came in.
@property(nonatomic, readonly) int64_t framesEncoded;   // Pictures that left the encoder.
@property(nonatomic, readonly) int64_t framesDropped;   // Before the encoder.
@property(nonatomic, readonly) int64_t framesSkipped;   // The same, for the network's sake.
@property(nonatomic, readonly) int64_t framesRepeated;  // For want of a new one.
@property(nonatomic, readonly) int64_t audioGlitches;   // Sound lost, or gaps filled with silence.
@property(nonatomic, readonly) int64_t encodeErrors;  // Pictures and sound that an encoder refused.
@property(nonatomic, readonly) int64_t keyFrames;     // Of framesEncoded.
@property(nonatomic, readonly) int64_t videoBytes;    // Encoded.
@property(nonatomic, readonly) int64_t audioBytes;    // Encoded.
@property(nonatomic, readonly) int64_t targetBitsPerSecond;  // Of the video encoder, now.
@property(nonatomic, readonly) double framesPerSecond;       // Encoded, over the last second.
@property(nonatomic, readonly) NSInteger width;              // Pixels, as encoded now.
@property(nonatomic, readonly) NSInteger height;             // Pixels, as encoded now.
@property(nonatomic, readonly)
    BOOL followsRegions;  // Whether the encoder knows regions of interest.
@property(nonatomic, readonly, copy) NSString* encoder;  // "x264", "app", ..; empty without.
// Of the app's coded ones: let go while paused or muted, and pictures then until a key frame.
@property(nonatomic, readonly) int64_t framesWithheld;
@property(nonatomic, readonly) int64_t audioFramesWithheld;  // The same of sound.
// Pictures that went on without a filter of the app's, which failed.
@property(nonatomic, readonly) int64_t filterErrors;
@property(nonatomic, readonly) int64_t picturesWithFaces;     // 0 without a detector, as the next.
@property(nonatomic, readonly) int64_t faceDetections;        // Answered by it.
@property(nonatomic, readonly) int64_t failedFaceDetections;  // Of these.
// In the order of the configuration's URLs.
@property(nonatomic, readonly, copy) ON_ARRAY_OF(ONDestinationStatistics*) * destinations;
@end

// A player's numbers.
@interface ONPlayerStatistics : NSObject {
 @private
  void* _numbers;
}
@property(nonatomic, readonly) ONPlayState state;  // Now.
// Pixels of the last picture shown; 0 before the first.
@property(nonatomic, readonly) NSInteger width;
@property(nonatomic, readonly) NSInteger height;             // As width.
@property(nonatomic, readonly) int64_t videoFramesReceived;  // Coded pictures that came in whole.
// Coded frames of sound that came in whole.
@property(nonatomic, readonly) int64_t audioFramesReceived;
@property(nonatomic, readonly) int64_t framesDecoded;    // Pictures that the decoder gave.
@property(nonatomic, readonly) int64_t framesPresented;  // Pictures taken for the display.
@property(nonatomic, readonly) int64_t framesDropped;    // Never shown.
@property(nonatomic, readonly) int64_t decodeErrors;     // Frames that a decoder refused.
// Times the speaker got silence for want of sound.
@property(nonatomic, readonly) int64_t audioGaps;
@property(nonatomic, readonly) int64_t stalls;  // Times nothing was left to show.
// The same in seconds, the present one included.
@property(nonatomic, readonly) NSTimeInterval stalledTime;
@property(nonatomic, readonly) int64_t reconnects;     // Connections opened because one was lost.
@property(nonatomic, readonly) int64_t bytesReceived;  // Protocol included.
@property(nonatomic, readonly) NSTimeInterval bufferedTime;  // Now.
@property(nonatomic, readonly)
    NSTimeInterval firstPictureTime;                    // From the start; below 0: not yet.
@property(nonatomic, readonly) NSTimeInterval latency;  // Capture to display; below 0: unknown.
@property(nonatomic, readonly) double framesPerSecond;  // Presented, over the last second.
// Of the time since the first picture, without a new one for 150 ms.
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
