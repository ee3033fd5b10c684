// SPDX-License-Identifier: Apache-2.0
//
// What Apple's Foundation has and GNUstep's has not.
#pragma once
#include <CoreFoundation/CoreFoundation.h>
#import <Foundation/Foundation.h>

typedef enum NSProcessInfoThermalState : NSInteger {
  NSProcessInfoThermalStateNominal = 0,
  NSProcessInfoThermalStateFair = 1,
  NSProcessInfoThermalStateSerious = 2,
  NSProcessInfoThermalStateCritical = 3,
} NSProcessInfoThermalState;

extern "C" {
extern NSString* const NSProcessInfoThermalStateDidChangeNotification;
}

@interface NSProcessInfo (Apple)
@property(nonatomic, readonly) NSProcessInfoThermalState thermalState;
@end

@interface NSUserDefaults (Apple)
- (instancetype)initWithSuiteName:(NSString*)suitename;
@end
