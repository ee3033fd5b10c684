// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"
#include "samples/edge/config.h"

namespace onair::edge {

struct Options {
  EdgeConfig edge;
  std::string report_file;   // Empty: none.
  std::string reconnect_to;  // Where clients are sent before a stop; empty: nowhere.
  bool is_quiet = false;
};

// What a command line asks for.
struct CommandLine {
  enum class Wish { kServe = 1, kPrint = 2, kRefuse = 3 };
  Wish wish = Wish::kServe;
  Options options;   // kServe.
  std::string text;  // kPrint: help or version. kRefuse: one line.
};

// `arguments` without the program's name. Reads the files that --config and --tls name.
CommandLine ParseCommandLine(const std::vector<std::string>& arguments);

}  // namespace onair::edge
