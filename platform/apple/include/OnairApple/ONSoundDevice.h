// SPDX-License-Identifier: Apache-2.0
#import <Onair/Onair.h>

NS_ASSUME_NONNULL_BEGIN

// What an ONAudioSession starts when the system's session is active, and stops when that is taken
// away. On the session's queue.
@protocol ONSoundDevice <NSObject>
// The system's session is active. NO, with the error, which is logged: the other devices start.
- (BOOL)startDevice:(NSError* _Nullable* _Nullable)error;
// The system's session is gone, or nobody wants sound any more.
- (void)stopDevice;
@end

// Puts the microphone's sound into a publisher, with the system's echo cancelling where that is
// wanted. The app needs NSMicrophoneUsageDescription.
@interface ONMicrophone : NSObject <ONSoundDevice> {
 @private
  void* _core;
}
// Retains the publisher.
- (instancetype)initWithPublisher:(ONPublisher*)publisher
                     cancelsEchos:(BOOL)cancelsEchos ON_DESIGNATED_INITIALIZER;
@end

// Plays what a player has to say. The sound's own rate and channels; another stream's begin with a
// moment of silence.
@interface ONSpeaker : NSObject <ONSoundDevice> {
 @private
  void* _core;
}
// Retains the player.
- (instancetype)initWithPlayer:(ONPlayer*)player ON_DESIGNATED_INITIALIZER;
@end

NS_ASSUME_NONNULL_END
