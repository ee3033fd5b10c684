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

// Why another address of the stream is played.
typedef NS_ENUM(NSInteger, ONSwitchCause) {
  ONSwitchCauseAsked = 1,      // By the app.
  ONSwitchCauseBandwidth = 2,  // The network carries more or less.
  ONSwitchCauseFallback = 3,   // The realtime stream does not come.
  ONSwitchCauseReturn = 4,     // It may come again.
};

// What a delegate raises ends in the library: it is logged and counted, and playing goes on.
@protocol ONPlayerDelegate <NSObject>
@optional
// `error`: why, for reconnecting and for an end that was not asked for. `retryDelay`: seconds
// before the next attempt.
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
// Its first frame is on its way to the file.
- (void)player:(ONPlayer*)player didBeginRecordingFile:(NSString*)path;
// The file is closed; with an error it holds what came before that.
- (void)player:(ONPlayer*)player
    didEndRecordingFile:(NSString*)path
                  error:(ON_NULLABLE NSError*)error;
// User data beside a picture (SEI payload of `kind` 4 or 5), once that is shown.
- (void)player:(ONPlayer*)player didReceiveData:(NSData*)data kind:(NSInteger)kind;
// -seekToPosition:error: is done: playing goes on at `position`, in seconds; with an error nothing
// moved.
- (void)player:(ONPlayer*)player
    didSeekToPosition:(NSTimeInterval)position
                error:(ON_NULLABLE NSError*)error;
// Another address of the stream is opened beside the one that plays. `url`: with all that the app
// wrote there, secrets too, as in the next two.
- (void)player:(ONPlayer*)player willSwitchToURL:(NSString*)url cause:(ONSwitchCause)cause;
// It plays, and what is shown went on. `delay`: seconds since it was opened.
- (void)player:(ONPlayer*)player
    didSwitchToURL:(NSString*)url
             cause:(ONSwitchCause)cause
             after:(NSTimeInterval)delay;
// The one that played goes on. Nil: there was no need to switch any more.
- (void)player:(ONPlayer*)player
    didNotSwitchToURL:(NSString*)url
                cause:(ONSwitchCause)cause
                error:(ON_NULLABLE NSError*)error;
@end

// A display of a player's pictures, by -[ONPlayer handOverPictures]. Any thread. Retains the
// player.
@interface ONPictureSurface : NSObject {
 @private
  void* _core;
}
// As -[ONPlayer takePictureAt:]; nil for good once another display has taken over.
- (ON_NULLABLE ONPicture*)takePictureAt:(NSTimeInterval)time;
@end

// Plays one address. Any thread may call; see above.
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

@property(nonatomic, readonly) NSOperationQueue* delegateQueue;  // Where the delegate hears.
// Raised by delegate and completions, so far.
@property(nonatomic, readonly) int64_t containedExceptions;

// Once: ONErrorInvalidState after that, and after -stop.
- (BOOL)start:(NSError* _Nullable* _Nullable)error;
// ONPlayStateEnded without an error follows.
- (void)stop;
// -stop, and no call to the delegate begins after return; as of ONPublisher, also from an app's own
// decoder.
- (void)close;

#if ON_BLOCKS
// Told once on the delegate queue, when the session has ended: its error, or nil. At once where it
// was never started or is closed.
- (void)stopWithCompletion:(void (^_Nullable)(NSError* _Nullable error))completion;
#endif

// The picture that should stand on the display at `time` (ONNow() of the coming refresh; 0: now);
// nil: keep what is there. It counts as shown then.
- (ON_NULLABLE ONPicture*)takePictureAt:(NSTimeInterval)time;

// What stands on the display; nil before the first.
- (ON_NULLABLE ONPicture*)shownPicture;

// Another display takes over while playing (picture in picture): from now on it alone gets
// pictures, first of all, at once, the one that stands on the display before, which keeps it.
// -takePictureAt: of this player and of surfaces before answers nil then.
- (ONPictureSurface*)handOverPictures;

// Plays another address of the same stream, such as another quality of it: it is opened beside the
// present one and takes over at a key frame, without a picture lost or shown twice. The delegate
// is told; where it fails the present one goes on. A later call replaces an earlier one.
// ONErrorInvalidURL, ONErrorUnsupported (also for files and playlists), ONErrorInvalidState before
// -start: and once closed.
- (BOOL)switchToURL:(NSString*)url error:(NSError* _Nullable* _Nullable)error;
// This one of the configuration's qualities, whatever the network carries, until -chooseQuality:.
// ONErrorInvalidConfig for an index that it has not; ONErrorInvalidState as above.
- (BOOL)pinQuality:(NSUInteger)index error:(NSError* _Nullable* _Nullable)error;
// The player chooses among them again. ONErrorInvalidConfig without any; ONErrorInvalidState as
// above.
- (BOOL)chooseQuality:(NSError* _Nullable* _Nullable)error;

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
// Silence, without forgetting the volume.
- (void)setMuted:(BOOL)muted;

// Of files and HLS, as the three that follow; ONErrorUnsupported for all else. The picture stands
// until -resume:.
- (BOOL)pause:(NSError* _Nullable* _Nullable)error;
// Ends -pause:. Errors as there.
- (BOOL)resume:(NSError* _Nullable* _Nullable)error;
// The very picture of `position`, in seconds from the beginning, clamped to the duration; paused or
// not, also after the end. The delegate is told; of several in a row of the last alone.
- (BOOL)seekToPosition:(NSTimeInterval)position error:(NSError* _Nullable* _Nullable)error;
// YES: the beginning follows the end without a gap. NO at first.
- (BOOL)setRepeats:(BOOL)repeats error:(NSError* _Nullable* _Nullable)error;

// PNG of what is shown; the delegate is told.
- (void)snapshotToFile:(NSString*)path;
// .flv, .mp4 or .m3u8, from the next key frame on. ONErrorInvalidState while one is under way,
// ONErrorUnsupported for another ending.
- (BOOL)startRecordingToFile:(NSString*)path error:(NSError* _Nullable* _Nullable)error;
// Closes the file; -close does so too.
- (void)stopRecording;

// As of ONPublisher: the player connects anew at once and shows what it has meanwhile.
- (BOOL)networkChangedToAddress:(ON_NULLABLE NSString*)address
                          error:(NSError* _Nullable* _Nullable)error;

// A snapshot.
- (ONPlayerStatistics*)statistics;

@end

NS_ASSUME_NONNULL_END
