// SPDX-License-Identifier: Apache-2.0
#include "tests/platform/apple/coded_show.h"

@implementation Loan
- (instancetype)initWithData:(NSData*)data {
  if ((self = [super init])) _bytes = [data retain];
  ++g_loans;
  return self;
}
// What -init of this family ends in.
- (instancetype)initWithBytesNoCopy:(void*)none length:(NSUInteger)zero freeWhenDone:(BOOL)no {
  return self;
}
- (id)copyWithZone:(NSZone*)zone {
  return [self retain];  // Immutable.
}
- (const void*)bytes {
  return [_bytes bytes];
}
- (NSUInteger)length {
  return [_bytes length];
}
- (void)dealloc {
  --g_loans;
  [_bytes release];
  [super dealloc];
}
@end
