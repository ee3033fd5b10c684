// SPDX-License-Identifier: Apache-2.0
//
// onair-twin: live publishing in virtual time, and races of what decides its rate.
#include "samples/twin/parameters_command.h"
#include "samples/twin/race_command.h"
#include "samples/twin/replay_command.h"
#include "samples/twin/run_command.h"
#include "samples/twin/tune_command.h"

namespace onair::samples {
namespace {

int Main(int argc, char** argv) {
  CommandLine line("onair-twin", "Publishes over modelled networks in virtual time.", {});
  line.app().require_subcommand(1);
  RaceOptions race_options;
  const CLI::App* race = AddRaceCommand(line, race_options);
  RunOptions run_options;
  const CLI::App* run = AddRunCommand(line, run_options);
  ReplayOptions replay_options;
  const CLI::App* replay = AddReplayCommand(line, replay_options);
  TuneOptions tune_options;
  const CLI::App* tune = AddTuneCommand(line, tune_options);
  const CLI::App* parameters = AddParametersCommand(line);
  const CLI::App* capacity =
      line.app().add_subcommand("capacity", "What a server could carry. Not in this build.");
  if (const auto status = line.Parse(argc, argv)) return *status;
  if (race->parsed()) return RunRaceCommand(line, race_options);
  if (run->parsed()) return RunRunCommand(line, run_options);
  if (replay->parsed()) return RunReplayCommand(line, replay_options);
  if (tune->parsed()) return RunTuneCommand(line, tune_options);
  if (parameters->parsed()) return RunParametersCommand();
  return line.RefuseLater(capacity->parsed() ? "capacity" : "this");
}

}  // namespace
}  // namespace onair::samples

int main(int argc, char** argv) {
  return onair::samples::Main(argc, argv);
}
