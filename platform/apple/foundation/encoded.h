// SPDX-License-Identifier: Apache-2.0
#import <Onair/ONEncodedMedia.h>

#include "platform/apple/bridge/encoded.h"
#include "platform/sdk/decoded_pictures.h"
#include "platform/sdk/encoder_tap.h"

namespace onair::apple {

// As long as the frame.
const GivenFrame& GivenOf(ONEncodedFrame* frame);
// Autoreleased.
ONEncodedFrame* FrameOf(const EncodedFrame& frame);

// Immutable bytes of the app's, retained until the last copy goes, on whatever thread.
Buffer Share(NSData* data);

// Lets `control`, which is retained until the last copy goes, hear what the network wants.
void TellWishes(id<ONEncoderControl> control, EncodedInput& encoded);

// Lets `observer`, retained for the same time, see coded frames.
EncoderTap TapOf(id<ONEncodedFrameObserver> observer);

}  // namespace onair::apple

@interface ONDecodedPictures (Pictures)
- (instancetype)initWithPictures:(std::shared_ptr<onair::DecodedPictures>)pictures;
@end
