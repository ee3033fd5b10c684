// SPDX-License-Identifier: Apache-2.0
#pragma once
#import <CoreGraphics/CoreGraphics.h>

typedef double CFTimeInterval;
extern "C" {
CFTimeInterval CACurrentMediaTime(void);
}

@interface CALayer : NSObject
@property(nonatomic) CGRect frame;
- (void)insertSublayer:(CALayer*)layer atIndex:(unsigned)idx;
- (void)removeFromSuperlayer;
@end

@interface CADisplayLink : NSObject
+ (CADisplayLink*)displayLinkWithTarget:(id)target selector:(SEL)sel;
- (void)addToRunLoop:(NSRunLoop*)runloop forMode:(NSString*)mode;
- (void)invalidate;
@property(nonatomic, readonly) CFTimeInterval targetTimestamp;
@end
