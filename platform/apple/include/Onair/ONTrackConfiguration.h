// SPDX-License-Identifier: Apache-2.0
//
// What is wanted of pictures and sound. Plain values, read once by the publisher that is made with
// them. Not thread-safe while being changed.
#import <Onair/ONDefines.h>
#include <stdint.h>

NS_ASSUME_NONNULL_BEGIN

// ITU-T H.264 and H.265.
typedef NS_ENUM(NSInteger, ONVideoCodec) { ONVideoCodecH264 = 1, ONVideoCodecH265 = 2 };
// AAC (ISO/IEC 14496-3) and Opus (RFC 6716).
typedef NS_ENUM(NSInteger, ONAudioCodec) { ONAudioCodecAAC = 1, ONAudioCodecOpus = 2 };

// What is wanted of the pictures.
@interface ONVideoConfiguration : NSObject <NSCopying> {
 @private
  ONVideoCodec _codec;
  NSInteger _width, _height;
  double _framesPerSecond;
  int64_t _bitsPerSecond;
  NSTimeInterval _keyFrameInterval;
  NSString* _preset;
  NSInteger _threads;
  NSData* _decoderConfiguration;
}
@property(nonatomic, assign) ONVideoCodec codec;  // H.264.
// Pixels, even, range [16, 4096]. 1280 x 720.
@property(nonatomic, assign) NSInteger width;
@property(nonatomic, assign) NSInteger height;
@property(nonatomic, assign) double framesPerSecond;  // Range [1, 120]. 30.
@property(nonatomic, assign) int64_t bitsPerSecond;   // Range [50,000, 50,000,000]. 1,500,000.
// Seconds, range [0.2, 20]. 2. Longer saves bits and lets viewers join later.
@property(nonatomic, assign) NSTimeInterval keyFrameInterval;
// Of the software encoder: "auto", "ultrafast" to "placebo".
@property(nonatomic, copy) NSString* preset;
@property(nonatomic, assign) NSInteger threads;  // Of the software encoder. Range [1, 16]. 2.
// Not nil: the app codes the pictures, gives them by -[ONPublisher pushEncodedFrame:error:], and
// this is how to decode them: an avcC or hvcC record (ISO/IEC 14496-15). All above is then what its
// encoder was asked for, but for preset and threads, which nobody reads. Nil.
@property(nonatomic, copy) NSData* _Nullable decoderConfiguration;
@end

// What is wanted of the sound.
@interface ONAudioConfiguration : NSObject <NSCopying> {
 @private
  ONAudioCodec _codec;
  NSInteger _sampleRate, _channels;
  int64_t _bitsPerSecond;
  NSData* _decoderConfiguration;
}
@property(nonatomic, assign) ONAudioCodec codec;  // AAC.
// Hz. AAC: 16000, 22050, 24000, 32000, 44100 or 48000. Opus: 48000. 48000.
@property(nonatomic, assign) NSInteger sampleRate;
@property(nonatomic, assign) NSInteger channels;     // Range [1, 2]. 2.
@property(nonatomic, assign) int64_t bitsPerSecond;  // Range [16,000, 320,000]. 64,000.
// As of video: AudioSpecificConfig (AAC) or the identification header (Opus). Nil.
@property(nonatomic, copy) NSData* _Nullable decoderConfiguration;
@end

NS_ASSUME_NONNULL_END
