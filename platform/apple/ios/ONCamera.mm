// SPDX-License-Identifier: Apache-2.0
#import <OnairApple/ONCamera.h>
#import <UIKit/UIKit.h>

#include <atomic>

#include "platform/apple/bridge/publisher_handle.h"
#import "platform/apple/foundation/error.h"
#import "platform/apple/foundation/publisher.h"
#include "platform/apple/ios/host_clock.h"
#include "platform/apple/ios/pixel_buffer.h"
#include "platform/apple/policy/camera_turn.h"

using namespace onair;
using namespace onair::apple;

namespace {

struct Core {
  ONPublisher* publisher = nil;
  AVCaptureSession* session = nil;
  AVCaptureDeviceInput* input = nil;
  AVCaptureVideoDataOutput* output = nil;
  dispatch_queue_t queue = nullptr;
  NSInteger width = 0;
  NSInteger height = 0;
  double frames_per_second = 0;
  std::atomic<AVCaptureDevicePosition> position{AVCaptureDevicePositionFront};
  std::atomic<Held> held{Held::kPortrait};
  std::atomic<bool> is_wanted{false};  // Between -start: and -stop.
};

AVCaptureDevice* DeviceAt(AVCaptureDevicePosition position) {
  return [AVCaptureDevice defaultDeviceWithDeviceType:AVCaptureDeviceTypeBuiltInWideAngleCamera
                                            mediaType:AVMediaTypeVideo
                                             position:position];
}

bool Serves(AVCaptureDeviceFormat* format, const Core& core) {
  const CMVideoDimensions size = CMVideoFormatDescriptionGetDimensions(format.formatDescription);
  if (size.width < core.width || size.height < core.height) return false;
  for (AVFrameRateRange* range in format.videoSupportedFrameRateRanges) {
    if (range.maxFrameRate >= core.frames_per_second) return true;
  }
  return false;
}

int64_t PixelsOf(AVCaptureDeviceFormat* format) {
  const CMVideoDimensions size = CMVideoFormatDescriptionGetDimensions(format.formatDescription);
  return static_cast<int64_t>(size.width) * size.height;
}

// The smallest that serves; nil: the device's own choice.
AVCaptureDeviceFormat* FormatFor(AVCaptureDevice* device, const Core& core) {
  AVCaptureDeviceFormat* best = nil;
  for (AVCaptureDeviceFormat* format in device.formats) {
    if (!Serves(format, core)) continue;
    if (best == nil || PixelsOf(format) < PixelsOf(best)) best = format;
  }
  return best;
}

// Runs `change` on the device while it is locked for that.
template <typename Change>
Status Configured(AVCaptureDevice* device, Change change) {
  if (device == nil) return Fail(ErrorCode::kDeviceAbsent, "camera");
  NSError* error = nil;
  if (![device lockForConfiguration:&error]) {
    return Fail(ErrorCode::kDeviceBusy, "camera", static_cast<int>([error code]));
  }
  const Status status = change();
  [device unlockForConfiguration];
  return status;
}

Status SetFormat(AVCaptureDevice* device, const Core& core) {
  AVCaptureDeviceFormat* format = FormatFor(device, core);
  if (format == nil) return {};
  return Configured(device, [&]() -> Status {
    const CMTime period = CMTimeMake(1000, static_cast<int32_t>(core.frames_per_second * 1000));
    device.activeFormat = format;
    device.activeVideoMinFrameDuration = period;
    device.activeVideoMaxFrameDuration = period;
    return {};
  });
}

Status UseDevice(Core& core, AVCaptureDevicePosition position) {
  AVCaptureDevice* device = DeviceAt(position);
  if (device == nil) return Fail(ErrorCode::kDeviceAbsent, "camera");
  NSError* error = nil;
  AVCaptureDeviceInput* input = [AVCaptureDeviceInput deviceInputWithDevice:device error:&error];
  if (input == nil) {
    return Fail(ErrorCode::kDeviceBusy, "camera", static_cast<int>([error code]));
  }
  [core.session beginConfiguration];
  if (core.input != nil) [core.session removeInput:core.input];
  const bool is_taken = [core.session canAddInput:input];
  if (is_taken) {
    [core.session addInput:input];
    [core.input release];
    core.input = [input retain];
    core.position = position;
  } else if (core.input != nil) {
    [core.session addInput:core.input];
  }
  [core.session commitConfiguration];
  if (!is_taken) return Fail(ErrorCode::kDeviceBusy, "camera");
  return SetFormat(device, core);
}

Status AddOutput(Core& core, id<AVCaptureVideoDataOutputSampleBufferDelegate> delegate) {
  if (core.output != nil) return {};
  AVCaptureVideoDataOutput* output = [[AVCaptureVideoDataOutput alloc] init];
  NSNumber* format =
      [NSNumber numberWithUnsignedInt:kCVPixelFormatType_420YpCbCr8BiPlanarVideoRange];
  output.videoSettings =
      [NSDictionary dictionaryWithObject:format forKey:(NSString*)kCVPixelBufferPixelFormatTypeKey];
  output.alwaysDiscardsLateVideoFrames = YES;
  [output setSampleBufferDelegate:delegate queue:core.queue];
  if (![core.session canAddOutput:output]) {
    [output release];
    return Fail(ErrorCode::kDeviceBusy, "camera output");
  }
  [core.session addOutput:output];
  core.output = output;
  return {};
}

void Run(Core& core) {
  AVCaptureSession* session = core.session;
  const bool is_wanted = core.is_wanted;
  dispatch_async(core.queue, ^{
    if (is_wanted && !session.running) [session startRunning];
  });
}

}  // namespace

@implementation ONCamera

- (Core&)core {
  return *static_cast<Core*>(_core);
}

- (instancetype)initWithPublisher:(ONPublisher*)publisher
                            width:(NSInteger)width
                           height:(NSInteger)height
                  framesPerSecond:(double)framesPerSecond {
  if (!(self = [super init])) return nil;
  Core* core = new Core;
  core->publisher = [publisher retain];
  core->session = [[AVCaptureSession alloc] init];
  core->queue = dispatch_queue_create("onair.camera", DISPATCH_QUEUE_SERIAL);
  core->width = width;
  core->height = height;
  core->frames_per_second = framesPerSecond;
  _core = core;
  NSNotificationCenter* center = [NSNotificationCenter defaultCenter];
  [center addObserver:self
             selector:@selector(deviceTurned:)
                 name:UIDeviceOrientationDidChangeNotification
               object:nil];
  // Taken away by a call, another app or an error of the media services: it goes on by itself when
  // it is given back, but for the last one.
  [center addObserver:self
             selector:@selector(sessionBroke:)
                 name:AVCaptureSessionRuntimeErrorNotification
               object:core->session];
  return self;
}

- (AVCaptureSession*)session {
  return [self core].session;
}
- (AVCaptureDevicePosition)position {
  return [self core].position;
}

- (Status)open {
  Core& core = [self core];
  if (core.input == nil) {
    if (auto status = UseDevice(core, core.position); !status) return status;
  }
  if (auto status = AddOutput(core, self); !status) return status;
  Run(core);
  return {};
}

- (BOOL)start:(NSError**)error {
  Core& core = [self core];
  core.is_wanted = true;
  dispatch_async(dispatch_get_main_queue(), ^{
    [[UIDevice currentDevice] beginGeneratingDeviceOrientationNotifications];
  });
  switch ([AVCaptureDevice authorizationStatusForMediaType:AVMediaTypeVideo]) {
    case AVAuthorizationStatusAuthorized:
      return Answer([self open], error);
    case AVAuthorizationStatusNotDetermined: {
      [AVCaptureDevice requestAccessForMediaType:AVMediaTypeVideo
                               completionHandler:^(BOOL isAllowed) {
                                 if (isAllowed && [self core].is_wanted) (void)[self open];
                               }];
      return YES;
    }
    default:
      return Answer(Fail(ErrorCode::kDevicePermission, "camera"), error);
  }
}

- (void)stop {
  Core& core = [self core];
  if (!core.is_wanted.exchange(false)) return;
  AVCaptureSession* session = core.session;
  // The pictures under way are on this queue too: none comes after return.
  dispatch_sync(core.queue, ^{
    if (session.running) [session stopRunning];
  });
  dispatch_async(dispatch_get_main_queue(), ^{
    [[UIDevice currentDevice] endGeneratingDeviceOrientationNotifications];
  });
}

- (BOOL)usePosition:(AVCaptureDevicePosition)position error:(NSError**)error {
  return Answer(UseDevice([self core], position), error);
}

- (BOOL)setTorchLevel:(float)level error:(NSError**)error {
  AVCaptureDevice* device = [self core].input.device;
  return Answer(
      Configured(device,
                 [&]() -> Status {
                   if (!device.hasTorch) return Fail(ErrorCode::kUnsupported, "torch");
                   if (level <= 0) {
                     device.torchMode = AVCaptureTorchModeOff;
                     return {};
                   }
                   NSError* refused = nil;
                   const float most = AVCaptureMaxAvailableTorchLevel;
                   if ([device setTorchModeOnWithLevel:level < 1 ? level : most error:&refused]) {
                     return {};
                   }
                   return Fail(ErrorCode::kDeviceBusy, "torch", static_cast<int>([refused code]));
                 }),
      error);
}

- (BOOL)setZoomFactor:(double)factor error:(NSError**)error {
  AVCaptureDevice* device = [self core].input.device;
  return Answer(
      Configured(device,
                 [&]() -> Status {
                   const double most = device.activeFormat.videoMaxZoomFactor;
                   device.videoZoomFactor = factor < 1 ? 1 : factor > most ? most : factor;
                   return {};
                 }),
      error);
}

- (BOOL)focusAtPoint:(CGPoint)point error:(NSError**)error {
  AVCaptureDevice* device = [self core].input.device;
  return Answer(Configured(device,
                           [&]() -> Status {
                             const bool can_focus =
                                 device.focusPointOfInterestSupported &&
                                 [device isFocusModeSupported:AVCaptureFocusModeAutoFocus];
                             if (!can_focus) return Fail(ErrorCode::kUnsupported, "focus");
                             device.focusPointOfInterest = point;
                             device.focusMode = AVCaptureFocusModeAutoFocus;
                             if (device.exposurePointOfInterestSupported &&
                                 [device isExposureModeSupported:AVCaptureExposureModeAutoExpose]) {
                               device.exposurePointOfInterest = point;
                               device.exposureMode = AVCaptureExposureModeAutoExpose;
                             }
                             return {};
                           }),
                error);
}

- (BOOL)focusContinuously:(NSError**)error {
  AVCaptureDevice* device = [self core].input.device;
  return Answer(
      Configured(device,
                 [&]() -> Status {
                   if (![device isFocusModeSupported:AVCaptureFocusModeContinuousAutoFocus]) {
                     return Fail(ErrorCode::kUnsupported, "focus");
                   }
                   device.focusMode = AVCaptureFocusModeContinuousAutoFocus;
                   const auto exposure = AVCaptureExposureModeContinuousAutoExposure;
                   if ([device isExposureModeSupported:exposure]) device.exposureMode = exposure;
                   return {};
                 }),
      error);
}

- (void)captureOutput:(AVCaptureOutput*)output
    didOutputSampleBuffer:(CMSampleBufferRef)sample
           fromConnection:(AVCaptureConnection*)connection {
  Core& core = [self core];
  CVImageBufferRef buffer = CMSampleBufferGetImageBuffer(sample);
  if (buffer == nullptr || !core.is_wanted) return;
  const auto frame = FrameOn(buffer);
  if (!frame) return;
  const bool is_front = core.position == AVCaptureDevicePositionFront;
  HandleOf(core.publisher)
      .PushPicture(*frame, CapturedAtOf(sample),
                   UprightTurn(core.held, is_front ? Facing::kFront : Facing::kBack));
}

- (void)deviceTurned:(NSNotification*)notification {
  const UIDeviceOrientation turned = [[UIDevice currentDevice] orientation];
  if (turned < UIDeviceOrientationPortrait || turned > UIDeviceOrientationLandscapeRight) return;
  // Landscape left has its home side right.
  [self core].held = static_cast<Held>(turned);
}

- (void)sessionBroke:(NSNotification*)notification {
  Run([self core]);
}

- (void)dealloc {
  [self stop];
  [[NSNotificationCenter defaultCenter] removeObserver:self];
  Core& core = [self core];
  [core.output setSampleBufferDelegate:nil queue:nullptr];
  [core.output release];
  [core.input release];
  [core.session release];
  [core.publisher release];
  dispatch_release(core.queue);
  delete &core;
  [super dealloc];
}

@end
