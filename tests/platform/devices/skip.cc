// SPDX-License-Identifier: Apache-2.0
#include "tests/platform/devices/skip.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <sstream>

namespace onair::devices {
namespace {

// Prints the count when the program ends.
struct SkipCount {
  int count = 0;
  ~SkipCount() {
    if (count > 0) std::printf("devices: %d tests skipped\n", count);
  }
};
SkipCount skips;

}  // namespace

void SkipTest(const std::string& reason) {
  ++skips.count;
  std::printf("SKIP: %s\n", reason.c_str());
}

bool HasProgram(const std::string& name) {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path != nullptr ? path : "/usr/bin:/bin");
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (access((folder + "/" + name).c_str(), X_OK) == 0) return true;
  }
  return false;
}

}  // namespace onair::devices
