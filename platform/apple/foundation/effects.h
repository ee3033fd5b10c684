// SPDX-License-Identifier: Apache-2.0
#import <Onair/ONEffects.h>

#include "platform/sdk/effects_config.h"

namespace onair::apple {

// kInvalidConfig naming the argument that is none; ranges are the SDK's to judge.
Result<std::vector<RoiRegion>> RegionsOf(NSArray* regions);
Result<beauty::Watermark> WatermarkOf(ONWatermark* mark);
// Null for nil.
std::shared_ptr<const beauty::CubeLut> LutOf(ONColourTable* table);
BeautyConfig BeautyOf(const ONBeauty& beauty);

// Makes the SDK's detector of an app's, which is retained until the last copy goes.
std::function<Result<std::unique_ptr<FaceDetector>>()> DetectorOf(id<ONFaceDetector> detector);

}  // namespace onair::apple
