// SPDX-License-Identifier: Apache-2.0
#import <OnairApple/OnairApple.h>

#import "Screen.h"

@interface PlayViewController : Screen <ONPlayerDelegate> {
  ONPlayer* _player;
  ONPictureView* _pictures;
  ONAudioSession* _sound;
  ONNetworkWatch* _network;
}
@end
