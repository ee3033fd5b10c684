// SPDX-License-Identifier: Apache-2.0
#import <Onair/ONPublisher.h>

namespace onair::apple {
class PublisherHandle;

// As long as the publisher, for the sources of the system.
PublisherHandle& HandleOf(ONPublisher* publisher);

}  // namespace onair::apple

@interface ONPublisher (Handle)
- (onair::apple::PublisherHandle&)handle;
@end
