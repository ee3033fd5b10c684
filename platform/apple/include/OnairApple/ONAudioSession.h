// SPDX-License-Identifier: Apache-2.0
#import <OnairApple/ONSoundDevice.h>

NS_ASSUME_NONNULL_BEGIN

// What an app does with sound, which says its category.
typedef NS_ENUM(NSInteger, ONAudioUse) {
  ONAudioUsePlay = 1,     // A speaker alone.
  ONAudioUsePublish = 2,  // A microphone, or both.
};

// Keeps devices on the system's audio session through phone calls, other apps, headphones that come
// and go and a dead media service: each time category and mode are said again before the session is
// activated, and asked for again where it is refused. The logic is policy/audio_session_plan.h.
@interface ONAudioSession : NSObject {
 @private
  void* _core;
}
// Retains the devices.
- (instancetype)initWithUse:(ONAudioUse)use
                    devices:(NSArray<id<ONSoundDevice>>*)devices ON_DESIGNATED_INITIALIZER;
// Asks for the system's session, and starts the devices when it is active.
- (void)start;
// Stops the devices, and gives the system's session back with the last one that is on: other apps'
// sound goes on. -start may follow.
- (void)stop;
@property(nonatomic, readonly) BOOL isRunning;  // The devices are on.
@end

NS_ASSUME_NONNULL_END
