// SPDX-License-Identifier: Apache-2.0
#pragma once
#import <Foundation/Foundation.h>

// GNUstep's NSPoint and NSRect have the same fields.
typedef NSPoint CGPoint;
typedef NSRect CGRect;

extern "C" {
// Inline there.
CGRect CGRectMake(CGFloat x, CGFloat y, CGFloat width, CGFloat height);
}
