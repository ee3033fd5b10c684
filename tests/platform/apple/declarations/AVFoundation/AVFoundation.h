// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <AVFoundation/AVFAudio.h>
#import <Apple/Foundation.h>
#include <CoreMedia/CoreMedia.h>
#import <QuartzCore/QuartzCore.h>
#include <dispatch/dispatch.h>

typedef enum AVCaptureDevicePosition : NSInteger {
  AVCaptureDevicePositionBack = 1,
  AVCaptureDevicePositionFront = 2,
} AVCaptureDevicePosition;
typedef enum AVAuthorizationStatus : NSInteger {
  AVAuthorizationStatusNotDetermined = 0,
  AVAuthorizationStatusAuthorized = 3,
} AVAuthorizationStatus;
typedef enum AVCaptureTorchMode : NSInteger {
  AVCaptureTorchModeOff = 0,
} AVCaptureTorchMode;
typedef enum AVCaptureFocusMode : NSInteger {
  AVCaptureFocusModeAutoFocus = 1,
  AVCaptureFocusModeContinuousAutoFocus = 2,
} AVCaptureFocusMode;
typedef enum AVCaptureExposureMode : NSInteger {
  AVCaptureExposureModeAutoExpose = 1,
  AVCaptureExposureModeContinuousAutoExposure = 2,
} AVCaptureExposureMode;
typedef enum AVQueuedSampleBufferRenderingStatus : NSInteger {
  AVQueuedSampleBufferRenderingStatusFailed = 2,
} AVQueuedSampleBufferRenderingStatus;

extern "C" {
extern NSString* const AVMediaTypeVideo;
extern NSString* const AVCaptureDeviceTypeBuiltInWideAngleCamera;
extern NSString* const AVCaptureSessionRuntimeErrorNotification;
extern NSString* const AVLayerVideoGravityResizeAspect;
extern NSString* const AVLayerVideoGravityResizeAspectFill;
extern const float AVCaptureMaxAvailableTorchLevel;
}

@interface AVFrameRateRange : NSObject
@property(nonatomic, readonly) double maxFrameRate;
@end

@interface AVCaptureDeviceFormat : NSObject
@property(nonatomic, readonly) CMFormatDescriptionRef formatDescription;
@property(nonatomic, readonly) NSArray* videoSupportedFrameRateRanges;
@property(nonatomic, readonly) double videoMaxZoomFactor;
@end

@interface AVCaptureDevice : NSObject
+ (AVCaptureDevice*)defaultDeviceWithDeviceType:(NSString*)deviceType
                                      mediaType:(NSString*)mediaType
                                       position:(AVCaptureDevicePosition)position;
+ (AVAuthorizationStatus)authorizationStatusForMediaType:(NSString*)mediaType;
+ (void)requestAccessForMediaType:(NSString*)mediaType
                completionHandler:(void (^)(BOOL granted))handler;
- (BOOL)lockForConfiguration:(NSError**)outError;
- (void)unlockForConfiguration;
- (BOOL)setTorchModeOnWithLevel:(float)torchLevel error:(NSError**)outError;
- (BOOL)isFocusModeSupported:(AVCaptureFocusMode)focusMode;
- (BOOL)isExposureModeSupported:(AVCaptureExposureMode)exposureMode;
@property(nonatomic, readonly) NSArray* formats;
@property(nonatomic, retain) AVCaptureDeviceFormat* activeFormat;
@property(nonatomic) CMTime activeVideoMinFrameDuration;
@property(nonatomic) CMTime activeVideoMaxFrameDuration;
@property(nonatomic, readonly) BOOL hasTorch;
@property(nonatomic) AVCaptureTorchMode torchMode;
@property(nonatomic) double videoZoomFactor;
@property(nonatomic, readonly) BOOL focusPointOfInterestSupported;
@property(nonatomic) CGPoint focusPointOfInterest;
@property(nonatomic) AVCaptureFocusMode focusMode;
@property(nonatomic, readonly) BOOL exposurePointOfInterestSupported;
@property(nonatomic) CGPoint exposurePointOfInterest;
@property(nonatomic) AVCaptureExposureMode exposureMode;
@end

@interface AVCaptureInput : NSObject
@end
@interface AVCaptureOutput : NSObject
@end
@interface AVCaptureConnection : NSObject
@end

@interface AVCaptureDeviceInput : AVCaptureInput
+ (instancetype)deviceInputWithDevice:(AVCaptureDevice*)device error:(NSError**)outError;
@property(nonatomic, readonly) AVCaptureDevice* device;
@end

@protocol AVCaptureVideoDataOutputSampleBufferDelegate <NSObject>
@optional
- (void)captureOutput:(AVCaptureOutput*)output
    didOutputSampleBuffer:(CMSampleBufferRef)sampleBuffer
           fromConnection:(AVCaptureConnection*)connection;
@end

@interface AVCaptureVideoDataOutput : AVCaptureOutput
- (void)setSampleBufferDelegate:
            (id<AVCaptureVideoDataOutputSampleBufferDelegate>)sampleBufferDelegate
                          queue:(dispatch_queue_t)sampleBufferCallbackQueue;
@property(nonatomic, copy) NSDictionary* videoSettings;
@property(nonatomic) BOOL alwaysDiscardsLateVideoFrames;
@end

@interface AVCaptureSession : NSObject
@property(nonatomic, readonly) BOOL running;
- (BOOL)canAddInput:(AVCaptureInput*)input;
- (void)addInput:(AVCaptureInput*)input;
- (void)removeInput:(AVCaptureInput*)input;
- (BOOL)canAddOutput:(AVCaptureOutput*)output;
- (void)addOutput:(AVCaptureOutput*)output;
- (void)beginConfiguration;
- (void)commitConfiguration;
- (void)startRunning;
- (void)stopRunning;
@end

@interface AVSampleBufferDisplayLayer : CALayer
@property(nonatomic, copy) NSString* videoGravity;
@property(nonatomic, readonly) AVQueuedSampleBufferRenderingStatus status;
- (void)enqueueSampleBuffer:(CMSampleBufferRef)sampleBuffer;
- (void)flush;
@end

@interface AVCaptureVideoPreviewLayer : CALayer
+ (instancetype)layerWithSession:(AVCaptureSession*)session;
@property(nonatomic, copy) NSString* videoGravity;
@end
