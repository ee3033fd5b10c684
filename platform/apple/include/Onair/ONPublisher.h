// SPDX-License-Identifier: Apache-2.0
//
// The publisher: pictures and sound in, live streams out.
//
//   publisher = [[ONPublisher alloc] initWithConfiguration:configuration delegate:self
//                                            delegateQueue:nil error:&error];
//   [publisher startWithCompletion:^(NSError *error) { .. }];
//   [publisher pushPicture:picture capturedAt:ONNow() rotation:ONRotationNone];
//   ...
//   [publisher close];
//
// Threads: every method may be called from any thread and none blocks, except -close and the
// release of the last reference (<= 500 ms). The delegate hears on the delegate queue, one call
// after the other in the order of events, also where that queue is concurrent.
#import <Onair/ONConfiguration.h>
#import <Onair/ONPicture.h>
#import <Onair/ONStatistics.h>

@class ONPublisher;

NS_ASSUME_NONNULL_BEGIN

#if ON_BLOCKS
// `error`: nil where it went well.
typedef void (^ONCompletion)(NSError* _Nullable error);
#endif

// `destination`: index into the configuration's URLs. What a delegate raises ends in the library:
// it is logged and counted (containedExceptions), and the stream goes on. A delegate may send any
// message, -close included; it must not wait for a thread that closes this publisher.
@protocol ONPublisherDelegate <NSObject>
@optional
// `error`: why, for reconnecting and for an end that was not asked for. `retryDelay`: seconds
// before the next attempt.
- (void)publisher:(ONPublisher*)publisher
       destination:(NSUInteger)destination
    didChangeState:(ONPublishState)state
             error:(ON_NULLABLE NSError*)error
        retryDelay:(NSTimeInterval)retryDelay;
// `delay`: seconds from -start.
- (void)publisher:(ONPublisher*)publisher
               destination:(NSUInteger)destination
    didSendFirstFrameAfter:(NSTimeInterval)delay;
// Since the last call; at most one a second.
- (void)publisher:(ONPublisher*)publisher
      destination:(NSUInteger)destination
    didDropFrames:(int64_t)frames;
// Whether the network carries the stream, were it at its lowest rate; good at first.
- (void)publisher:(ONPublisher*)publisher
                destination:(NSUInteger)destination
    didChangeNetworkQuality:(ONNetworkQuality)quality;
// What the network takes of the video.
- (void)publisher:(ONPublisher*)publisher
           destination:(NSUInteger)destination
    didChangeVideoRate:(int64_t)bitsPerSecond;
// A second connection was wanted and not had; the present one goes on.
- (void)publisher:(ONPublisher*)publisher
          destination:(NSUInteger)destination
    didFailToHandOver:(NSError*)error;
// The server takes no sound; pictures go on.
- (void)publisher:(ONPublisher*)publisher destinationDidRefuseAudio:(NSUInteger)destination;
// Who controls the rate from now on by the configuration's policy: at the start, and when the
// network's kind changed.
- (void)publisher:(ONPublisher*)publisher
            destination:(NSUInteger)destination
    didChooseController:(ONPolicyChoice*)choice;
// The configuration's detector failed, or raised; told once, the stream goes on without faces.
- (void)publisher:(ONPublisher*)publisher faceDetectionDidFail:(NSError*)error;
// A source ended or broke: the last picture and silence stand in for it.
- (void)publisher:(ONPublisher*)publisher sourceDidEndWithError:(ON_NULLABLE NSError*)error;
@end

// Goes live to one address or several. Any thread may call; see above.
@interface ONPublisher : NSObject {
 @private
  void* _core;
}

// Opens encoders and files, connects to nothing. `delegate` is retained until -close, as by
// NSURLSession. `queue`: where it hears; nil: a serial queue of the publisher's own;
// [NSOperationQueue mainQueue]: the main thread, in its common run loop modes. Nil, with
// ONErrorInvalidConfig, ONErrorInvalidURL, ONErrorUnsupported, ONErrorCodecUnavailable,
// ONErrorCodecOpen or one of files.
- (ON_NULLABLE instancetype)initWithConfiguration:(ONPublisherConfiguration*)configuration
                                         delegate:(ON_NULLABLE id<ONPublisherDelegate>)delegate
                                    delegateQueue:(ON_NULLABLE NSOperationQueue*)queue
                                            error:(NSError* _Nullable* _Nullable)error
    ON_DESIGNATED_INITIALIZER;

@property(nonatomic, readonly) NSOperationQueue* delegateQueue;  // Where the delegate hears.
// Of the delegate and of completions, so far.
@property(nonatomic, readonly) int64_t containedExceptions;

// Goes live to every address. Once: ONErrorInvalidState after that, and after -stop.
- (BOOL)start:(NSError* _Nullable* _Nullable)error;

// Ends every session and file; ONPublishStateEnded follows within 500 ms for each destination.
- (void)stop;

// -stop, and no call to the delegate begins after return; one that runs on another thread is waited
// for. The delegate is released. Once; nothing can be done with it any more. From a face detector,
// or from the -dealloc of a picture's `sharedData`, the stream ends behind it, within 500 ms; so
// does it where the last reference goes there.
- (void)close;

#if ON_BLOCKS
// Told once on the delegate queue: nil when the first destination is live; the error of the last
// one to end where none came so far; ONErrorInvalidState where it is stopped or closed before.
- (void)startWithCompletion:(ON_NULLABLE ONCompletion)completion;
// Told once on the delegate queue, when every destination has ended: nil, or the error of the first
// that had ended by itself. After the state calls of the delegate.
- (void)stopWithCompletion:(ON_NULLABLE ONCompletion)completion;
#endif

// Raw pictures of any size. `time`: ONNow() of capture, now where it is 0 or to come. Lets go of
// pictures that come too fast, and of all before -start:.
- (void)pushPicture:(ONPicture*)picture
         capturedAt:(NSTimeInterval)time
           rotation:(ONRotation)rotation;

// Interleaved samples in [-1, 1], copied: `frameCount` of each of 1 or 2 channels, range
// [1, 960000], at 8000 to 96000 Hz. NO, with ONErrorInvalidConfig naming the argument.
- (BOOL)pushSound:(const float*)samples
       frameCount:(NSUInteger)frameCount
       sampleRate:(NSInteger)sampleRate
         channels:(NSInteger)channels
       capturedAt:(NSTimeInterval)time
            error:(NSError* _Nullable* _Nullable)error;

// A frame of a track that the app codes (`decoderConfiguration`), from any thread. While muted or
// paused it is not sent (`framesWithheld`), and pictures then wait for a key frame, as before
// -start:. NO: ONErrorInvalidConfig naming what is wrong, ONErrorInvalidState where all is coded
// here, and once closed.
- (BOOL)pushEncodedFrame:(ONEncodedFrame*)frame error:(NSError* _Nullable* _Nullable)error;

// Silence instead of sound; the track goes on.
- (void)setMuted:(BOOL)muted;
// Shows the last picture and silence until -resume; viewers stay.
- (void)pause;
// The same with `picture` instead of the last one.
- (void)pauseWithPicture:(ONPicture*)picture;
// Ends -pause.
- (void)resume;

// The most that the encoder may do, for example in a hot phone; what the network asks for stays
// below. 0: as configured. ONErrorInvalidConfig.
- (BOOL)limitBitsPerSecond:(int64_t)bitsPerSecond
           framesPerSecond:(double)framesPerSecond
                     error:(NSError* _Nullable* _Nullable)error;

// Effects and regions of interest, from the next picture on; without video they do nothing.
// ONErrorInvalidConfig naming the field or argument leaves everything as it was;
// ONErrorInvalidState once closed.
- (BOOL)setBeauty:(ONBeauty)beauty error:(NSError* _Nullable* _Nullable)error;
// `strength`: how much of it is seen, range [0, 1]. Nil: none.
- (BOOL)setColourTable:(ON_NULLABLE ONColourTable*)table
              strength:(float)strength
                 error:(NSError* _Nullable* _Nullable)error;
// Nil: none.
- (BOOL)setWatermark:(ON_NULLABLE ONWatermark*)watermark error:(NSError* _Nullable* _Nullable)error;
// Beside faces; replaces those of the last call. At most 16. Not in VideoToolbox's encoder
// (`followsRegions` of the statistics).
- (BOOL)setRegions:(ON_ARRAY_OF(ONRegion*) *)regions error:(NSError* _Nullable* _Nullable)error;
// Left and right exchanged, for viewers too; a watermark is not.
- (void)setMirrored:(BOOL)mirrored;
// Puts a filter of the app's behind beauty and colour table, before the watermark, from the next
// picture on; several run in the order they came. Retained until it is removed or the publisher is
// deallocated, -close or not. ONErrorInvalidConfig where it is in use by this publisher,
// ONErrorLimit beyond 16, ONErrorInvalidState without pictures that are coded here, and once
// closed.
- (BOOL)addFilter:(id<ONPictureFilter>)filter error:(NSError* _Nullable* _Nullable)error;
// Takes it out before the next picture; one that is not in use is ignored.
- (void)removeFilter:(id<ONPictureFilter>)filter;

// The device has another way to the network: live sessions move to it. `address`: of this device
// on the network to use; nil: the system's choice. ONErrorInvalidConfig where it is no IP address.
- (BOOL)networkChangedToAddress:(ON_NULLABLE NSString*)address
                          error:(NSError* _Nullable* _Nullable)error;

// The same, and what the network is now: a policy chooses anew.
- (BOOL)networkChangedToAddress:(ON_NULLABLE NSString*)address
                           kind:(ONNetworkKind)kind
                          error:(NSError* _Nullable* _Nullable)error;

// A snapshot.
- (ONPublisherStatistics*)statistics;

@end

NS_ASSUME_NONNULL_END
