// SPDX-License-Identifier: Apache-2.0
#import <Onair/ONDefines.h>

namespace onair::apple {

#if defined(GNUSTEP)
// Sets the classes up that our threads use, once, before the first of these begins. On GNUstep with
// GCC's runtime a class is set up under the runtime's lock and takes locks of GNUstep's; whoever
// holds one of these, as the first NSLog() does, and needs a class waits for the other for ever.
void SetUpClasses();
#else
inline void SetUpClasses() {}
#endif

}  // namespace onair::apple
