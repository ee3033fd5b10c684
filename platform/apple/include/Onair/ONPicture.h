// SPDX-License-Identifier: Apache-2.0
#import <Onair/ONDefines.h>
#include <stdint.h>

NS_ASSUME_NONNULL_BEGIN

// 8-bit 4:2:0, limited range, BT.709 (BT.601 below 720 lines).
typedef NS_ENUM(NSInteger, ONPixelFormat) {
  ONPixelFormatI420 = 1,  // Planes 0 to 2: Y, U, V.
  ONPixelFormatNV12 = 2,  // Planes 0 and 1: Y, and U and V in turns.
};

// How a picture must be turned clockwise to stand upright.
typedef NS_ENUM(NSInteger, ONRotation) {
  ONRotationNone = 1,
  ONRotation90 = 2,
  ONRotation180 = 3,
  ONRotation270 = 4,
};

// The seconds of all times in this library: monotonic, of this process, standing still while the
// device sleeps. Any thread.
ON_EXTERN NSTimeInterval ONNow(void);

// Pixels, shared and immutable. Any thread.
@interface ONPicture : NSObject {
 @private
  void* _frame;
}

// Copies one block of memory of rows without padding, plane behind plane. Sides in pixels, range
// [1, 8192]; odd ones round chroma up. Nil, with ONErrorInvalidConfig naming the argument, where
// data is not exactly that long.
+ (ON_NULLABLE instancetype)pictureWithFormat:(ONPixelFormat)format
                                        width:(NSInteger)width
                                       height:(NSInteger)height
                                         data:(NSData*)data
                                        error:(NSError* _Nullable* _Nullable)error;

// The same without a copy: rows of the planes lie `strides` bytes apart inside `data`, from
// `offsets`; both hold as many values as the format has planes. `data` is retained, and must not
// change, until the last user of the pixels has let go, which can be an encoder's thread.
+ (ON_NULLABLE instancetype)pictureWithFormat:(ONPixelFormat)format
                                        width:(NSInteger)width
                                       height:(NSInteger)height
                                   sharedData:(NSData*)data
                                      offsets:(const size_t*)offsets
                                      strides:(const size_t*)strides
                                        error:(NSError* _Nullable* _Nullable)error;

@property(nonatomic, readonly) ONPixelFormat format;  // Which planes there are.
@property(nonatomic, readonly) NSInteger width;       // Pixels, range [1, 8192].
@property(nonatomic, readonly) NSInteger height;      // Pixels, range [1, 8192].
@property(nonatomic, readonly) ONRotation rotation;   // Of played pictures; none otherwise.
// Of played pictures: position on the stream's line, in seconds.
@property(nonatomic, readonly) NSTimeInterval position;
// Wall time of capture, where the stream is stamped with it.
@property(nonatomic, readonly) NSDate* _Nullable capturedAt;

// Valid as long as the picture; NULL and 0 beyond the format's planes.
- (const uint8_t* _Nullable)bytesOfPlane:(NSUInteger)plane;
// Bytes from one row of that plane to the next.
- (NSInteger)strideOfPlane:(NSUInteger)plane;

@end

NS_ASSUME_NONNULL_END
