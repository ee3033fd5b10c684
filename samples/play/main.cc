// SPDX-License-Identifier: Apache-2.0
//
// onair-play: plays a live stream. play_run.cc shows how an app uses onair::Player.
#include "platform/devices/library_messages.h"
#include "platform/devices/sdl_window.h"
#include "samples/play/play_run.h"

namespace onair::samples {
namespace {

int Main(int argc, char** argv) {
  devices::ForgoDesktopServices();
  StopSignal stop;
  devices::SetLibraryMessages(devices::LibraryMessages::kDropped);
  PlayOptions options;
  const auto line = MakePlayCommandLine(options);
  if (const auto status = line->Parse(argc, argv)) return *status;
  PlayerConfig config;
  if (const auto status = ToConfig(*line, options, config)) return *status;
  return PlayRun(*line, options, stop).Run(std::move(config));
}

}  // namespace
}  // namespace onair::samples

int main(int argc, char** argv) {
  return onair::samples::Main(argc, argv);
}
