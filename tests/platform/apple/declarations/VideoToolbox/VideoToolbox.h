// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <CoreMedia/CoreMedia.h>

typedef CFTypeRef VTSessionRef;
typedef struct OpaqueVTCompressionSession* VTCompressionSessionRef;
typedef struct OpaqueVTDecompressionSession* VTDecompressionSessionRef;

typedef enum VTEncodeInfoFlags : uint32_t {
  kVTEncodeInfo_FrameDropped = 2,
} VTEncodeInfoFlags;
typedef uint32_t VTDecodeInfoFlags;
typedef uint32_t VTDecodeFrameFlags;
typedef void (*VTCompressionOutputCallback)(void* outputCallbackRefCon, void* sourceFrameRefCon,
                                            OSStatus status, VTEncodeInfoFlags infoFlags,
                                            CMSampleBufferRef sampleBuffer);
typedef void (*VTDecompressionOutputCallback)(void* decompressionOutputRefCon,
                                              void* sourceFrameRefCon, OSStatus status,
                                              VTDecodeInfoFlags infoFlags,
                                              CVImageBufferRef imageBuffer,
                                              CMTime presentationTimeStamp,
                                              CMTime presentationDuration);
struct VTDecompressionOutputCallbackRecord {
  VTDecompressionOutputCallback decompressionOutputCallback;
  void* decompressionOutputRefCon;
};

extern "C" {
extern const OSStatus kVTInvalidSessionErr;
extern const OSStatus kVTCouldNotFindVideoDecoderErr;
extern const OSStatus kVTVideoDecoderUnsupportedDataFormatErr;
extern const CFStringRef kVTVideoEncoderSpecification_EnableLowLatencyRateControl;
extern const CFStringRef kVTCompressionPropertyKey_RealTime;
extern const CFStringRef kVTCompressionPropertyKey_AllowFrameReordering;
extern const CFStringRef kVTCompressionPropertyKey_ProfileLevel;
extern const CFStringRef kVTCompressionPropertyKey_MaxKeyFrameInterval;
extern const CFStringRef kVTCompressionPropertyKey_MaxKeyFrameIntervalDuration;
extern const CFStringRef kVTCompressionPropertyKey_ExpectedFrameRate;
extern const CFStringRef kVTCompressionPropertyKey_AverageBitRate;
extern const CFStringRef kVTCompressionPropertyKey_DataRateLimits;
extern const CFStringRef kVTProfileLevel_H264_High_AutoLevel;
extern const CFStringRef kVTProfileLevel_H264_ConstrainedBaseline_AutoLevel;
extern const CFStringRef kVTProfileLevel_HEVC_Main_AutoLevel;
extern const CFStringRef kVTEncodeFrameOptionKey_ForceKeyFrame;

OSStatus VTSessionSetProperty(VTSessionRef session, CFStringRef propertyKey,
                              CFTypeRef propertyValue);
OSStatus VTCompressionSessionCreate(
    CFAllocatorRef allocator, int32_t width, int32_t height, CMVideoCodecType codecType,
    CFDictionaryRef encoderSpecification, CFDictionaryRef sourceImageBufferAttributes,
    CFAllocatorRef compressedDataAllocator, VTCompressionOutputCallback outputCallback,
    void* outputCallbackRefCon, VTCompressionSessionRef* compressionSessionOut);
OSStatus VTCompressionSessionEncodeFrame(VTCompressionSessionRef session,
                                         CVImageBufferRef imageBuffer, CMTime presentationTimeStamp,
                                         CMTime duration, CFDictionaryRef frameProperties,
                                         void* sourceFrameRefcon, VTEncodeInfoFlags* infoFlagsOut);
OSStatus VTCompressionSessionCompleteFrames(VTCompressionSessionRef session,
                                            CMTime completeUntilPresentationTimeStamp);
void VTCompressionSessionInvalidate(VTCompressionSessionRef session);
OSStatus VTDecompressionSessionCreate(CFAllocatorRef allocator,
                                      CMVideoFormatDescriptionRef videoFormatDescription,
                                      CFDictionaryRef videoDecoderSpecification,
                                      CFDictionaryRef destinationImageBufferAttributes,
                                      const VTDecompressionOutputCallbackRecord* outputCallback,
                                      VTDecompressionSessionRef* decompressionSessionOut);
OSStatus VTDecompressionSessionDecodeFrame(VTDecompressionSessionRef session,
                                           CMSampleBufferRef sampleBuffer,
                                           VTDecodeFrameFlags decodeFlags, void* sourceFrameRefCon,
                                           VTDecodeInfoFlags* infoFlagsOut);
void VTDecompressionSessionInvalidate(VTDecompressionSessionRef session);
}
