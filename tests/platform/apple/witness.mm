// SPDX-License-Identifier: Apache-2.0
#import "tests/platform/apple/witness.h"

@implementation Witness

- (void)enter {
  ++calls;
  if (inside.exchange(1) != 0) ++overlapped;
  if (expected == nil) return;
  const bool is_main = expected == [NSOperationQueue mainQueue];
  const bool is_there =
      is_main ? [NSThread isMainThread] : [NSOperationQueue currentQueue] == expected;
  if (!is_there) ++elsewhere;
}
- (void)leave {
  inside = 0;
  if (manners == Manners::kRaising) {
    [NSException raise:@"BadManners" format:@"call %d", calls.load()];
  }
}

- (void)publisher:(ONPublisher*)publisher
       destination:(NSUInteger)destination
    didChangeState:(ONPublishState)state
             error:(NSError*)error
        retryDelay:(NSTimeInterval)retryDelay {
  [self enter];
  last_state = state;
  if (error != nil) error_code = [error code];
  if (state == ONPublishStateLive) ++live;
  if (state == ONPublishStateEnded) ++ended;
  [self leave];
}
- (void)publisher:(ONPublisher*)publisher
               destination:(NSUInteger)destination
    didSendFirstFrameAfter:(NSTimeInterval)delay {
  [self enter];
  if (delay > 0) ++first_frames;
  [self leave];
}

- (void)player:(ONPlayer*)player
    didChangeState:(ONPlayState)state
             error:(NSError*)error
        retryDelay:(NSTimeInterval)retryDelay {
  [self enter];
  last_state = state;
  if (error != nil) error_code = [error code];
  if (state == ONPlayStatePlaying) ++playing;
  if (state == ONPlayStateEnded) ++ended;
  [self leave];
}
- (void)player:(ONPlayer*)player didShowFirstPictureAfter:(NSTimeInterval)delay {
  [self enter];
  if (delay > 0) ++first_pictures;
  [self leave];
}
- (void)player:(ONPlayer*)player didFindTracksWithWidth:(NSInteger)found height:(NSInteger)height {
  [self enter];
  width = static_cast<int>(found);
  [self leave];
}
- (void)player:(ONPlayer*)player didSnapshotToFile:(NSString*)path error:(NSError*)error {
  [self enter];
  if (error == nil) ++snapshots;
  [self leave];
}
- (void)player:(ONPlayer*)player didEndRecordingFile:(NSString*)path error:(NSError*)error {
  [self enter];
  if (error == nil) ++recordings_ended;
  [self leave];
}

@end
