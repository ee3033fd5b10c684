// SPDX-License-Identifier: Apache-2.0
//
// Where machines write what they see and decide. The edge turns it into files; a null sink
// costs one virtual call.
#pragma once

#include <string_view>

#include "core/units/time.h"

namespace onair {

// callback on the machine's own thread. Names are static text, "room.thing" or
// "room.thing_unit"; the same names appear in stats.
class TraceSink {
 public:
  virtual ~TraceSink() = default;

  // A measured value: drawn as a counter.
  virtual void Number(Timestamp at, std::string_view name, double value) = 0;
  // A choice and why: drawn as an instant.
  virtual void Decision(Timestamp at, std::string_view name, std::string_view choice,
                        std::string_view reason) = 0;
  // A stage with a beginning and an end: drawn as a slice.
  virtual void Span(Timestamp begin, Timestamp end, std::string_view name) = 0;
};

// Writes nothing. Stateless, so one serves every machine.
TraceSink& NullTrace();

}  // namespace onair
