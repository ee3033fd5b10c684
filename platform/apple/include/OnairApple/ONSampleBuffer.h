// SPDX-License-Identifier: Apache-2.0
#import <CoreMedia/CoreMedia.h>
#import <Onair/Onair.h>

NS_ASSUME_NONNULL_BEGIN

// Coded pictures of Core Media, such as a VTCompressionSession of the app's gives them.
@interface ONEncodedFrame (SampleBuffer)
// H.264 or H.265; copies the bytes. A key frame brings along how to decode it. `capturedAt`:
// ONNow() of its picture; 0: now. ONErrorUnsupported where it holds no coded picture.
+ (nullable instancetype)frameWithSampleBuffer:(CMSampleBufferRef)sample
                                    capturedAt:(NSTimeInterval)capturedAt
                                         error:(NSError* _Nullable* _Nullable)error;
@end

// avcC or hvcC, for `decoderConfiguration` of ONVideoConfiguration: of the first picture that the
// encoder gave. Nil where the format has neither. Autoreleased; any thread.
ON_EXTERN NSData* _Nullable ONDecoderConfigurationOfFormat(CMFormatDescriptionRef format);

NS_ASSUME_NONNULL_END
