// SPDX-License-Identifier: Apache-2.0
#import <Onair/ONError.h>

#include <optional>

#include "core/base/result.h"

namespace onair::apple {

// Autoreleased.
NSError* ErrorOf(const Error& error);
// Nil without one.
NSError* ErrorOf(const std::optional<Error>& error);

NSString* TextOf(const std::string& utf8);
// Empty for nil.
std::string TextOf(NSString* text);

// How a call answers: YES, or NO and why in `*error` where somebody asks.
BOOL Answer(const Status& status, NSError** error);

}  // namespace onair::apple
