// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <CoreFoundation/CoreFoundation.h>

typedef int32_t CVReturn;
typedef uint64_t CVOptionFlags;
typedef struct __CVBuffer* CVBufferRef;
typedef CVBufferRef CVImageBufferRef;
typedef CVImageBufferRef CVPixelBufferRef;
typedef struct __CVPixelBufferPool* CVPixelBufferPoolRef;
typedef void (*CVPixelBufferReleasePlanarBytesCallback)(void* releaseRefCon, const void* dataPtr,
                                                        size_t dataSize, size_t numberOfPlanes,
                                                        const void* planeAddresses[]);

typedef enum CVPixelBufferLockFlags : CVOptionFlags {
  kCVPixelBufferLock_ReadOnly = 1,
} CVPixelBufferLockFlags;

extern "C" {
extern const CVReturn kCVReturnSuccess;
extern const OSType kCVPixelFormatType_420YpCbCr8BiPlanarVideoRange;
extern const OSType kCVPixelFormatType_420YpCbCr8Planar;
extern const CFStringRef kCVPixelBufferPixelFormatTypeKey;
extern const CFStringRef kCVPixelBufferWidthKey;
extern const CFStringRef kCVPixelBufferHeightKey;
extern const CFStringRef kCVPixelBufferIOSurfacePropertiesKey;

CVReturn CVPixelBufferCreateWithPlanarBytes(
    CFAllocatorRef allocator, size_t width, size_t height, OSType pixelFormatType, void* dataPtr,
    size_t dataSize, size_t numberOfPlanes, void** planeBaseAddress, size_t* planeWidth,
    size_t* planeHeight, size_t* planeBytesPerRow,
    CVPixelBufferReleasePlanarBytesCallback releaseCallback, void* releaseRefCon,
    CFDictionaryRef pixelBufferAttributes, CVPixelBufferRef* pixelBufferOut);
CVReturn CVPixelBufferLockBaseAddress(CVPixelBufferRef pixelBuffer,
                                      CVPixelBufferLockFlags lockFlags);
CVReturn CVPixelBufferUnlockBaseAddress(CVPixelBufferRef pixelBuffer,
                                        CVPixelBufferLockFlags unlockFlags);
size_t CVPixelBufferGetWidth(CVPixelBufferRef pixelBuffer);
size_t CVPixelBufferGetHeight(CVPixelBufferRef pixelBuffer);
size_t CVPixelBufferGetDataSize(CVPixelBufferRef pixelBuffer);
OSType CVPixelBufferGetPixelFormatType(CVPixelBufferRef pixelBuffer);
void* CVPixelBufferGetBaseAddressOfPlane(CVPixelBufferRef pixelBuffer, size_t planeIndex);
size_t CVPixelBufferGetBytesPerRowOfPlane(CVPixelBufferRef pixelBuffer, size_t planeIndex);
CVReturn CVPixelBufferPoolCreate(CFAllocatorRef allocator, CFDictionaryRef poolAttributes,
                                 CFDictionaryRef pixelBufferAttributes,
                                 CVPixelBufferPoolRef* poolOut);
CVReturn CVPixelBufferPoolCreatePixelBuffer(CFAllocatorRef allocator,
                                            CVPixelBufferPoolRef pixelBufferPool,
                                            CVPixelBufferRef* pixelBufferOut);
}
