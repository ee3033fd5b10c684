// SPDX-License-Identifier: Apache-2.0
#import "platform/apple/foundation/app_filter.h"

#include <utility>

#include "platform/apple/bridge/effects.h"
#import "platform/apple/foundation/contained.h"
#import "platform/apple/foundation/held.h"
#import "platform/apple/foundation/picture.h"

namespace onair::apple {
namespace {

// Single-owner, on the publisher's onair.video.
class AppsFilter final : public VideoFilter {
 public:
  explicit AppsFilter(id<ONPictureFilter> filter) : filter_(Held(filter)) {}

  Result<Picture> Apply(const Picture& picture, const FilterInput& input) override {
    const AppCall call;  // What the pool lets go of belongs to it.
    NSAutoreleasePool* pool = [[NSAutoreleasePool alloc] init];
    auto answer = Ask(PictureOf(VideoFrame(picture, input.pts, Timestamp::Zero())));
    [pool drain];
    return answer;
  }

 private:
  Result<Picture> Ask(ONPicture* picture) const {
    __block ONPicture* answer = nil;
    __block NSError* error = nil;
    auto filter = static_cast<id<ONPictureFilter>>(filter_.get());
    const BOOL is_contained = ONContained(^{
      NSError* why = nil;
      answer = [filter pictureByFilteringPicture:picture error:&why];
      error = why;
    });
    if (!is_contained) return Fail(ErrorCode::kInternal, "a filter raised");
    if (answer == nil) return Fail(ErrorCode::kInternal, "filter", static_cast<int>([error code]));
    return FilteredOf(FrameOf(answer).picture);
  }

  const std::shared_ptr<void> filter_;
};

}  // namespace

std::unique_ptr<VideoFilter> FilterOf(id<ONPictureFilter> filter) {
  return std::make_unique<AppsFilter>(filter);
}

}  // namespace onair::apple
