// SPDX-License-Identifier: Apache-2.0
//
// onair-quality: what the encoder and the filters do to pictures, in numbers.
#include "beauty/face/detector_messages.h"
#include "platform/devices/library_messages.h"
#include "samples/common/command_line.h"
#include "samples/quality/beauty_command.h"
#include "samples/quality/roi_command.h"

namespace onair::samples {
namespace {

int Main(int argc, char** argv) {
  CommandLine line("onair-quality", "Measures what ROI and beauty do to pictures.", {});
  line.app().require_subcommand(1);
  RoiOptions roi_options;
  const CLI::App* roi = AddRoiCommand(line, roi_options);
  BeautyOptions beauty_options;
  const CLI::App* beauty = AddBeautyCommand(line, beauty_options);
  if (const auto status = line.Parse(argc, argv)) return *status;
  if (roi->parsed()) return RunRoi(line, roi_options);
  if (beauty->parsed()) return RunBeauty(line, beauty_options);
  return kExitUsage;
}

}  // namespace
}  // namespace onair::samples

int main(int argc, char** argv) {
  onair::devices::SetLibraryMessages(onair::devices::LibraryMessages::kDropped);
  onair::beauty::SetDetectorMessages(onair::beauty::DetectorMessages::kDropped);
  return onair::samples::Main(argc, argv);
}
