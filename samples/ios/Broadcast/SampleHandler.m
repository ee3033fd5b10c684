// SPDX-License-Identifier: Apache-2.0
#import "SampleHandler.h"

@implementation SampleHandler

- (ONPublisherConfiguration *)configurationForSetupInfo:(NSDictionary *)info {
  // An app and its extension share settings by an app group of theirs.
  NSUserDefaults *shared = [[NSUserDefaults alloc] initWithSuiteName:@"group.live.onair.sample"];
  NSString *address = [shared stringForKey:@"address"];
  if (address == nil) return nil;
  return [ONPublisherConfiguration configurationWithURL:address];
}

@end
