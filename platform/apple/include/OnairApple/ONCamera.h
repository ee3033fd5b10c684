// SPDX-License-Identifier: Apache-2.0
#import <AVFoundation/AVFoundation.h>
#import <Onair/Onair.h>

NS_ASSUME_NONNULL_BEGIN

// Puts a camera's pictures into a publisher, upright however the device is held. The app needs
// NSCameraUsageDescription. Any thread; nothing blocks but -stop, for as long as the system takes.
// Errors: ONErrorDeviceAbsent, ONErrorDevicePermission, ONErrorDeviceBusy, ONErrorUnsupported.
@interface ONCamera : NSObject <AVCaptureVideoDataOutputSampleBufferDelegate> {
 @private
  void* _core;
}

// Retains the publisher. `width` and `height` in pixels as a landscape picture has them, and
// pictures a second: the camera's nearest format that has at least these is used.
- (instancetype)initWithPublisher:(ONPublisher*)publisher
                            width:(NSInteger)width
                           height:(NSInteger)height
                  framesPerSecond:(double)framesPerSecond ON_DESIGNATED_INITIALIZER;

// For an AVCaptureVideoPreviewLayer.
@property(nonatomic, readonly) AVCaptureSession* session;
@property(nonatomic, readonly) AVCaptureDevicePosition position;  // Front, until told otherwise.

// Asks the user first where nobody has yet; it begins once that is allowed.
- (BOOL)start:(NSError* _Nullable* _Nullable)error;
// No picture comes after return; the torch goes out. -start: may follow.
- (void)stop;

// While it runs or before.
- (BOOL)usePosition:(AVCaptureDevicePosition)position error:(NSError* _Nullable* _Nullable)error;

// Range [0, 1]; 0: off. ONErrorUnsupported without a torch.
- (BOOL)setTorchLevel:(float)level error:(NSError* _Nullable* _Nullable)error;
// Clamped to what the camera has, from 1.
- (BOOL)setZoomFactor:(double)factor error:(NSError* _Nullable* _Nullable)error;
// In the camera's own picture: {0, 0} is its top left with the home side right, {1, 1} its bottom
// right. Focuses and exposes there once.
- (BOOL)focusAtPoint:(CGPoint)point error:(NSError* _Nullable* _Nullable)error;
// Back to following the whole picture.
- (BOOL)focusContinuously:(NSError* _Nullable* _Nullable)error;

@end

NS_ASSUME_NONNULL_END
