// SPDX-License-Identifier: Apache-2.0
//
// Lets Catch print our words, so that a failing check tells its numbers.
#pragma once

#include <catch2/catch.hpp>
#include <string>

#include "core/base/result.h"
#include "core/media/media_time.h"
#include "core/units/data.h"
#include "core/units/time.h"

namespace Catch {

#define ONAIR_PRINT(Type, expression)                                       \
  template <>                                                               \
  struct StringMaker<onair::Type> {                                         \
    static std::string convert(const onair::Type& v) { return expression; } \
  }

ONAIR_PRINT(Timestamp, std::to_string(v.us()) + " us");
ONAIR_PRINT(TimeDelta, std::to_string(v.us()) + " us");
ONAIR_PRINT(MediaTime, std::to_string(v.us()) + " media us");
ONAIR_PRINT(DataSize, std::to_string(v.bytes()) + " bytes");
ONAIR_PRINT(DataRate, std::to_string(v.bps()) + " bit/s");
ONAIR_PRINT(ErrorCode, std::string(onair::Describe(v).name));
ONAIR_PRINT(Error, onair::ToString(v));

#undef ONAIR_PRINT

}  // namespace Catch
