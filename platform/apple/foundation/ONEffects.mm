// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <utility>

#include "platform/apple/bridge/effects.h"
#import "platform/apple/foundation/contained.h"
#import "platform/apple/foundation/effects.h"
#import "platform/apple/foundation/error.h"
#import "platform/apple/foundation/held.h"
#import "platform/apple/foundation/picture.h"

using namespace onair;
using namespace onair::apple;

namespace {

using Lut = std::shared_ptr<const beauty::CubeLut>;

DetectedFace DetectedOf(ONFace* face) {
  DetectedFace found{{face.x, face.y, face.width, face.height}, std::nullopt, face.confidence};
  if (!face.hasLandmarks) return found;
  const ONFaceLandmarks at = face.landmarks;
  found.landmarks = FaceLandmarks{{at.rightEye.x, at.rightEye.y},
                                  {at.leftEye.x, at.leftEye.y},
                                  {at.noseTip.x, at.noseTip.y},
                                  {at.rightMouthCorner.x, at.rightMouthCorner.y},
                                  {at.leftMouthCorner.x, at.leftMouthCorner.y}};
  return found;
}

// On the publisher's onair.face.
class AppsDetector final : public FaceDetector {
 public:
  explicit AppsDetector(std::shared_ptr<void> detector) : detector_(std::move(detector)) {}

  Result<std::vector<DetectedFace>> Detect(const Picture& picture) override {
    const AppCall call;  // What the pool lets go of belongs to it.
    NSAutoreleasePool* pool = [[NSAutoreleasePool alloc] init];
    auto found = Ask(PictureOf(VideoFrame(picture, MediaTime::Zero(), Timestamp::Zero())));
    [pool drain];
    return found;
  }

 private:
  Result<std::vector<DetectedFace>> Ask(ONPicture* picture) const {
    __block NSArray* faces = nil;
    __block NSError* error = nil;
    auto detector = static_cast<id<ONFaceDetector>>(detector_.get());
    const BOOL is_contained = ONContained(^{
      NSError* why = nil;
      faces = [detector facesInPicture:picture error:&why];
      error = why;
    });
    if (!is_contained) return Fail(ErrorCode::kInternal, "faceDetector raised");
    if (faces == nil)
      return Fail(ErrorCode::kInternal, "faceDetector", static_cast<int>([error code]));
    std::vector<DetectedFace> found;
    for (ONFace* face in faces) {
      if ([face isKindOfClass:[ONFace class]]) found.push_back(DetectedOf(face));
    }
    return found;
  }

  const std::shared_ptr<void> detector_;
};

}  // namespace

@interface ONColourTable (Lut)
- (const Lut&)lut;
@end

namespace onair::apple {

Result<std::vector<RoiRegion>> RegionsOf(NSArray* regions) {
  std::vector<RoiRegion> all;
  for (ONRegion* region in regions) {
    if (![region isKindOfClass:[ONRegion class]]) return Fail(ErrorCode::kInvalidConfig, "regions");
    all.push_back({region.x, region.y, region.width, region.height, region.quality});
  }
  return all;
}

Result<beauty::Watermark> WatermarkOf(ONWatermark* mark) {
  const auto* bytes = static_cast<const std::uint8_t*>([mark.RGBA bytes]);
  return MakeWatermark({mark.width, mark.height, mark.x, mark.y}, {bytes, [mark.RGBA length]});
}

std::shared_ptr<const beauty::CubeLut> LutOf(ONColourTable* table) {
  return table == nil ? nullptr : [table lut];
}

BeautyConfig BeautyOf(const ONBeauty& beauty) {
  return {.smooth = beauty.smooth,
          .whiten = beauty.whiten,
          .ruddy = beauty.ruddy,
          .sharpen = beauty.sharpen,
          .slim = beauty.slim,
          .eyes = beauty.eyes};
}

std::function<Result<std::unique_ptr<FaceDetector>>()> DetectorOf(id<ONFaceDetector> detector) {
  return [kept = Held(detector)]() -> Result<std::unique_ptr<FaceDetector>> {
    return std::make_unique<AppsDetector>(kept);
  };
}

}  // namespace onair::apple

@implementation ONRegion
@synthesize x = _x, y = _y, width = _width, height = _height, quality = _quality;

- (instancetype)initWithX:(float)x
                        y:(float)y
                    width:(float)width
                   height:(float)height
                  quality:(float)quality {
  if ((self = [super init])) {
    _x = x;
    _y = y;
    _width = width;
    _height = height;
    _quality = quality;
  }
  return self;
}

- (instancetype)init {
  return [self initWithX:0 y:0 width:0 height:0 quality:0];
}

@end

@implementation ONWatermark
@synthesize RGBA = _RGBA, width = _width, height = _height, x = _x, y = _y;

- (instancetype)initWithRGBA:(NSData*)rgba
                       width:(NSInteger)width
                      height:(NSInteger)height
                           x:(NSInteger)x
                           y:(NSInteger)y {
  if ((self = [super init])) {
    _RGBA = [rgba copy];
    _width = width;
    _height = height;
    _x = x;
    _y = y;
  }
  return self;
}

- (instancetype)init {
  return [self initWithRGBA:[NSData data] width:0 height:0 x:0 y:0];
}

- (void)dealloc {
  [_RGBA release];
  [super dealloc];
}

@end

@implementation ONColourTable

- (instancetype)initWithCubeText:(NSString*)text error:(NSError**)error {
  if (!(self = [super init])) return nil;
  auto table = ParseCube(TextOf(text));
  if (table) {
    _table = new Lut(std::move(*table));
    return self;
  }
  if (error != nullptr) *error = ErrorOf(table.error());
  [self release];
  return nil;
}

- (instancetype)init {
  return [self initWithCubeText:@"" error:NULL];
}

- (const Lut&)lut {
  return *static_cast<Lut*>(_table);
}
- (NSInteger)size {
  return [self lut]->size();
}

- (void)dealloc {
  delete static_cast<Lut*>(_table);
  [super dealloc];
}

@end

@implementation ONFace
@synthesize x = _x, y = _y, width = _width, height = _height, confidence = _confidence;
@synthesize hasLandmarks = _hasLandmarks, landmarks = _landmarks;

- (instancetype)initWithX:(float)x
                        y:(float)y
                    width:(float)width
                   height:(float)height
               confidence:(float)confidence
                landmarks:(const ONFaceLandmarks*)landmarks {
  if ((self = [super init])) {
    _x = x;
    _y = y;
    _width = width;
    _height = height;
    _confidence = confidence;
    _hasLandmarks = landmarks != nullptr;
    if (landmarks != nullptr) _landmarks = *landmarks;
  }
  return self;
}

- (instancetype)init {
  return [self initWithX:0 y:0 width:1 height:1 confidence:0 landmarks:NULL];
}

@end
