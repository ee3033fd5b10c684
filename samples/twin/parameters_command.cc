// SPDX-License-Identifier: Apache-2.0
#include "samples/twin/parameters_command.h"

#include <cstdio>

#include "transport/cc/registry.h"
#include "transport/qos/words.h"

namespace onair::samples {

CLI::App* AddParametersCommand(CommandLine& line) {
  return line.app().add_subcommand(
      "parameters", "What --qos can set: of each controller and transport, with ranges.");
}

int RunParametersCommand() {
  std::printf("%-10s %-5s %-14s %8s %8s %8s\n", "controller", "over", "parameter", "usual", "least",
              "most");
  for (const std::string_view name : cc::ControllerNames()) {
    for (const auto line : {cc::LineKind::kTcp, cc::LineKind::kDatagrams}) {
      for (const cc::ParameterInfo& info : cc::ParametersOf(name, line)) {
        std::printf("%-10s %-5s %-14s %8.4g %8.4g %8.4g  %s\n", std::string(name).c_str(),
                    std::string(qos::WordOf(line)).c_str(), std::string(info.name).c_str(),
                    info.usual, info.low, info.high, std::string(info.what).c_str());
      }
    }
  }
  return kExitDone;
}

}  // namespace onair::samples
