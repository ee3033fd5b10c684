// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>

#include "tests/platform/apple/check.h"

enum class Manners { kGood = 1, kRaising = 2 };

// A delegate that remembers. What it hears is written on the delegate queue and read elsewhere.
@interface Witness : NSObject <ONPublisherDelegate, ONPlayerDelegate> {
 @public
  NSOperationQueue* expected;  // Not retained; nil: not looked at.
  Manners manners;
  std::atomic<int> calls;
  std::atomic<int> elsewhere;   // Calls on another queue than `expected`.
  std::atomic<int> overlapped;  // Calls while another was under way.
  std::atomic<int> live;
  std::atomic<int> ended;
  std::atomic<int> first_frames;
  std::atomic<int> playing;
  std::atomic<int> first_pictures;
  std::atomic<int> width;
  std::atomic<int> snapshots;
  std::atomic<int> recordings_ended;
  std::atomic<NSInteger> last_state;
  std::atomic<NSInteger> error_code;  // Of the last state with one.
  std::atomic<int> inside;
}
@end
