// SPDX-License-Identifier: Apache-2.0
#import <Onair/Onair.h>
#import <ReplayKit/ReplayKit.h>

NS_ASSUME_NONNULL_BEGIN

// What is heard in a broadcast: the apps on the screen, or who holds the device.
typedef NS_ENUM(NSInteger, ONBroadcastSound) {
  ONBroadcastSoundApp = 1,
  ONBroadcastSoundMicrophone = 2,
};

// The principal class of a broadcast upload extension: the screen goes live. Subclass it and
// override -configurationForSetupInfo:. The system ends an extension above 50 MB: pictures are
// encoded by VideoToolbox, no larger than 1280 pixels, and let go while memory is short
// (policy/broadcast_budget.h).
@interface ONBroadcastSampleHandler : RPBroadcastSampleHandler {
 @private
  void* _core;
}
// Where to and how; nil ends the broadcast. Its picture size is what the screen's shape is fitted
// into by then: `width` and `height` are overwritten.
- (nullable ONPublisherConfiguration*)configurationForSetupInfo:
    (nullable NSDictionary<NSString*, NSObject*>*)info;
// Which of the two sounds is published. The app's, unless overridden.
- (ONBroadcastSound)sound;

@property(nonatomic, readonly) int64_t picturesRefused;  // For want of memory.
@end

NS_ASSUME_NONNULL_END
