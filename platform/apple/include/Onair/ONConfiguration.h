// SPDX-License-Identifier: Apache-2.0
//
// What a publisher and a player are made with. Plain values: read once, when the object is made,
// which refuses what is out of range and names the field. Not thread-safe while being changed.
#import <Onair/ONEffects.h>
#import <Onair/ONEncodedMedia.h>
#include <stdint.h>

@class ONPreloadPool;

NS_ASSUME_NONNULL_BEGIN

// What gives way first when the network is short of bits.
typedef NS_ENUM(NSInteger, ONControlMode) {
  ONControlModeQuality = 1,   // Frame rate: what is shown stays sharp.
  ONControlModeFluency = 2,   // Resolution: what is shown stays smooth.
  ONControlModeBalanced = 3,  // Both in turns.
};

// Which way a player trades delay and stalls.
typedef NS_ENUM(NSInteger, ONBufferMode) {
  ONBufferModeAuto = 1,      // By measured jitter.
  ONBufferModeFast = 2,      // Lowest delay, more stalls.
  ONBufferModeSmooth = 3,    // Fewest stalls.
  ONBufferModeFixed = 4,     // Always `fixedDelay`.
  ONBufferModeRealtime = 5,  // For WebRTC: what it measures of jitter and no more.
};

// How a player gets to the live edge from what is older than its delay.
typedef NS_ENUM(NSInteger, ONCatchUp) {
  ONCatchUpJump = 1,   // At once: what lies between is not shown.
  ONCatchUpSpeed = 2,  // Played up to 1.2 times as fast, sound at its pitch, until it is there.
};

// Who chooses among the qualities of a live stream.
typedef NS_ENUM(NSInteger, ONQualityMode) {
  ONQualityModeAutomatic = 1,  // The player: what the network carries.
  ONQualityModePinned = 2,     // The app: what it asked for last.
};

// Whether a WebRTC stream that does not come is played over another protocol meanwhile.
typedef NS_ENUM(NSInteger, ONFallbackUse) {
  ONFallbackUseAutomatic = 1,  // Where an address of it is known.
  ONFallbackUseNever = 2,      // It stays with WebRTC, and tries again.
};

// Who codes the pictures, or decodes them.
typedef NS_ENUM(NSInteger, ONCoderChoice) {
  ONCoderChoiceSoftware = 1,  // This library's own.
  // VideoToolbox. Where there is none, the object is not made: ONErrorCodecUnavailable. Regions of
  // interest have no effect in it, because it has no public means for them.
  ONCoderChoiceHardware = 2,
};

// A STUN or TURN server. `username` and `password` are TURN's, and secrets.
@interface ONIceServer : NSObject {
 @private
  NSString *_URL, *_username, *_password;
}
// `url`: "stun:host[:port]", "turn:host[:port][?transport=tcp]" or "turns:..".
- (instancetype)initWithURL:(NSString*)url
                   username:(ON_NULLABLE NSString*)username
                   password:(ON_NULLABLE NSString*)password ON_DESIGNATED_INITIALIZER;
@property(nonatomic, readonly, copy) NSString* URL;                 // As given.
@property(nonatomic, readonly, copy) NSString* _Nullable username;  // As given.
@property(nonatomic, readonly, copy) NSString* _Nullable password;  // As given; a secret.
@end

// What both have of the network.
@interface ONNetworkConfiguration : NSObject <NSCopying> {
 @private
  NSString *_bearerToken, *_certificateAuthorityFile;
  ON_ARRAY_OF(ONIceServer*) * _iceServers;
  BOOL _verifiesServer;
  NSInteger _maximumReconnects;
  uint64_t _seed;
}
// Authorization of WHIP and WHEP. A secret.
@property(nonatomic, copy) NSString* _Nullable bearerToken;
// For WebRTC. At most 4 of STUN and 4 of TURN are asked.
@property(nonatomic, copy) ON_ARRAY_OF(ONIceServer*) * iceServers;
// PEM file. Nil: the system's.
@property(nonatomic, copy) NSString* _Nullable certificateAuthorityFile;
@property(nonatomic, assign) BOOL verifiesServer;  // YES.
// In a row without success. Range [0, 1000]. 20. Waits grow from 0.3 s to 8 s.
@property(nonatomic, assign) NSInteger maximumReconnects;
// Of random choices; runs with one seed choose alike.
@property(nonatomic, assign) uint64_t seed;
@end

// What the device's way to the network is.
typedef NS_ENUM(NSInteger, ONNetworkKind) {
  ONNetworkKindUnknown = 1,
  ONNetworkKindWiFi = 2,
  ONNetworkKindCellular = 3,
  ONNetworkKindEthernet = 4,
};

// Why a publisher asks for an address anew.
typedef NS_ENUM(NSInteger, ONURLReason) {
  ONURLReasonReconnect = 1,  // The connection was lost.
  ONURLReasonHandOver = 2,   // A second connection while live.
  ONURLReasonRefused = 3,    // The server did not let it in: without a new address that is the end.
};

#if ON_BLOCKS
// Takes the new address; nil: the old one holds. At once or later, on any thread, once; what comes
// after the time-out serves the attempts after that one.
typedef void (^ONURLAnswer)(NSString* _Nullable url);
// `destination`: index into the configuration's URLs.
typedef void (^ONURLRefresher)(NSUInteger destination, ONURLReason reason, ONURLAnswer answer);
#endif

// Where a publisher sends, what, and how.
@interface ONPublisherConfiguration : ONNetworkConfiguration {
 @private
  ON_ARRAY_OF(NSString*) * _URLs;
  ONVideoConfiguration* _video;
  ONAudioConfiguration* _audio;
  int64_t _minimumVideoBitsPerSecond;
  ONControlMode _controlMode;
  ONCoderChoice _encoder;
  id<ONFaceDetector> _faceDetector;
  id<ONEncoderControl> _encoderControl;
  id<ONEncodedFrameObserver> _encodedFrameObserver;
  NSString *_policy, *_sessionIdentifier;
  ONNetworkKind _networkKind;
  void* _URLRefresher;
  NSTimeInterval _URLRefreshTimeout;
  ONPicture* _poorNetworkPicture;
  NSTimeInterval _poorNetworkDelay;
}
// 1 to 8 of rtmp(s)://host/app/key, rts://, whip+http(s)://, artc://, webrtc://, or file:PATH
// (.flv .mp4 .m3u8). All at once.
- (instancetype)initWithURLs:(ON_ARRAY_OF(NSString*) *)urls ON_DESIGNATED_INITIALIZER;
// One address. Autoreleased.
+ (instancetype)configurationWithURL:(NSString*)url;

// Index 0 is the delegate's `destination` 0.
@property(nonatomic, copy) ON_ARRAY_OF(NSString*) * URLs;
// Nil for a stream without that track; not both.
@property(nonatomic, retain) ONVideoConfiguration* _Nullable video;
@property(nonatomic, retain) ONAudioConfiguration* _Nullable audio;
// Range [50,000, 50,000,000]. 200,000. At or above the video's rate, that stays.
@property(nonatomic, assign) int64_t minimumVideoBitsPerSecond;
@property(nonatomic, assign) ONControlMode controlMode;  // Balanced.
@property(nonatomic, assign) ONCoderChoice encoder;      // Software.
// Hears what the network wants of pictures that the app codes (`decoderConfiguration` of `video`).
// Retained until the publisher is deallocated, -close or not. Nil: nobody.
@property(nonatomic, retain) id<ONEncoderControl> _Nullable encoderControl;
// Sees what is coded here. Retained as long. Nil: nobody.
@property(nonatomic, retain) id<ONEncodedFrameObserver> _Nullable encodedFrameObserver;

// Finds faces for ONBeauty's `slim` and `eyes`, and for quality where faces are. Retained until the
// publisher is deallocated, -close or not: a detector that owns the publisher lets it go. Nil: none
// are looked for.
@property(nonatomic, retain) id<ONFaceDetector> _Nullable faceDetector;

// A text in JSON that chooses who controls the rate, by network and transport; the app's to fetch
// and keep. Nil: nobody but `controlMode`. ONErrorInvalidConfig tells line and field.
@property(nonatomic, copy) NSString* _Nullable policy;
// What a policy deals sessions into arms by; the same in the service's own tables. 1 to 256 bytes
// of UTF-8 beside a policy.
@property(nonatomic, copy) NSString* _Nullable sessionIdentifier;
// The network that the device is on as it goes live. Unknown. Later:
// -[ONPublisher networkChangedToAddress:kind:error:].
@property(nonatomic, assign) ONNetworkKind networkKind;

#if ON_BLOCKS
// For addresses with tokens that expire: asked on the delegate queue before each attempt of an
// rtmp(s) destination but the first, and when its server refused it. Nil: never asked, and a
// refusal is final. What it raises is contained and counted. Kept, with what it captures, until the
// publisher is deallocated.
@property(nonatomic, copy) ONURLRefresher _Nullable URLRefresher;
#endif
// Seconds that an attempt waits for the answer before it goes on with the old address. Range
// [0.1, 60]. 3.
@property(nonatomic, assign) NSTimeInterval URLRefreshTimeout;

// Shown instead of what comes in while the network is poor; sound goes on. Nil: none.
@property(nonatomic, retain) ONPicture* _Nullable poorNetworkPicture;
// Seconds that the network of some destination has been poor before. Range [0, 60]. 5.
@property(nonatomic, assign) NSTimeInterval poorNetworkDelay;
@end

// One of the qualities of a live stream. Immutable.
@interface ONQuality : NSObject {
 @private
  NSString* _URL;
  int64_t _bitsPerSecond;
  NSInteger _width, _height;
}
// `bitsPerSecond`: of pictures and sound together, as their encoders are set. `width` and `height`
// are for the app's own menu; 0: unknown.
- (instancetype)initWithURL:(NSString*)url
              bitsPerSecond:(int64_t)bitsPerSecond
                      width:(NSInteger)width
                     height:(NSInteger)height ON_DESIGNATED_INITIALIZER;
@property(nonatomic, readonly, copy) NSString* URL;    // As given.
@property(nonatomic, readonly) int64_t bitsPerSecond;  // Above 0.
@property(nonatomic, readonly) NSInteger width;        // Pixels; 0: unknown, as the next.
@property(nonatomic, readonly) NSInteger height;       // Pixels; 0: unknown.
@end

// What a player plays, and how.
@interface ONPlayerConfiguration : ONNetworkConfiguration {
 @private
  NSString *_URL, *_fallbackURL;
  ONBufferMode _bufferMode;
  NSTimeInterval _fixedDelay;
  ONCatchUp _catchUp;
  NSInteger _decodeThreads;
  BOOL _playsSound;
  ONCoderChoice _decoder;
  ON_ARRAY_OF(ONQuality*) * _qualities;
  ONQualityMode _qualityMode;
  NSTimeInterval _qualityClimbInterval, _longestQualityClimbInterval, _qualityProofInterval;
  double _qualityShare;
  ONFallbackUse _fallbackUse;
  NSTimeInterval _fallbackDelay, _fallbackReturnInterval, _longestFallbackReturnInterval;
  ONPreloadPool* _preloadPool;
  void* _decoderProvider;
}
// http(s)://host/app/stream.flv, rtmp(s)://, rts://, whep+http(s)://, artc://, webrtc://, a file's
// path, or HLS by a path or address that ends in .m3u8.
- (instancetype)initWithURL:(NSString*)url ON_DESIGNATED_INITIALIZER;
// The same, autoreleased.
+ (instancetype)configurationWithURL:(NSString*)url;

@property(nonatomic, copy) NSString* URL;                // As given, until changed.
@property(nonatomic, assign) ONBufferMode bufferMode;    // Auto.
@property(nonatomic, assign) NSTimeInterval fixedDelay;  // Seconds, range [0, 30]. 0.5.
@property(nonatomic, assign) ONCatchUp catchUp;          // Jump.
@property(nonatomic, assign) NSInteger decodeThreads;  // Of the software decoder. Range [1, 16]. 1.
@property(nonatomic, assign) ONCoderChoice decoder;    // Software.
#if ON_BLOCKS
// Gives a decoder of the app's own instead, asked once by each player that is made, on that thread.
// Rooms that were made ready ahead show the software's picture first. Nil: none.
@property(nonatomic, copy) ONDecoderProvider _Nullable decoderProvider;
#endif
// Whether sound is decoded for -[ONPlayer pullSound:..], which somebody must call then. YES.
@property(nonatomic, assign) BOOL playsSound;

// The qualities of a live stream, their rates ascending, `URL` among them; at most 16. The player
// goes to what the network carries until the app pins one, and tells its delegate of each switch.
// Empty: what `URL` has.
@property(nonatomic, copy) ON_ARRAY_OF(ONQuality*) * qualities;
@property(nonatomic, assign) ONQualityMode qualityMode;  // At the start. Automatic.
// Seconds without trouble before the next better quality is tried. Range [1, 300]. 8. Each try that
// fails, or leads back within `qualityProofInterval`, doubles it up to the longest one.
@property(nonatomic, assign) NSTimeInterval qualityClimbInterval;
// Seconds, range [qualityClimbInterval, 3600]. 120.
@property(nonatomic, assign) NSTimeInterval longestQualityClimbInterval;
@property(nonatomic, assign) NSTimeInterval qualityProofInterval;  // Seconds, range [1, 300]. 10.
// How much of what the network was seen to carry a quality may take. Range [0.3, 1]. 0.75. Less
// stalls less, more shows more.
@property(nonatomic, assign) double qualityShare;

// For a WebRTC address: the same stream over HTTP-FLV or RTMP. Nil: as servers have it by habit.
@property(nonatomic, copy) NSString* _Nullable fallbackURL;
@property(nonatomic, assign) ONFallbackUse fallbackUse;  // Automatic.
// Seconds that a realtime stream shows nothing before the other is opened beside it; an error opens
// that at once. Range [0.2, 30]. 1.5.
@property(nonatomic, assign) NSTimeInterval fallbackDelay;
// Seconds before the first try to go back; each that fails doubles it up to the longest one. Range
// [1, 600]. 10.
@property(nonatomic, assign) NSTimeInterval fallbackReturnInterval;
// Seconds, range [fallbackReturnInterval, 3600]. 300.
@property(nonatomic, assign) NSTimeInterval longestFallbackReturnInterval;

// Rooms made ready ahead. Where it has `URL`, the player takes that over as it is, with the pool's
// settings of the network. Nil: none.
@property(nonatomic, retain) ONPreloadPool* _Nullable preloadPool;
@end

NS_ASSUME_NONNULL_END
