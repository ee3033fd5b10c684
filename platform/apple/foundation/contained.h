// SPDX-License-Identifier: Apache-2.0
//
// A call into the app. What it raises ends here: exceptions of Objective-C cannot pass frames of
// C++ on every runtime. Plain Objective-C, because no compiler mixes both kinds in one function.
#import <Onair/ONDefines.h>

#if defined(__cplusplus)
extern "C" {
#endif

// NO: it raised, and that was logged.
BOOL ONContained(void (^call)(void));

#if defined(__cplusplus)
}
#endif
