// SPDX-License-Identifier: Apache-2.0
#include "platform/apple/bridge/preload_handle.h"
#import "platform/apple/foundation/configuration.h"
#import "platform/apple/foundation/error.h"
#import "platform/apple/foundation/preload.h"

using namespace onair;
using namespace onair::apple;

@interface ONPreloadPool (Handle)
- (PreloadHandle&)handle;
@end
@interface ONPreloadRoomStatistics (Numbers)
- (instancetype)initWithNumbers:(const PreloadRoomStats&)numbers;
@end
@interface ONPreloadStatistics (Numbers)
- (instancetype)initWithNumbers:(const PreloadStats&)numbers;
@end

namespace onair::apple {

std::shared_ptr<PreloadPool> PoolOf(ONPreloadPool* pool) {
  return pool == nil ? nullptr : [pool handle].pool();
}

}  // namespace onair::apple

@implementation ONPreloadConfiguration
@synthesize mostRooms = _mostRooms, pictureDistance = _pictureDistance;
@synthesize groupDistance = _groupDistance, connectDistance = _connectDistance;
@synthesize mostMemory = _mostMemory, mostGroupMemory = _mostGroupMemory;
@synthesize mostBitsPerSecond = _mostBitsPerSecond, assumedBitsPerSecond = _assumedBitsPerSecond;
@synthesize meteredTier = _meteredTier, mostMeteredRooms = _mostMeteredRooms;

- (instancetype)init {
  if ((self = [super init])) {
    _mostRooms = 8;
    _pictureDistance = 1;
    _groupDistance = 2;
    _connectDistance = 8;
    _mostMemory = 24 << 20;
    _mostGroupMemory = 3 << 20;
    _mostBitsPerSecond = 6000000;
    _assumedBitsPerSecond = 2000000;
    _meteredTier = ONPreloadTierConnected;
    _mostMeteredRooms = 2;
  }
  return self;
}

- (id)copyWithZone:(NSZone*)zone {
  ONPreloadConfiguration* copy = [[[self class] allocWithZone:zone] init];
  copy.mostRooms = _mostRooms;
  copy.pictureDistance = _pictureDistance;
  copy.groupDistance = _groupDistance;
  copy.connectDistance = _connectDistance;
  copy.mostMemory = _mostMemory;
  copy.mostGroupMemory = _mostGroupMemory;
  copy.mostBitsPerSecond = _mostBitsPerSecond;
  copy.assumedBitsPerSecond = _assumedBitsPerSecond;
  copy.meteredTier = _meteredTier;
  copy.mostMeteredRooms = _mostMeteredRooms;
  return copy;
}

@end

@implementation ONPreloadRoom
@synthesize URL = _URL, distance = _distance;

+ (instancetype)roomWithURL:(NSString*)url distance:(NSInteger)distance {
  return [[[self alloc] initWithURL:url distance:distance] autorelease];
}

- (instancetype)initWithURL:(NSString*)url distance:(NSInteger)distance {
  if ((self = [super init])) {
    _URL = [url copy];
    _distance = distance;
  }
  return self;
}

- (instancetype)init {
  return [self initWithURL:@"" distance:1];
}

- (void)dealloc {
  [_URL release];
  [super dealloc];
}

@end

@implementation ONPreloadRoomStatistics
@synthesize URL = _URL, distance = _distance, wanted = _wanted, ready = _ready;
@synthesize bitsPerSecond = _bitsPerSecond, memory = _memory;

- (instancetype)initWithNumbers:(const PreloadRoomStats&)numbers {
  if ((self = [super init])) {
    _URL = [TextOf(numbers.url) copy];
    _distance = numbers.distance;
    _wanted = static_cast<ONPreloadTier>(numbers.wanted);
    _ready = static_cast<ONPreloadTier>(numbers.ready);
    _bitsPerSecond = numbers.rate.bps();
    _memory = numbers.memory.bytes();
  }
  return self;
}

- (void)dealloc {
  [_URL release];
  [super dealloc];
}

@end

@implementation ONPreloadStatistics
@synthesize rooms = _rooms;

- (instancetype)initWithNumbers:(const PreloadStats&)numbers {
  if ((self = [super init])) {
    _numbers = new PreloadStats(numbers);
    NSMutableArray* rooms = [NSMutableArray array];
    for (const PreloadRoomStats& one : numbers.rooms) {
      ONPreloadRoomStatistics* added = [[ONPreloadRoomStatistics alloc] initWithNumbers:one];
      [rooms addObject:added];
      [added release];
    }
    _rooms = [rooms copy];
  }
  return self;
}
- (const PreloadStats&)numbers {
  return *static_cast<PreloadStats*>(_numbers);
}

- (int64_t)memory {
  return [self numbers].memory.bytes();
}
- (int64_t)bitsPerSecond {
  return [self numbers].rate.bps();
}
- (int64_t)bytesReceived {
  return [self numbers].bytes_received.bytes();
}
- (int64_t)bytesUsed {
  return [self numbers].bytes_used.bytes();
}
- (int64_t)hits {
  return [self numbers].hits;
}
- (int64_t)misses {
  return [self numbers].misses;
}
- (int64_t)picturesDecoded {
  return [self numbers].pictures_decoded;
}
- (int64_t)evictions {
  return [self numbers].evictions;
}
- (int64_t)failures {
  return [self numbers].failures;
}
- (int64_t)unsupported {
  return [self numbers].unsupported;
}

- (void)dealloc {
  delete static_cast<PreloadStats*>(_numbers);
  [_rooms release];
  [super dealloc];
}

@end

@implementation ONPreloadPool

- (PreloadHandle&)handle {
  return *static_cast<PreloadHandle*>(_core);
}

- (instancetype)initWithConfiguration:(ONPreloadConfiguration*)configuration
                  playerConfiguration:(ONPlayerConfiguration*)playerConfiguration
                                error:(NSError**)error {
  if (!(self = [super init])) return nil;
  const auto config = ReadPreload(configuration, playerConfiguration);
  auto handle = config ? PreloadHandle::Open(*config)
                       : Result<std::unique_ptr<PreloadHandle>>(Forward(config));
  if (handle) {
    _core = handle->release();
    return self;
  }
  if (error != nullptr) *error = ErrorOf(handle.error());
  [self release];
  return nil;
}

- (void)setRooms:(NSArray*)rooms {
  std::vector<PreloadRoom> named;
  for (ONPreloadRoom* room in rooms) {
    if (![room isKindOfClass:[ONPreloadRoom class]]) continue;
    named.push_back({TextOf(room.URL), Narrow(room.distance)});
  }
  [self handle].SetRooms(std::move(named));
}
- (void)setMetered:(BOOL)metered {
  [self handle].SetNetworkCost(metered ? NetworkCost::kMetered : NetworkCost::kFree);
}
- (void)networkChanged {
  [self handle].NetworkChanged();
}
- (void)cancel {
  [self handle].Cancel();
}

- (ONPreloadTier)tierOfURL:(NSString*)url {
  const std::string wanted = TextOf(url);
  const auto stats = [self handle].stats().value_or(PreloadStats{});
  for (const PreloadRoomStats& room : stats.rooms) {
    if (room.url == wanted) return static_cast<ONPreloadTier>(room.ready);
  }
  return ONPreloadTierNone;
}
- (ONPreloadStatistics*)statistics {
  const auto stats = [self handle].stats().value_or(PreloadStats{});
  return [[[ONPreloadStatistics alloc] initWithNumbers:stats] autorelease];
}

- (void)dealloc {
  delete static_cast<PreloadHandle*>(_core);
  [super dealloc];
}

@end
