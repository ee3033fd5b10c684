// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>
#include <string>

namespace onair::testing {

// Where the checkout and the build lie. CTest says so; run by hand, a test program looks from
// the working directory.
inline std::string SourceDir() {
  const char* given = std::getenv("ONAIR_SOURCE_DIR");
  return given != nullptr ? given : ".";
}
inline std::string BinaryDir() {
  const char* given = std::getenv("ONAIR_BINARY_DIR");
  return given != nullptr ? given : "/tmp";
}

}  // namespace onair::testing
