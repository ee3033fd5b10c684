// SPDX-License-Identifier: Apache-2.0
#import <Onair/Onair.h>

NS_ASSUME_NONNULL_BEGIN

// Moves live sessions when the device has another way to the network (NWPathMonitor's own C face).
@interface ONNetworkWatch : NSObject {
 @private
  void* _core;
}
// `moved`: called on a queue of the watch's for each hand-over, with what the network is now: for
// -networkChangedToAddress:kind:error: of publishers and -networkChangedToAddress:error: of
// players.
- (instancetype)initWithHandler:(void (^)(ONNetworkKind kind))moved ON_DESIGNATED_INITIALIZER;
// From now on; once more after -stop.
- (void)start;
// No call of the handler begins after return.
- (void)stop;
@end

// Lets a publisher do less while the device is hot (policy/thermal_plan.h).
@interface ONThermalWatch : NSObject {
 @private
  void* _core;
}
// Retains the publisher. What its configuration says, which shares are taken of.
- (instancetype)initWithPublisher:(ONPublisher*)publisher
                    bitsPerSecond:(int64_t)bitsPerSecond
                  framesPerSecond:(double)framesPerSecond ON_DESIGNATED_INITIALIZER;
// From now on, by the heat that there is already; also again after -stop.
- (void)start;
// The publisher keeps the limits it has by then.
- (void)stop;
@end

NS_ASSUME_NONNULL_END
