// SPDX-License-Identifier: Apache-2.0
#import <OnairApple/OnairApple.h>

#import "Screen.h"

// One room after the other; the next ones are made ready meanwhile.
@interface PlayViewController : Screen <ONPlayerDelegate> {
  ONPreloadPool* _pool;
  NSArray* _rooms;  // Addresses.
  NSUInteger _at;
  ONPlayer* _player;
  ONPictureView* _pictures;
  ONAudioSession* _sound;
  ONNetworkWatch* _network;
}
@end
