// SPDX-License-Identifier: Apache-2.0
#import "PlayViewController.h"

@implementation PlayViewController

- (void)viewDidLoad {
  [super viewDidLoad];
  self.address.text = @"https://cdn.example/app/room.flv";
  [self.button setTitle:@"Play" forState:UIControlStateNormal];
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

- (void)play {
  ONPlayerConfiguration *room = [ONPlayerConfiguration configurationWithURL:self.address.text];
  room.decoder = ONCoderChoiceHardware;
  NSError *error = nil;
  _player = [[ONPlayer alloc] initWithConfiguration:room
                                           delegate:self
                                      delegateQueue:[NSOperationQueue mainQueue]
                                              error:&error];
  if (_player == nil || ![_player start:&error]) return [self sayError:error];
  _pictures.player = _player;
  ONSpeaker *speaker = [[ONSpeaker alloc] initWithPlayer:_player];
  _sound = [[ONAudioSession alloc] initWithUse:ONAudioUsePlay
                                       devices:[NSArray arrayWithObject:speaker]];
  [_sound start];
  ONPlayer *player = _player;
  _network = [[ONNetworkWatch alloc] initWithHandler:^{
    [player networkChangedToAddress:nil error:NULL];
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

@end
