// SPDX-License-Identifier: Apache-2.0
//
// Coded media: what an app codes by itself for a publisher, or decodes by itself for a player.
#import <Onair/ONPicture.h>
#import <Onair/ONTrackConfiguration.h>

NS_ASSUME_NONNULL_BEGIN

// What is lost with a frame.
typedef NS_ENUM(NSInteger, ONFrameKind) {
  ONFrameKindKey = 1,        // All up to the next one: decoding begins here.
  ONFrameKindReference = 2,  // Those that refer to it.
  ONFrameKindDroppable = 3,  // Itself alone.
  ONFrameKindAudio = 4,      // A run of sound.
};

// A coded picture or run of sound. Immutable; any thread.
@interface ONEncodedFrame : NSObject {
 @private
  void* _frame;
}
// `data`: of a picture NAL units, each behind its 4-byte length, as VideoToolbox has them; of sound
// one AAC access unit without ADTS, or one Opus packet. Not copied where it is immutable, but
// retained until its last user has let go, which can be a file's thread long after the publisher's
// end.
// `presentationTime`, `decodeTime`: seconds, to the microsecond, on a line of the app's, one for
// pictures and sound. The second rises within a track and is at most the first; without B pictures
// both are one.
// `capturedAt`: ONNow() of capture; 0: the moment of the push, which hides the encoder's own delay
// from the numbers.
- (instancetype)initWithKind:(ONFrameKind)kind
                        data:(NSData*)data
            presentationTime:(NSTimeInterval)presentationTime
                  decodeTime:(NSTimeInterval)decodeTime
                  capturedAt:(NSTimeInterval)capturedAt ON_DESIGNATED_INITIALIZER;

// The same key frame, with how to decode it and what follows where that changes: another size,
// other parameter sets. `record`: as `decoderConfiguration` of ONVideoConfiguration; copied. Sides
// in pixels of the coded picture, range [1, 8192]. Autoreleased.
- (ONEncodedFrame*)frameWithDecoderConfiguration:(NSData*)record
                                           width:(NSInteger)width
                                          height:(NSInteger)height;

@property(nonatomic, readonly) ONFrameKind kind;                 // As given, as all that follow.
@property(nonatomic, readonly) const uint8_t* _Nullable bytes;   // Valid as long as the frame.
@property(nonatomic, readonly) NSUInteger length;                // Of `bytes`.
@property(nonatomic, readonly) NSTimeInterval presentationTime;  // When it is shown or heard.
@property(nonatomic, readonly) NSTimeInterval decodeTime;        // On the same line.
@property(nonatomic, readonly) NSTimeInterval capturedAt;  // Of arrival, where a player gives it.
// Where it says how to decode it, and what follows; nil and 0 otherwise.
@property(nonatomic, readonly) NSData* _Nullable decoderConfiguration;
@property(nonatomic, readonly) NSInteger width;   // Pixels, of pictures.
@property(nonatomic, readonly) NSInteger height;  // As `width`.
@end

// Sees the frames that are coded here, on their way to the destinations.
@protocol ONEncodedFrameObserver <NSObject>
// On the encoders' threads, pictures on one and sound on another; must return at once. `frame` says
// how to decode it, and may be kept. It may send any message to the publisher, -close included, and
// be the last to release it. What it raises is contained and logged.
- (void)publisherDidEncodeFrame:(ONEncodedFrame*)frame;
@end

// What the network allows an app's encoder. Its picture size stays.
typedef struct {
  int64_t bitsPerSecond;   // Of pictures, from now on.
  double framesPerSecond;  // At most.
  int64_t mostFrameBytes;  // Of each picture until the next target; 0: as the rate lets it.
  BOOL isPaused;           // Nothing should be coded until the next target: the line is full.
} ONEncoderTarget;

// Steers an app's own encoder of pictures.
@protocol ONEncoderControl <NSObject>
// On threads of the publisher's, one call at a time; must return at once. They may send any message
// to the publisher, -close included, and be the last to release it. What they raise is contained
// and logged.
- (void)encoderShouldFollowTarget:(ONEncoderTarget)target;
// A key frame is wanted as soon as possible.
- (void)encoderShouldMakeKeyFrame;
@end

// Where an app's decoder puts its pictures. Any thread, at once or later.
@interface ONDecodedPictures : NSObject {
 @private
  void* _pictures;
}
// `picture`: of any size; its pixels are shared. Order: as they are shown. `presentationTime`: of
// the frame that it was. NO: ONErrorInvalidConfig naming the argument, such as a time that no frame
// had; ONErrorLimit while 32 wait.
- (BOOL)addPicture:(ONPicture*)picture
            rotation:(ONRotation)rotation
    presentationTime:(NSTimeInterval)presentationTime
               error:(NSError* _Nullable* _Nullable)error;
@end

// A decoder of the app's own. One player uses it, one call at a time, on a thread of its own. It
// may send any message to the player, -close included, and be the last to release it. What it
// raises is contained and logged, and is a NO.
@protocol ONPictureDecoder <NSObject>
// What follows is coded like this and begins with a key frame; told again only where it changed,
// behind -flushToPictures:. `record`: avcC or hvcC. Sides in pixels; 0 where the stream does not
// say. NO: nothing is shown, and it is asked again at the next key frame; with ONErrorDomain's
// ONErrorCodecUnavailable the player ends by that.
- (BOOL)configureWithCodec:(ONVideoCodec)codec
                    record:(NSData*)record
                     width:(NSInteger)width
                    height:(NSInteger)height
                     error:(NSError* _Nullable* _Nullable)error;
// The next frame, in the order of decoding. Should return within a few milliseconds; what is not
// ready by then may be added later. NO: the frame is lost, and the player goes on with the next.
- (BOOL)decodeFrame:(ONEncodedFrame*)frame
         toPictures:(ONDecodedPictures*)pictures
              error:(NSError* _Nullable* _Nullable)error;
// The stream's end: adds what is still inside, before it returns.
- (void)flushToPictures:(ONDecodedPictures*)pictures;
// A jump: forgets what is inside. The next frame is a key frame.
- (void)reset;
// The last call, and the only one on whatever thread; also where no player came of it.
- (void)invalidate;
@end

#if ON_BLOCKS
// A decoder for one player. Nil: ONErrorCodecUnavailable.
typedef id<ONPictureDecoder> _Nullable (^ONDecoderProvider)(void);
#endif

NS_ASSUME_NONNULL_END
