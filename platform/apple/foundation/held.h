// SPDX-License-Identifier: Apache-2.0
#include <Block.h>
#import <Onair/ONDefines.h>

#include <memory>

#include "platform/apple/bridge/app_call.h"

namespace onair::apple {

// Of what is released on a thread that may be ours, and may have no pool.
inline void LetGo(void* object) {
  const AppCall call;  // Its -dealloc can be the app's.
  NSAutoreleasePool* pool = [[NSAutoreleasePool alloc] init];
  [(id)object release];
  [pool drain];
}

// An object of the app's, retained until the last copy goes, on whatever thread.
inline std::shared_ptr<void> Held(id object) {
  return std::shared_ptr<void>([object retain], LetGo);
}

inline void LetGoOfBlock(void* block) {
  const AppCall call;
  NSAutoreleasePool* pool = [[NSAutoreleasePool alloc] init];
  _Block_release(block);
  [pool drain];
}
// What Block_copy() gave, for the same time.
inline std::shared_ptr<void> HeldBlock(void* copied) {
  return std::shared_ptr<void>(copied, LetGoOfBlock);
}

}  // namespace onair::apple
