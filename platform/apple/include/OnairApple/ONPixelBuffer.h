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
@end

NS_ASSUME_NONNULL_END
