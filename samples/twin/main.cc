// SPDX-License-Identifier: Apache-2.0
//
// onair-twin: live publishing in virtual time, and races of what decides its rate.
#include "samples/common/command_line.h"
#include "samples/twin/race_command.h"

namespace onair::samples {
namespace {

int Main(int argc, char** argv) {
  CommandLine line("onair-twin", "Publishes over modelled networks in virtual time.", {});
  line.app().require_subcommand(1);
  RaceOptions race_options;
  const CLI::App* race = AddRaceCommand(line, race_options);
  if (const auto status = line.Parse(argc, argv)) return *status;
  if (race->parsed()) return RunRaceCommand(line, race_options);
  return kExitUsage;
}

}  // namespace
}  // namespace onair::samples

int main(int argc, char** argv) {
  return onair::samples::Main(argc, argv);
}
