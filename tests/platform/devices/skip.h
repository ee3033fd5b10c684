// SPDX-License-Identifier: Apache-2.0
//
// Tests that need a program of the system say so when it is missing, and the run's end counts
// them: a skipped test never looks like a passed one.
#pragma once

#include <string>

namespace onair::devices {

// Prints the reason and counts; the test returns right after.
void SkipTest(const std::string& reason);

// Whether `name` is in $PATH.
bool HasProgram(const std::string& name);

}  // namespace onair::devices
