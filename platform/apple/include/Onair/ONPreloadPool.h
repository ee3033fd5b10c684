// SPDX-License-Identifier: Apache-2.0
//
// Rooms that a viewer will probably watch next, made ready within budgets.
//
//   pool = [[ONPreloadPool alloc] initWithConfiguration:nil playerConfiguration:nil error:&error];
//   [pool setRooms:rooms];                       // Whenever the list moves.
//   configuration.preloadPool = pool;            // The viewer swiped: what is ready is taken over.
//   player = [[ONPlayer alloc] initWithConfiguration:configuration ..];
//
// Any thread. No method blocks but the release of the last reference, shortly.
#import <Onair/ONConfiguration.h>
#include <stdint.h>

NS_ASSUME_NONNULL_BEGIN

// How far a room is made ready; each includes those before it.
typedef NS_ENUM(NSInteger, ONPreloadTier) {
  ONPreloadTierNone = 1,       // Nothing.
  ONPreloadTierConnected = 2,  // Name known, connection up, nothing asked for.
  ONPreloadTierNewestGroup =
      3,  // The stream flows; its newest key frame and what followed is kept.
  ONPreloadTierFirstPicture = 4,  // That key frame is decoded as well.
};

// How much is made ready. Read when a pool is made, which refuses what is out of range by name.
@interface ONPreloadConfiguration : NSObject <NSCopying> {
 @private
  NSInteger _mostRooms, _pictureDistance, _groupDistance, _connectDistance, _mostMeteredRooms;
  int64_t _mostMemory, _mostGroupMemory, _mostBitsPerSecond, _assumedBitsPerSecond;
  ONPreloadTier _meteredTier;
}
// Rooms that get anything at all; the farthest go first. Range [0, 64]. 8.
@property(nonatomic, assign) NSInteger mostRooms;
// Rooms at this distance or nearer get a first picture, a group of pictures, a connection, as far
// as the budgets go. Ranges [0, 64], each at least the one before. 1, 2 and 8.
@property(nonatomic, assign) NSInteger pictureDistance;
@property(nonatomic, assign) NSInteger groupDistance;    // As above.
@property(nonatomic, assign) NSInteger connectDistance;  // As above.
// Bytes held by all rooms together. Range [0, 1 GiB]. 24 MiB.
@property(nonatomic, assign) int64_t mostMemory;
// Bytes of one room's group of pictures; of a longer one the key frame alone is kept. Range
// [64 KiB, 64 MiB]. 3 MiB.
@property(nonatomic, assign) int64_t mostGroupMemory;
// Of all rooms together, as measured. Range [0, 1,000,000,000]. 6,000,000.
@property(nonatomic, assign) int64_t mostBitsPerSecond;
// What a room counts for until it is measured. Range [100,000, 100,000,000]. 2,000,000.
@property(nonatomic, assign) int64_t assumedBitsPerSecond;
// On a metered network no room gets more than this. Connected.
@property(nonatomic, assign) ONPreloadTier meteredTier;
// And only so many get it. Range [0, 64]. 2.
@property(nonatomic, assign) NSInteger mostMeteredRooms;
@end

// A room and how likely it is next. Immutable.
@interface ONPreloadRoom : NSObject {
 @private
  NSString* _URL;
  NSInteger _distance;
}
// `url`: as the player's configuration will have it. `distance`: swipes away from what is watched,
// in any direction. Range [1, 1000].
- (instancetype)initWithURL:(NSString*)url distance:(NSInteger)distance ON_DESIGNATED_INITIALIZER;
+ (instancetype)roomWithURL:(NSString*)url distance:(NSInteger)distance;  // The same, autoreleased.
@property(nonatomic, readonly, copy) NSString* URL;  // As the player's configuration will have it.
@property(nonatomic, readonly) NSInteger distance;   // As given.
@end

// One room at one moment. Immutable.
@interface ONPreloadRoomStatistics : NSObject {
 @private
  NSString* _URL;
  NSInteger _distance;
  ONPreloadTier _wanted, _ready;
  int64_t _bitsPerSecond, _memory;
}
@property(nonatomic, readonly, copy) NSString* URL;    // As it was named.
@property(nonatomic, readonly) NSInteger distance;     // As it was named.
@property(nonatomic, readonly) ONPreloadTier wanted;   // By the budgets.
@property(nonatomic, readonly) ONPreloadTier ready;    // What a viewer would find.
@property(nonatomic, readonly) int64_t bitsPerSecond;  // Of its stream; 0: not measured.
@property(nonatomic, readonly) int64_t memory;         // Bytes of its group and picture.
@end

// A snapshot. Counters only grow. Immutable.
@interface ONPreloadStatistics : NSObject {
 @private
  void* _numbers;
  ON_ARRAY_OF(ONPreloadRoomStatistics*) * _rooms;
}
// Those that get anything.
@property(nonatomic, readonly, copy) ON_ARRAY_OF(ONPreloadRoomStatistics*) * rooms;
@property(nonatomic, readonly) int64_t memory;         // Bytes, now.
@property(nonatomic, readonly) int64_t bitsPerSecond;  // Now.
@property(nonatomic, readonly) int64_t bytesReceived;  // Protocol included.
@property(nonatomic, readonly) int64_t bytesUsed;      // Of those, of rooms that were taken.
@property(nonatomic, readonly) int64_t hits;           // Rooms taken that were connected at least.
@property(nonatomic, readonly) int64_t misses;         // Rooms asked for and not there.
@property(nonatomic, readonly) int64_t picturesDecoded;  // First pictures, shown or not.
@property(nonatomic, readonly) int64_t evictions;  // Rooms given up for others or for the budget.
@property(nonatomic, readonly) int64_t failures;   // Rooms given up: refused, or over.
// Addresses that are not preloaded: of WebRTC where the same stream is by HTTP-FLV is not known.
@property(nonatomic, readonly) int64_t unsupported;
@end

// Makes rooms ready for players.
@interface ONPreloadPool : NSObject {
 @private
  void* _core;
}
// Builds threads; opens nothing. Nil for either: defaults. `playerConfiguration`: how rooms are
// played; its URL, qualities, fallback and decoder are not read. Nil, with ONErrorInvalidConfig
// naming the property.
- (ON_NULLABLE instancetype)initWithConfiguration:(ON_NULLABLE ONPreloadConfiguration*)configuration
                              playerConfiguration:
                                  (ON_NULLABLE ONPlayerConfiguration*)playerConfiguration
                                            error:(NSError* _Nullable* _Nullable)error
    ON_DESIGNATED_INITIALIZER;

// What is likely now; of more than 64 the first. Rooms of earlier calls that are missing here count
// as the farthest. What is no room, or has a distance out of range, is left out.
- (void)setRooms:(ON_ARRAY_OF(ONPreloadRoom*) *)rooms;
// Whether using the network costs, as the system says; NO at first.
- (void)setMetered:(BOOL)metered;
// The device has another way to the network. Once per change.
- (void)networkChanged;
// Gives up all rooms at once; players that took one go on, as they do when the pool goes.
- (void)cancel;

// How far the room of this address is.
- (ONPreloadTier)tierOfURL:(NSString*)url;
// A snapshot.
- (ONPreloadStatistics*)statistics;

@end

NS_ASSUME_NONNULL_END
