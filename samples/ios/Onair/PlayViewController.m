// SPDX-License-Identifier: Apache-2.0
#import "PlayViewController.h"

@implementation PlayViewController

- (void)viewDidLoad {
  [super viewDidLoad];
  _rooms = [NSArray arrayWithObjects:@"https://cdn.example/app/room1.flv",
                                     @"https://cdn.example/app/room2.flv",
                                     @"https://cdn.example/app/room3.flv", nil];
  self.address.text = [_rooms objectAtIndex:0];
  [self.button setTitle:@"Play" forState:UIControlStateNormal];
  [self buttonNamed:@"Next" at:0 action:@selector(goToNextRoom)];
  [self buttonNamed:@"Sharp" at:1 action:@selector(showSharpest)];
  [self buttonNamed:@"Auto" at:2 action:@selector(leaveQualityToPlayer)];
  NSError *error = nil;
  _pool = [[ONPreloadPool alloc] initWithConfiguration:nil playerConfiguration:nil error:&error];
  [self sayError:error];
  _pictures = [[ONPictureView alloc] initWithFrame:self.view.bounds];
  [self.view insertSubview:_pictures atIndex:0];
}

- (void)toggle {
  if (_player == nil) {
    [self play];
  } else {
    [self end];
  }
}

// The room in two qualities: the player goes to what the network carries.
- (ONPlayerConfiguration *)configurationOf:(NSString *)url {
  ONPlayerConfiguration *room = [ONPlayerConfiguration configurationWithURL:url];
  room.decoder = ONCoderChoiceHardware;
  room.preloadPool = _pool;
  NSString *better = [url stringByReplacingOccurrencesOfString:@".flv" withString:@"_hd.flv"];
  if ([better isEqualToString:url]) return room;
  ONQuality *plain = [[ONQuality alloc] initWithURL:url bitsPerSecond:800000 width:960 height:540];
  ONQuality *sharp = [[ONQuality alloc] initWithURL:better
                                      bitsPerSecond:2500000
                                              width:1920
                                             height:1080];
  room.qualities = [NSArray arrayWithObjects:plain, sharp, nil];
  return room;
}

// What a viewer may go to next.
- (void)nameNextRooms {
  NSMutableArray *next = [NSMutableArray array];
  for (NSUInteger i = 1; i < [_rooms count]; ++i) {
    NSString *url = [_rooms objectAtIndex:(_at + i) % [_rooms count]];
    [next addObject:[ONPreloadRoom roomWithURL:url distance:(NSInteger)i]];
  }
  [_pool setRooms:next];
}

- (void)goToNextRoom {
  _at = (_at + 1) % [_rooms count];
  self.address.text = [_rooms objectAtIndex:_at];
  if (_player == nil) return;
  [self end];
  [self play];
}

- (void)showSharpest {
  NSError *error = nil;
  if (![_player pinQuality:1 error:&error]) [self sayError:error];
}

- (void)leaveQualityToPlayer {
  NSError *error = nil;
  if (![_player chooseQuality:&error]) [self sayError:error];
}

- (void)play {
  NSError *error = nil;
  _player = [[ONPlayer alloc] initWithConfiguration:[self configurationOf:self.address.text]
                                           delegate:self
                                      delegateQueue:[NSOperationQueue mainQueue]
                                              error:&error];
  if (_player == nil || ![_player start:&error]) return [self sayError:error];
  _pictures.player = _player;
  [self nameNextRooms];
  ONSpeaker *speaker = [[ONSpeaker alloc] initWithPlayer:_player];
  _sound = [[ONAudioSession alloc] initWithUse:ONAudioUsePlay
                                       devices:[NSArray arrayWithObject:speaker]];
  [_sound start];
  ONPlayer *player = _player;
  ONPreloadPool *pool = _pool;
  _network = [[ONNetworkWatch alloc] initWithHandler:^(ONNetworkKind kind) {
    [player networkChangedToAddress:nil error:NULL];
    [pool networkChanged];
  }];
  [_network start];
  [self.button setTitle:@"Stop" forState:UIControlStateNormal];
}

- (void)end {
  [_network stop];
  [_sound stop];
  _pictures.player = nil;
  [_player close];
  _player = nil;
  [self.button setTitle:@"Play" forState:UIControlStateNormal];
}

- (void)player:(ONPlayer *)player
    didChangeState:(ONPlayState)state
             error:(NSError *)error
        retryDelay:(NSTimeInterval)retryDelay {
  if (state == ONPlayStatePlaying) [self say:@"Playing"];
  if (state == ONPlayStateStalled) [self say:@"Waiting for the network"];
  if (state == ONPlayStateAwaitingPublisher) [self say:@"The host will be right back"];
  if (state == ONPlayStateEnded) [self say:@"Ended"];
  [self sayError:error];
}

- (void)player:(ONPlayer *)player
    didSwitchToURL:(NSString *)url
             cause:(ONSwitchCause)cause
             after:(NSTimeInterval)delay {
  const BOOL isSharp = [url hasSuffix:@"_hd.flv"];
  [self say:isSharp ? @"Playing, sharp" : @"Playing"];
}

@end
