// SPDX-License-Identifier: Apache-2.0
//
// The player: an address in, pictures and sound out.
//
//   player = [[ONPlayer alloc] initWithConfiguration:configuration delegate:self
//                                      delegateQueue:nil error:&error];
//   [player start:NULL];
//   ... per refresh: ONPicture *picture = [player takePictureAt:timeOfRefresh];
//   ... per buffer of the sound device: [player pullSound:..];
//   [player close];
//
// Threads as in ONPublisher.h.
#import <Onair/ONConfiguration.h>
#import <Onair/ONPicture.h>
#import <Onair/ONStatistics.h>

@class ONPlayer;

NS_ASSUME_NONNULL_BEGIN

// What a delegate raises ends in the library: it is logged and counted, and playing goes on.
@protocol ONPlayerDelegate <NSObject>
@optional
- (void)player:(ONPlayer*)player
    didChangeState:(ONPlayState)state
             error:(ON_NULLABLE NSError*)error
        retryDelay:(NSTimeInterval)retryDelay;
// `delay`: seconds from -start:.
- (void)player:(ONPlayer*)player didShowFirstPictureAfter:(NSTimeInterval)delay;
// The stream's picture size in pixels; 0 without video.
- (void)player:(ONPlayer*)player didFindTracksWithWidth:(NSInteger)width height:(NSInteger)height;
// The sound device did not start; pictures go on.
- (void)player:(ONPlayer*)player soundDidFail:(NSError*)error;
// -snapshotToFile: is done; nil: the file is there.
- (void)player:(ONPlayer*)player
    didSnapshotToFile:(NSString*)path
                error:(ON_NULLABLE NSError*)error;
- (void)player:(ONPlayer*)player didBeginRecordingFile:(NSString*)path;
// The file is closed; with an error it holds what came before that.
- (void)player:(ONPlayer*)player
    didEndRecordingFile:(NSString*)path
                  error:(ON_NULLABLE NSError*)error;
// User data beside a picture (SEI payload of `kind` 4 or 5), once that is shown.
- (void)player:(ONPlayer*)player didReceiveData:(NSData*)data kind:(NSInteger)kind;
@end

@interface ONPlayer : NSObject {
 @private
  void* _core;
}

// Opens nothing yet. `delegate` and `queue` as of ONPublisher.
- (ON_NULLABLE instancetype)initWithConfiguration:(ONPlayerConfiguration*)configuration
                                         delegate:(ON_NULLABLE id<ONPlayerDelegate>)delegate
                                    delegateQueue:(ON_NULLABLE NSOperationQueue*)queue
                                            error:(NSError* _Nullable* _Nullable)error
    ON_DESIGNATED_INITIALIZER;

@property(nonatomic, readonly) NSOperationQueue* delegateQueue;
@property(nonatomic, readonly) int64_t containedExceptions;

// Once: ONErrorInvalidState after that, and after -stop.
- (BOOL)start:(NSError* _Nullable* _Nullable)error;
// ONPlayStateEnded without an error follows.
- (void)stop;
// -stop, and no call to the delegate begins after return; as of ONPublisher.
- (void)close;

#if ON_BLOCKS
// Told once on the delegate queue, when the session has ended: its error, or nil. At once where it
// was never started or is closed.
- (void)stopWithCompletion:(void (^_Nullable)(NSError* _Nullable error))completion;
#endif

// The picture that should stand on the display at `time` (ONNow() of the coming refresh; 0: now);
// nil: keep what is there. It counts as shown then.
- (ON_NULLABLE ONPicture*)takePictureAt:(NSTimeInterval)time;

// Fills `samples` (room for `capacity` of them) with `frameCount` interleaved frames; answers their
// rate in Hz and channels. Silence, and 0 Hz, before there is sound. `time`: ONNow() when the first
// leaves the speaker; 0: now. NO, with silence: ONErrorLimit where they do not fit,
// ONErrorInvalidState where playsSound is NO. Neither allocates nor waits but for a moment.
- (BOOL)pullSound:(float*)samples
         capacity:(NSUInteger)capacity
       frameCount:(NSUInteger)frameCount
          heardAt:(NSTimeInterval)time
       sampleRate:(NSInteger*)sampleRate
         channels:(NSInteger*)channels
            error:(NSError* _Nullable* _Nullable)error;

- (void)setVolume:(double)gain;  // Linear, clamped to [0, 1].
- (void)setMuted:(BOOL)muted;

// Of files and HLS; ONErrorUnsupported for all else.
- (BOOL)pause:(NSError* _Nullable* _Nullable)error;
- (BOOL)resume:(NSError* _Nullable* _Nullable)error;

// PNG of what is shown; the delegate is told.
- (void)snapshotToFile:(NSString*)path;
// .flv, .mp4 or .m3u8, from the next key frame on. ONErrorInvalidState while one is under way,
// ONErrorUnsupported for another ending.
- (BOOL)startRecordingToFile:(NSString*)path error:(NSError* _Nullable* _Nullable)error;
- (void)stopRecording;

// As of ONPublisher: the player connects anew at once and shows what it has meanwhile.
- (BOOL)networkChangedToAddress:(ON_NULLABLE NSString*)address
                          error:(NSError* _Nullable* _Nullable)error;

- (ONPlayerStatistics*)statistics;

@end

NS_ASSUME_NONNULL_END
