// SPDX-License-Identifier: Apache-2.0
//
// What of a controller can be set from outside, by name: policies, searches and services speak of
// it so. transport/cc/parameters.h says what each one does.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace onair::cc {

// What a session sends over: a byte stream (RTMP), or datagrams (RTS).
enum class LineKind { kTcp = 1, kDatagrams = 2 };

// One value; its unit ends its name ("drain_ms"), a share or a factor has none.
struct Parameter {
  std::string name;
  double value = 0;

  bool operator==(const Parameter&) const = default;
};

// Those that are not named have their usual value. Each name once.
using Parameters = std::vector<Parameter>;

// What a controller takes under a name.
struct ParameterInfo {
  std::string_view name;  // Static text.
  double low;             // Range [low, high].
  double high;            // Not below `low`.
  double usual;           // In force where nobody names it.
  std::string_view what;  // One clause, English.
};

}  // namespace onair::cc
