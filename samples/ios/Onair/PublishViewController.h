// SPDX-License-Identifier: Apache-2.0
#import <OnairApple/OnairApple.h>

#import "Screen.h"

@interface PublishViewController : Screen <ONPublisherDelegate> {
  ONPublisher* _publisher;
  ONCamera* _camera;
  ONAudioSession* _sound;
  ONNetworkWatch* _network;
  ONThermalWatch* _heat;
  AVCaptureVideoPreviewLayer* _preview;
  BOOL _isLit;
}
@end
