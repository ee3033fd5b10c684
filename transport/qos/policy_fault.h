// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/base/result.h"

namespace onair::qos {

// What is wrong with a policy's text, and where.
struct PolicyFault {
  enum class Kind {
    kTooLarge = 1,           // Over a stated limit of the file: bytes, depth, arms, rules.
    kNotJson = 2,            // `what` is the reader's word.
    kMissing = 3,            // A field that must be there.
    kUnknownField = 4,       // One that must not: nothing is silently without effect.
    kRepeated = 5,           // A field, or an arm's name, for the second time.
    kWrongType = 6,          // A number where a text is expected, and so on.
    kOutOfRange = 7,         // A number, a length, a character.
    kUnknownWord = 8,        // A network or a transport.
    kUnknownController = 9,  // Or one that does not serve that transport.
    kUnknownParameter = 10,  // Or one that its controller does not take over that transport.
    kShares = 11,            // They do not make 1000.
    kNeverReached = 12,      // A rule behind one that takes all it is about.
  };
  Kind kind;
  int line = 1;       // From 1; where the field's name or its object begins.
  std::string field;  // Its way: "arms[0].rules[1].parameters.drain_ms". Empty: the whole.
  std::string what;   // For people; may quote the file.

  bool operator==(const PolicyFault&) const = default;
};

// "line 7: arms[0].per_mille: 1001 is not within 0 to 1000".
[[nodiscard]] std::string ToString(const PolicyFault& fault);
// kInvalidConfig with that text.
[[nodiscard]] Error ToError(const PolicyFault& fault);

}  // namespace onair::qos
