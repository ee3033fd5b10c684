// SPDX-License-Identifier: Apache-2.0
#import "platform/apple/foundation/contained.h"

BOOL ONContained(void (^call)(void)) {
  @try {
    call();
    return YES;
  } @catch (id raised) {
    NSLog(@"Onair: a callback of the app raised %@", raised);
  }
  return NO;
}
