// SPDX-License-Identifier: Apache-2.0
#include "tests/platform/apple/publisher_stage.h"

NSData* DrawStill(int n) {
  const size_t luma = static_cast<size_t>(kWidth * kHeight);
  NSMutableData* data = [NSMutableData dataWithLength:luma * 3 / 2];
  auto* bytes = static_cast<uint8_t*>([data mutableBytes]);
  memset(bytes, 110, luma);
  memset(bytes + luma, 110, luma / 4);
  memset(bytes + luma + luma / 4, 150, luma / 4);
  for (NSInteger row = 0; row < kHeight / 2; ++row) memset(bytes + row * kWidth + 16, 220, 40);
  unsigned noise = 1;
  for (NSInteger row = kHeight / 2; row < kHeight; ++row) {
    for (NSInteger x = 0; x < kWidth; ++x) {
      noise = noise * 1664525 + 1013904223;
      bytes[row * kWidth + (x + 3 * n) % kWidth] = static_cast<uint8_t>(70 + (noise >> 24) % 100);
    }
  }
  return data;
}

ONPicture* Still(int n) {
  return [ONPicture pictureWithFormat:ONPixelFormatI420
                                width:kWidth
                               height:kHeight
                                 data:DrawStill(n)
                                error:NULL];
}

@implementation Producer
- (void)publisher:(ONPublisher*)publisher
            destination:(NSUInteger)destination
    didChooseController:(ONPolicyChoice*)choice {
  kind = choice.networkKind;
  if ([choice.arm isEqual:@"fast"] && destination == 0) ++choices;
}
- (void)publisher:(ONPublisher*)publisher faceDetectionDidFail:(NSError*)error {
  native_code = [[[error userInfo] objectForKey:ONErrorNativeCodeKey] integerValue];
  ++faces_failed;
}
- (void)publisher:(ONPublisher*)publisher
       destination:(NSUInteger)destination
    didChangeState:(ONPublishState)state
             error:(NSError*)error
        retryDelay:(NSTimeInterval)retryDelay {
  ++calls;
  if (state == ONPublishStateLive) ++live;
}
@end
