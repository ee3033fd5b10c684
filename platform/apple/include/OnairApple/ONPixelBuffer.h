// SPDX-License-Identifier: Apache-2.0
#import <CoreVideo/CoreVideo.h>
#import <Onair/Onair.h>

NS_ASSUME_NONNULL_BEGIN

// Pictures of Core Video.
@interface ONPicture (PixelBuffer)
// Shares the buffer, which must not change until the last user lets go. ONErrorUnsupported where it
// is not kCVPixelFormatType_420YpCbCr8BiPlanarVideoRange.
+ (nullable instancetype)pictureWithPixelBuffer:(CVPixelBufferRef)buffer
                                          error:(NSError* _Nullable* _Nullable)error;
// On the same pixels, which it keeps, for reading alone: the caller's to release. Without an
// IOSurface: Core Image and VideoToolbox take it, Metal's texture caches do not. Null where the
// system has no memory.
- (nullable CVPixelBufferRef)copyPixelBuffer CF_RETURNS_RETAINED;
// Into one of two planes of this size, such as one of a pool's for Metal. ONErrorUnsupported where
// it is another.
- (BOOL)copyToPixelBuffer:(CVPixelBufferRef)buffer error:(NSError* _Nullable* _Nullable)error;
@end

NS_ASSUME_NONNULL_END
