// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "platform/sdk/publisher.h"
#include "samples/common/command_line.h"
#include "samples/publish/effects_options.h"
#include "samples/publish/qos_options.h"

namespace onair::samples {

struct PublishOptions {
  std::string input = "test";
  std::string audio_input;  // Empty: what fits the input.
  std::vector<std::string> to;
  std::string probe;  // Not empty: the line to it is tested, nothing is published.
  std::string size = "1280x720";
  double fps = 30;
  double gop_s = 2;
  std::string video = "h264";
  std::string encoder = "auto";
  std::string openh264_library;  // Empty: the system's.
  std::string hevc_rtmp;         // Empty: as the server's answer tells.
  std::string audio = "aac";
  std::string mode = "balanced";
  int bitrate_kbps = 1500;
  int min_bitrate_kbps = 200;
  std::string controller;    // Empty: the default one.
  std::string poor_network;  // FILE or FILE@SECONDS.
  int audio_bitrate_kbps = 64;
  double duration_s = 0;  // 0: until stopped or the input ends.
  bool is_looped = false;
  std::string record_inputs;
  std::string token;
  std::vector<std::string> ice_servers;
  std::string ca;
  bool is_insecure = false;
  EffectsOptions effects;
  QosOptions qos;
};

// Declares the options on the line.
std::unique_ptr<CommandLine> MakePublishCommandLine(PublishOptions& options);

// What the options mean to the SDK. Not empty second: leave with this status (all was said).
std::optional<int> ToConfig(const CommandLine& line, const PublishOptions& options,
                            PublisherConfig& config);

}  // namespace onair::samples
