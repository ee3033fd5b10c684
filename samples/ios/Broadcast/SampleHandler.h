// SPDX-License-Identifier: Apache-2.0
#import <OnairApple/OnairApple.h>

@interface SampleHandler : ONBroadcastSampleHandler
@end
