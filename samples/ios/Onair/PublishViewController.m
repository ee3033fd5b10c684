// SPDX-License-Identifier: Apache-2.0
#import "PublishViewController.h"

@implementation PublishViewController

- (void)viewDidLoad {
  [super viewDidLoad];
  self.address.text = @"rtmps://live.example/app/key";
  [self.button setTitle:@"Go live" forState:UIControlStateNormal];
  [self buttonNamed:@"Switch" at:0 action:@selector(switchCamera)];
  [self buttonNamed:@"Light" at:1 action:@selector(switchLight)];
}

- (ONPublisherConfiguration *)configuration {
  ONPublisherConfiguration *configuration =
      [ONPublisherConfiguration configurationWithURL:self.address.text];
  configuration.encoder = ONCoderChoiceHardware;
  configuration.video.width = 720;
  configuration.video.height = 1280;
  configuration.video.bitsPerSecond = 2000000;
  return configuration;
}

- (void)toggle {
  if (_publisher == nil) {
    [self goLive];
  } else {
    [self end];
  }
}

- (void)goLive {
  NSError *error = nil;
  ONPublisherConfiguration *configuration = [self configuration];
  _publisher = [[ONPublisher alloc] initWithConfiguration:configuration
                                                 delegate:self
                                            delegateQueue:[NSOperationQueue mainQueue]
                                                    error:&error];
  if (_publisher == nil) return [self sayError:error];
  [self openDevices];
  ONPublisher *publisher = _publisher;
  _network = [[ONNetworkWatch alloc] initWithHandler:^(ONNetworkKind kind) {
    [publisher networkChangedToAddress:nil kind:kind error:NULL];
  }];
  [_network start];
  _heat = [[ONThermalWatch alloc] initWithPublisher:_publisher
                                      bitsPerSecond:configuration.video.bitsPerSecond
                                    framesPerSecond:configuration.video.framesPerSecond];
  [_heat start];
  [self.button setTitle:@"End" forState:UIControlStateNormal];
  [_publisher startWithCompletion:^(NSError *failure) {
    if (failure != nil) [self sayError:failure];
  }];
}

- (void)openDevices {
  NSError *error = nil;
  _camera = [[ONCamera alloc] initWithPublisher:_publisher
                                          width:1280
                                         height:720
                                framesPerSecond:30];
  if (![_camera start:&error]) [self sayError:error];
  _preview = [AVCaptureVideoPreviewLayer layerWithSession:_camera.session];
  _preview.frame = self.view.bounds;
  _preview.videoGravity = AVLayerVideoGravityResizeAspectFill;
  [self.view.layer insertSublayer:_preview atIndex:0];
  ONMicrophone *microphone = [[ONMicrophone alloc] initWithPublisher:_publisher cancelsEchos:NO];
  _sound = [[ONAudioSession alloc] initWithUse:ONAudioUsePublish
                                       devices:[NSArray arrayWithObject:microphone]];
  [_sound start];
}

- (void)end {
  [_network stop];
  [_heat stop];
  [_camera stop];
  [_sound stop];
  [_preview removeFromSuperlayer];
  ONPublisher *publisher = _publisher;
  _publisher = nil;
  [publisher stopWithCompletion:^(NSError *failure) {
    [self sayError:failure];
    [publisher close];
  }];
  [self.button setTitle:@"Go live" forState:UIControlStateNormal];
}

- (void)switchCamera {
  const BOOL isFront = _camera.position == AVCaptureDevicePositionFront;
  NSError *error = nil;
  [_camera usePosition:isFront ? AVCaptureDevicePositionBack : AVCaptureDevicePositionFront
                 error:&error];
  [self sayError:error];
}

- (void)switchLight {
  NSError *error = nil;
  if ([_camera setTorchLevel:_isLit ? 0 : 1 error:&error]) _isLit = !_isLit;
  [self sayError:error];
}

- (void)publisher:(ONPublisher *)publisher
      destination:(NSUInteger)destination
   didChangeState:(ONPublishState)state
            error:(NSError *)error
       retryDelay:(NSTimeInterval)retryDelay {
  if (state == ONPublishStateLive) [self say:@"Live"];
  if (state == ONPublishStateReconnecting) [self say:@"Reconnecting"];
  if (state == ONPublishStateEnded) [self say:@"Ended"];
  [self sayError:error];
}

- (void)publisher:(ONPublisher *)publisher
                destination:(NSUInteger)destination
    didChangeNetworkQuality:(ONNetworkQuality)quality {
  [self say:quality == ONNetworkQualityPoor ? @"Poor network" : @"Live"];
}

@end
