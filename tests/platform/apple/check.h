// SPDX-License-Identifier: Apache-2.0
//
// Checks for programs of Objective-C, and what all of them need of Foundation.
#pragma once

#undef NDEBUG  // It hides GNUstep's count of objects.
#import <Foundation/Foundation.h>
#import <Foundation/NSDebug.h>
#import <Onair/Onair.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstring>

// What failed is on the way out at once, so that a program that hangs has told it.
inline const int g_lines = std::setvbuf(stdout, nullptr, _IOLBF, 0);
inline int g_passed = 0;
inline int g_failed = 0;
inline std::atomic<const char*> g_file{"the beginning"};
inline std::atomic<int> g_line{0};

inline void GiveUp(int) {
  char line[256];
  std::snprintf(line, sizeof line, "FAIL %s:%d does not end\n", g_file.load(), g_line.load());
  (void)!write(STDOUT_FILENO, line, strlen(line));
  _exit(1);
}
// Before who runs the program loses patience, who knows not where it stands.
inline const bool g_watched = [] {
  std::signal(SIGALRM, GiveUp);
  alarm(140);
  return true;
}();

#define CHECK(claim)                                              \
  do {                                                            \
    g_file = __FILE__;                                            \
    g_line = __LINE__;                                            \
    if (claim) {                                                  \
      ++g_passed;                                                 \
    } else {                                                      \
      ++g_failed;                                                 \
      std::printf("FAIL %s:%d %s\n", __FILE__, __LINE__, #claim); \
    }                                                             \
  } while (0)

inline int EndOfChecks() {
  std::printf("%d passed, %d failed\n", g_passed, g_failed);
  return g_failed == 0 ? 0 : 1;
}

constexpr NSTimeInterval kPatience = 30;  // Sanitizers on a busy machine.

// Runs the main thread's loop meanwhile.
template <typename Claim>
bool Eventually(Claim claim, NSTimeInterval at_most = kPatience) {
  const NSTimeInterval until = ONNow() + at_most;
  for (;;) {
    NSAutoreleasePool* pool = [[NSAutoreleasePool alloc] init];
    const bool is_so = claim();
    if (!is_so) {
      [[NSRunLoop currentRunLoop] runUntilDate:[NSDate dateWithTimeIntervalSinceNow:0.005]];
      usleep(2000);
    }
    [pool drain];
    if (is_so) return true;
    if (ONNow() >= until) return false;
  }
}

enum class Report { kSilent = 1, kByName = 2 };

// Objects of our classes that are alive.
inline int LiveObjects(Report report) {
  int alive = 0;
  const char* names[] = {"ONPublisher",
                         "ONPlayer",
                         "ONPicture",
                         "ONStrandTurn",
                         "ONVideoConfiguration",
                         "ONAudioConfiguration",
                         "ONIceServer",
                         "ONPublisherConfiguration",
                         "ONPlayerConfiguration",
                         "ONPublisherStatistics",
                         "ONDestinationStatistics",
                         "ONPlayerStatistics",
                         "ONPolicyChoice",
                         "ONRegion",
                         "ONWatermark",
                         "ONColourTable",
                         "ONFace",
                         "ONEncodedFrame",
                         "ONDecodedPictures",
                         "ONQuality",
                         "ONPictureSurface",
                         "ONPreloadPool",
                         "ONPreloadConfiguration",
                         "ONPreloadRoom",
                         "ONPreloadStatistics",
                         "ONPreloadRoomStatistics",
                         "Witness"};
  for (const char* name : names) {
    Class type = NSClassFromString([NSString stringWithUTF8String:name]);
    const int count = type == Nil ? 0 : GSDebugAllocationCount(type);
    if (count != 0 && report == Report::kByName) std::printf("%d of %s are left\n", count, name);
    alive += count;
  }
  return alive;
}

// A queue's last turn may be under way.
inline void CheckThatNothingIsLeft() {
  const bool is_clean = Eventually([] { return LiveObjects(Report::kSilent) == 0; }, 5);
  CHECK(is_clean);
  if (!is_clean) LiveObjects(Report::kByName);
}
