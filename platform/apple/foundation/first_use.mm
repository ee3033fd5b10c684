// SPDX-License-Identifier: Apache-2.0
#import "platform/apple/foundation/first_use.h"

#if defined(GNUSTEP)
#include <mutex>

#import "platform/apple/foundation/contained.h"
#import "platform/apple/foundation/error.h"
#import "platform/apple/foundation/strand.h"

namespace onair::apple {
namespace {

NSString* const kUnseen = @"onair: first use of a class";
NSLog_printf_handler* g_log = nullptr;

void LogOthers(NSString* line) {
  if ([line rangeOfString:kUnseen].location == NSNotFound) g_log(line);
}

// What is logged when a callback raises, without a line of it.
void LogUnseen() {
  g_log = _NSLog_printf_handler;
  _NSLog_printf_handler = LogOthers;
  ONContained(^{
    [NSException raise:kUnseen format:@"%@", ErrorOf(Error{ErrorCode::kInternal, "first use"})];
  });
  _NSLog_printf_handler = g_log;
}

// One turn on a queue's thread, and its end there.
void TakeTurn() {
  NSOperationQueue* queue = [[NSOperationQueue alloc] init];
  const auto strand = std::make_shared<Strand>(queue);
  strand->Post([] {
    [NSOperationQueue currentQueue];
    [NSError errorWithDomain:ONErrorDomain code:0 userInfo:nil];
  });
  // Shortly: who sets a class up just now, and makes us by that, would be waited for in vain.
  for (int i = 0; i<500 && [queue operationCount]> 0; ++i) [NSThread sleepForTimeInterval:0.002];
  [queue release];
}

void UseThemAll() {
  NSAutoreleasePool* pool = [[NSAutoreleasePool alloc] init];
  LogUnseen();
  [[NSRunLoop currentRunLoop] runUntilDate:[NSDate date]];
  [NSObject performSelectorOnMainThread:@selector(class)
                             withObject:nil
                          waitUntilDone:NO
                                  modes:[NSArray arrayWithObject:NSDefaultRunLoopMode]];
  TakeTurn();
  [pool drain];
}

}  // namespace

void SetUpClasses() {
  static std::once_flag once;
  std::call_once(once, UseThemAll);
}

}  // namespace onair::apple
#endif
