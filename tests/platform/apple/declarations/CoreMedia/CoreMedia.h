// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <AudioToolbox/AudioToolbox.h>
#include <CoreVideo/CoreVideo.h>

typedef long CMItemCount;
typedef uint32_t CMVideoCodecType;
typedef uint32_t CMBlockBufferFlags;
typedef uint32_t CMAttachmentMode;
typedef struct OpaqueCMBlockBuffer* CMBlockBufferRef;
typedef struct opaqueCMSampleBuffer* CMSampleBufferRef;
typedef const struct opaqueCMFormatDescription* CMFormatDescriptionRef;
typedef CMFormatDescriptionRef CMVideoFormatDescriptionRef;
typedef CMFormatDescriptionRef CMAudioFormatDescriptionRef;
typedef struct OpaqueCMClock* CMClockRef;
typedef struct CMBlockBufferCustomBlockSource CMBlockBufferCustomBlockSource;

typedef enum CMTimeFlags : uint32_t {
  kCMTimeFlags_Valid = 1,
} CMTimeFlags;
typedef enum CMTimeRoundingMethod : uint32_t {
  kCMTimeRoundingMethod_Default = 1,
} CMTimeRoundingMethod;

struct CMTime {
  int64_t value;
  int32_t timescale;
  uint32_t flags;
  int64_t epoch;
};
struct CMSampleTimingInfo {
  CMTime duration;
  CMTime presentationTimeStamp;
  CMTime decodeTimeStamp;
};
struct CMVideoDimensions {
  int32_t width;
  int32_t height;
};

extern "C" {
extern const CMTime kCMTimeInvalid;
extern const CMTime kCMTimeZero;
extern const CMVideoCodecType kCMVideoCodecType_H264;
extern const CMVideoCodecType kCMVideoCodecType_HEVC;
extern const CFStringRef kCMSampleAttachmentKey_NotSync;
extern const CFStringRef kCMSampleAttachmentKey_IsDependedOnByOthers;
extern const CFStringRef kCMSampleAttachmentKey_DisplayImmediately;
extern const CFStringRef kCMFormatDescriptionExtension_SampleDescriptionExtensionAtoms;

CMTime CMTimeMake(int64_t value, int32_t timescale);
CMTime CMTimeConvertScale(CMTime time, int32_t newTimescale, CMTimeRoundingMethod method);
CMClockRef CMClockGetHostTimeClock(void);
CMTime CMClockGetTime(CMClockRef clock);
CFTypeRef CMGetAttachment(CFTypeRef target, CFStringRef key, CMAttachmentMode* attachmentModeOut);

OSStatus CMBlockBufferCreateWithMemoryBlock(CFAllocatorRef structureAllocator, void* memoryBlock,
                                            size_t blockLength, CFAllocatorRef blockAllocator,
                                            const CMBlockBufferCustomBlockSource* customBlockSource,
                                            size_t offsetToData, size_t dataLength,
                                            CMBlockBufferFlags flags,
                                            CMBlockBufferRef* blockBufferOut);
OSStatus CMBlockBufferCopyDataBytes(CMBlockBufferRef theSourceBuffer, size_t offsetToData,
                                    size_t dataLength, void* destination);
size_t CMBlockBufferGetDataLength(CMBlockBufferRef theBuffer);

OSStatus CMVideoFormatDescriptionCreate(CFAllocatorRef allocator, CMVideoCodecType codecType,
                                        int32_t width, int32_t height, CFDictionaryRef extensions,
                                        CMVideoFormatDescriptionRef* formatDescriptionOut);
OSStatus CMVideoFormatDescriptionCreateForImageBuffer(
    CFAllocatorRef allocator, CVImageBufferRef imageBuffer,
    CMVideoFormatDescriptionRef* formatDescriptionOut);
CMVideoDimensions CMVideoFormatDescriptionGetDimensions(CMVideoFormatDescriptionRef videoDesc);
CFTypeRef CMFormatDescriptionGetExtension(CMFormatDescriptionRef desc, CFStringRef extensionKey);
const AudioStreamBasicDescription* CMAudioFormatDescriptionGetStreamBasicDescription(
    CMAudioFormatDescriptionRef desc);

OSStatus CMSampleBufferCreateReady(CFAllocatorRef allocator, CMBlockBufferRef dataBuffer,
                                   CMFormatDescriptionRef formatDescription, CMItemCount numSamples,
                                   CMItemCount numSampleTimingEntries,
                                   const CMSampleTimingInfo* sampleTimingArray,
                                   CMItemCount numSampleSizeEntries, const size_t* sampleSizeArray,
                                   CMSampleBufferRef* sampleBufferOut);
OSStatus CMSampleBufferCreateReadyWithImageBuffer(CFAllocatorRef allocator,
                                                  CVImageBufferRef imageBuffer,
                                                  CMVideoFormatDescriptionRef formatDescription,
                                                  const CMSampleTimingInfo* sampleTiming,
                                                  CMSampleBufferRef* sampleBufferOut);
CMBlockBufferRef CMSampleBufferGetDataBuffer(CMSampleBufferRef sbuf);
CVImageBufferRef CMSampleBufferGetImageBuffer(CMSampleBufferRef sbuf);
CMFormatDescriptionRef CMSampleBufferGetFormatDescription(CMSampleBufferRef sbuf);
CMTime CMSampleBufferGetPresentationTimeStamp(CMSampleBufferRef sbuf);
CMTime CMSampleBufferGetDecodeTimeStamp(CMSampleBufferRef sbuf);
CMItemCount CMSampleBufferGetNumSamples(CMSampleBufferRef sbuf);
CFArrayRef CMSampleBufferGetSampleAttachmentsArray(CMSampleBufferRef sbuf,
                                                   Boolean createIfNecessary);
OSStatus CMSampleBufferGetAudioBufferListWithRetainedBlockBuffer(
    CMSampleBufferRef sbuf, size_t* bufferListSizeNeededOut, AudioBufferList* bufferListOut,
    size_t bufferListSize, CFAllocatorRef blockBufferStructureAllocator,
    CFAllocatorRef blockBufferBlockAllocator, uint32_t flags, CMBlockBufferRef* blockBufferOut);
}
